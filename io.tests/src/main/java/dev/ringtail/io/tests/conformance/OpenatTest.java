// SPDX-License-Identifier: Apache-2.0

package dev.ringtail.io.tests.conformance;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertNotEquals;
import static org.junit.jupiter.api.Assertions.assertNull;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.ringtail.io.Cancel;
import dev.ringtail.io.IoLoop;
import dev.ringtail.io.OpenFlag;
import dev.ringtail.io.OpenFlags;
import dev.ringtail.io.Openat;
import dev.ringtail.io.OpenatError;
import dev.ringtail.io.Options;
import dev.ringtail.io.Read;
import dev.ringtail.io.SystemCallException;
import dev.ringtail.io.Write;
import dev.ringtail.io.spi.Provider;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import org.junit.jupiter.api.io.TempDir;

final class OpenatTest {
    private static final OpenFlags CREATE = OpenFlags.of(OpenFlag.READ, OpenFlag.WRITE, OpenFlag.CREATE);
    private static final int O_CLOEXEC = 02000000;

    private static Openat openat(IoLoop loop) {
        return new Openat(loop, done -> {});
    }

    /** Opens, and gives the descriptor to the test. */
    private static int opened(IoLoop loop, Descriptors open, Path path, OpenFlags flags) {
        Openat openat = openat(loop);
        openat.submit(path.toString(), flags, 0640);
        assertNull(Bounded.complete(loop, openat).error());
        return open.keep(openat.openedFd());
    }

    private static int write(IoLoop loop, int fd, String text, long offset) {
        Write write = new Write(loop, done -> {});
        write.submit(fd, Bytes.of(loop, text), offset);
        return Bounded.complete(loop, write).bytes();
    }

    @Promise("3.1")
    @OnEveryProvider
    void a_file_is_made_with_its_permissions(IoLoop loop, @TempDir Path folder) throws IOException {
        try (Descriptors open = new Descriptors(loop)) {
            Path path = folder.resolve("new");
            int fd = opened(loop, open, path, CREATE);
            assertEquals(3, write(loop, fd, "abc", 0));
            assertEquals("abc", Files.readString(path));
            assertEquals("rw-r-----", PosixFilePermissions.toString(Files.getPosixFilePermissions(path)));
        }
    }

    @Promise("3.1")
    @OnEveryProvider
    void a_file_is_emptied(IoLoop loop, @TempDir Path folder) throws IOException {
        try (Descriptors open = new Descriptors(loop)) {
            Path path = Files.writeString(folder.resolve("full"), "full");
            opened(loop, open, path, OpenFlags.of(OpenFlag.WRITE, OpenFlag.TRUNCATE));
            assertEquals(0, Files.size(path));
        }
    }

    @Promise("3.1")
    @OnEveryProvider
    void appended_writes_go_to_the_end(IoLoop loop, @TempDir Path folder) throws IOException {
        try (Descriptors open = new Descriptors(loop)) {
            Path path = Files.writeString(folder.resolve("log"), "one ");
            int fd = opened(loop, open, path, OpenFlags.of(OpenFlag.WRITE, OpenFlag.APPEND));
            write(loop, fd, "two", -1);
            assertEquals("one two", Files.readString(path));
        }
    }

    @Promise("3.1")
    @OnEveryProvider
    void a_path_is_relative_to_the_directory_given(IoLoop loop, @TempDir Path folder) throws IOException {
        try (Descriptors open = new Descriptors(loop)) {
            Files.writeString(folder.resolve("inside"), "inside");
            int dirFd = opened(loop, open, folder, OpenFlags.of(OpenFlag.READ, OpenFlag.DIRECTORY));
            Openat openat = openat(loop);
            openat.submit(dirFd, "inside", OpenFlags.READ, 0);
            assertNull(Bounded.complete(loop, openat).error());
            Read read = new Read(loop, done -> {});
            read.submit(open.keep(openat.openedFd()), Bytes.empty(loop, 16), 0);
            assertEquals(
                    "inside",
                    Bytes.text(read.buffer(), Bounded.complete(loop, read).bytes()));
        }
    }

    @Promise("3.1")
    @OnEveryProvider
    void a_path_of_any_characters(IoLoop loop, @TempDir Path folder) throws IOException {
        try (Descriptors open = new Descriptors(loop)) {
            Openat openat = openat(loop);
            openat.submit(folder + "/a\u00e4\u20ac\ud83d\ude00 b", CREATE, 0600);
            assertNull(Bounded.complete(loop, openat).error());
            String target = Files.readSymbolicLink(Path.of("/proc/self/fd/" + open.keep(openat.openedFd())))
                    .getFileName()
                    .toString();
            // What the JVM makes of the name depends on the locale that it was started in; its length in bytes doesn't.
            assertTrue(target.endsWith(" b"), target);
        }
    }

    @Promise("3.1")
    @OnEveryProvider
    void an_unnamed_file(IoLoop loop, @TempDir Path folder) throws IOException {
        try (Descriptors open = new Descriptors(loop)) {
            int fd = opened(loop, open, folder, OpenFlags.of(OpenFlag.READ, OpenFlag.WRITE, OpenFlag.TEMPORARY));
            assertEquals(1, write(loop, fd, "x", 0));
            try (var files = Files.list(folder)) {
                assertEquals(0, files.count());
            }
        }
    }

    @Promise("3.1")
    @OnEveryProvider
    void the_descriptor_is_close_on_exec(IoLoop loop, @TempDir Path folder) throws IOException {
        try (Descriptors open = new Descriptors(loop)) {
            int fd = opened(loop, open, folder.resolve("file"), CREATE);
            String flags = Files.readAllLines(Path.of("/proc/self/fdinfo/" + fd)).stream()
                    .filter(line -> line.startsWith("flags:"))
                    .findFirst()
                    .orElseThrow();
            assertNotEquals(0, Integer.parseInt(flags.substring(6).strip(), 8) & O_CLOEXEC, flags);
        }
    }

    /** io_uring opens without blocking, where open(2) would wait for a writer; others do as it does. */
    @Promise("3.9")
    @OnEveryProvider
    void a_fifo_without_a_writer_is_opened_at_once(IoLoop loop, @TempDir Path folder) throws Exception {
        try (Descriptors open = new Descriptors(loop)) {
            int fd = opened(loop, open, Fifos.make(folder.resolve("fifo")), OpenFlags.READ);
            int writeFd = opened(loop, open, folder.resolve("fifo"), OpenFlags.of(OpenFlag.WRITE));
            Read read = new Read(loop, done -> {});
            read.submit(fd, Bytes.empty(loop, 8), -1);
            write(loop, writeFd, "through", -1);
            assertEquals(
                    "through",
                    Bytes.text(read.buffer(), Bounded.complete(loop, read).bytes()));
        }
    }

    @Promise({"3.8", "3.11"})
    @Provokes("openat ECANCELED")
    @OnEveryProvider
    void an_openat_that_wins_against_its_cancellation_delivers_its_descriptor(IoLoop loop, @TempDir Path folder)
            throws IOException {
        Path path = Files.writeString(folder.resolve("file"), "");
        Openat openat = openat(loop);
        Cancel cancel = new Cancel(loop, done -> {});
        int canceledCount = 0;
        for (int i = 0; i < 100; i++) {
            openat.submit(path.toString(), OpenFlags.READ, 0);
            if ((i & 1) == 0) {
                loop.tick();
            }
            cancel.submit(openat);
            Bounded.complete(loop, cancel);
            assertFalse(openat.isInFlight());
            if (openat.error() == OpenatError.CANCELED) {
                canceledCount++;
            } else {
                assertNull(openat.error());
                loop.files().close(openat.openedFd());
            }
        }
        assertTrue(canceledCount >= 50, "those that never reached the kernel");
        assertEquals(0, loop.inFlightCount());
    }

    @Promise({"1.8", "3.11"})
    @OnEveryProvider
    void an_openat_that_wins_against_the_loops_close_delivers_its_descriptor(Provider provider, @TempDir Path folder)
            throws IOException {
        Path path = Files.writeString(folder.resolve("file"), "");
        try (IoLoop outer = IoLoop.open(provider, Options.defaults());
                Descriptors open = new Descriptors(outer)) {
            for (int i = 0; i < 20; i++) {
                IoLoop loop = IoLoop.open(provider, Options.defaults());
                int[] count = {0};
                for (int k = 0; k < 8; k++) {
                    new Openat(loop, done -> {
                                count[0]++;
                                if (done.error() == null) {
                                    open.keep(done.openedFd());
                                }
                            })
                            .submit(path.toString(), OpenFlags.READ, 0);
                }
                if ((i & 1) == 0) {
                    loop.tick();
                }
                loop.close();
                assertEquals(8, count[0]);
            }
        }
    }

    @Promise("3.9")
    @OnEveryProvider
    void wrong_arguments_are_refused(IoLoop loop) {
        Openat openat = openat(loop);
        Failure.assertRefused("dirFd: -1", openat, () -> openat.submit(-1, "x", OpenFlags.READ, 0));
        Failure.assertRefused("NUL", openat, () -> openat.submit("a\0b", OpenFlags.READ, 0));
        Failure.assertRefused("surrogate", openat, () -> openat.submit("a\ud83d", OpenFlags.READ, 0));
        Failure.assertRefused("mode: 010000", openat, () -> openat.submit("x", OpenFlags.READ, 010000));
        Failure.assertRefused("mode", openat, () -> openat.submit("x", OpenFlags.READ, -1));
    }

    @Promise("3.9")
    @OnEveryProvider
    @SuppressWarnings("NullAway") // That null is refused is the point.
    void nulls_are_refused(IoLoop loop) {
        Openat openat = openat(loop);
        Failure.assertNullRefused("path", () -> openat.submit(null, OpenFlags.READ, 0));
        Failure.assertNullRefused("flags", () -> openat.submit("x", null, 0));
        assertEquals(0, loop.inFlightCount());
    }

    @Promise("3.9")
    @OnEveryProvider
    void the_path_may_be_as_long_as_the_kernel_takes(IoLoop loop, @TempDir Path folder) throws SystemCallException {
        try (Descriptors open = new Descriptors(loop)) {
            int dirFd = open.open(folder.toString(), OpenFlags.of(OpenFlag.READ, OpenFlag.DIRECTORY));
            Openat openat = openat(loop);
            openat.submit(dirFd, "./".repeat(2045) + "new", CREATE, 0600);
            assertNull(Bounded.complete(loop, openat).error());
            open.keep(openat.openedFd());
            openat.submit(dirFd, "./".repeat(2047) + "new", CREATE, 0600);
            Failure.assertFails(loop, openat, OpenatError.NAME_TOO_LONG, "ENAMETOOLONG");
        }
    }
}
