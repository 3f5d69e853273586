// SPDX-License-Identifier: Apache-2.0

package dev.ringtail.io.tests.conformance;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.ringtail.io.Errno;
import dev.ringtail.io.Files.Pipe;
import dev.ringtail.io.IoLoop;
import dev.ringtail.io.OpenFlag;
import dev.ringtail.io.OpenFlags;
import dev.ringtail.io.Read;
import dev.ringtail.io.SystemCallException;
import dev.ringtail.io.Write;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import org.junit.jupiter.api.io.TempDir;

/** The calls without a completion. */
final class FilesTest {
    @Promise("3.9")
    @OnEveryProvider
    void what_is_written_into_a_pipe_can_be_read_from_it(IoLoop loop) throws SystemCallException {
        try (Descriptors open = new Descriptors(loop)) {
            Pipe pipe = open.pipe();
            Write write = new Write(loop, done -> {});
            Read read = new Read(loop, done -> {});
            write.submit(pipe.writeFd(), Bytes.of(loop, "through"), -1);
            read.submit(pipe.readFd(), Bytes.empty(loop, 16), -1);
            assertEquals(
                    "through",
                    Bytes.text(read.buffer(), Bounded.complete(loop, read).bytes()));
            assertEquals(7, Bounded.complete(loop, write).bytes());
        }
    }

    @Promise("3.9")
    @OnEveryProvider
    void a_new_file_must_be_new(IoLoop loop, @TempDir Path folder) throws IOException {
        try (Descriptors open = new Descriptors(loop)) {
            String path = folder.resolve("file").toString();
            OpenFlags flags = OpenFlags.of(OpenFlag.WRITE, OpenFlag.CREATE, OpenFlag.EXCLUSIVE);
            open.open(path, flags);
            SystemCallException failure =
                    assertThrows(SystemCallException.class, () -> loop.files().open(path, flags, 0600));
            assertEquals("EEXIST", Errno.name(failure.errno()));
            assertTrue(String.valueOf(failure.getMessage()).contains(path), failure::getMessage);
            assertTrue(Files.exists(Path.of(path)));
        }
    }

    @Promise("3.9")
    @OnEveryProvider
    void wrong_arguments_are_refused(IoLoop loop) {
        assertEquals(
                "fd: -1",
                assertThrows(IllegalArgumentException.class, () -> loop.files().close(-1))
                        .getMessage());
        assertEquals(
                "mode: 010000",
                assertThrows(IllegalArgumentException.class, () -> loop.files().open("/x", OpenFlags.READ, 010000))
                        .getMessage());
        assertThrows(IllegalArgumentException.class, () -> loop.files().open("a\0b", OpenFlags.READ, 0));
    }

    @Promise("3.9")
    @OnEveryProvider
    void flags_without_a_direction_are_refused(IoLoop loop) {
        IllegalArgumentException refusal =
                assertThrows(IllegalArgumentException.class, () -> OpenFlags.of(OpenFlag.CREATE));
        assertTrue(String.valueOf(refusal.getMessage()).contains("CREATE"), refusal::getMessage);
        assertEquals(0, loop.inFlightCount());
    }

    @Promise("1.8")
    @OnEveryProvider
    void after_the_loops_close_every_call_fails(IoLoop loop) {
        loop.close();
        assertThrows(IllegalStateException.class, () -> loop.files().openPipe());
        assertThrows(IllegalStateException.class, () -> loop.files().close(0));
        assertThrows(IllegalStateException.class, () -> loop.sockets().openPair());
    }
}
