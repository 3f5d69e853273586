// SPDX-License-Identifier: Apache-2.0

package dev.ringtail.io.tests.conformance;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertNull;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.ringtail.io.Cancel;
import dev.ringtail.io.Close;
import dev.ringtail.io.Files.Pipe;
import dev.ringtail.io.IoLoop;
import dev.ringtail.io.OpenFlag;
import dev.ringtail.io.OpenFlags;
import dev.ringtail.io.Read;
import dev.ringtail.io.ReadError;
import dev.ringtail.io.Sockets;
import dev.ringtail.io.SystemCallException;
import dev.ringtail.io.Write;
import java.io.IOException;
import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.io.TempDir;

final class ReadTest {
    private static Read read(IoLoop loop) {
        return new Read(loop, done -> {});
    }

    private static int file(Descriptors open, Path folder, String text) throws IOException {
        return open.open(Files.writeString(folder.resolve("file"), text).toString(), OpenFlags.READ);
    }

    private static void write(IoLoop loop, int fd, String text) {
        Write write = new Write(loop, done -> {});
        write.submit(fd, Bytes.of(loop, text), -1);
        assertEquals(text.length(), Bounded.complete(loop, write).bytes());
    }

    @Promise("2.6")
    @OnEveryProvider
    void at_an_offset(IoLoop loop, @TempDir Path folder) throws IOException {
        try (Descriptors open = new Descriptors(loop)) {
            Read read = read(loop);
            read.submit(file(open, folder, "0123456789"), Bytes.empty(loop, 4), 3);
            assertEquals(
                    "3456",
                    Bytes.text(read.buffer(), Bounded.complete(loop, read).bytes()));
            assertEquals(3, read.offset());
        }
    }

    @Promise("2.6")
    @OnEveryProvider
    void into_a_part_of_the_buffer(IoLoop loop, @TempDir Path folder) throws IOException {
        try (Descriptors open = new Descriptors(loop)) {
            Read read = read(loop);
            MemorySegment buffer = Bytes.of(loop, "----------");
            read.submit(file(open, folder, "0123456789"), buffer, 2, 3, 0);
            assertEquals(3, Bounded.complete(loop, read).bytes());
            assertEquals("--012-----", Bytes.text(buffer, 10));
        }
    }

    @Promise("3.9")
    @OnEveryProvider
    void offset_minus_one_is_the_position_which_moves_on(IoLoop loop, @TempDir Path folder) throws IOException {
        try (Descriptors open = new Descriptors(loop)) {
            int fd = file(open, folder, "0123456789");
            Read read = read(loop);
            StringBuilder text = new StringBuilder();
            for (int i = 0; i < 3; i++) {
                read.submit(fd, Bytes.empty(loop, 4), -1);
                text.append(Bytes.text(
                                read.buffer(), Bounded.complete(loop, read).bytes()))
                        .append('|');
            }
            assertEquals("0123|4567|89|", text.toString());
            read.submit(fd, Bytes.empty(loop, 4), 0);
            Bounded.complete(loop, read);
            read.submit(fd, Bytes.empty(loop, 4), -1);
            assertEquals(0, Bounded.complete(loop, read).bytes(), "an offset doesn't touch the position");
        }
    }

    @Promise("2.6")
    @OnEveryProvider
    void fewer_bytes_than_asked_for_at_the_end_then_none(IoLoop loop, @TempDir Path folder) throws IOException {
        try (Descriptors open = new Descriptors(loop)) {
            int fd = file(open, folder, "0123456789");
            Read read = read(loop);
            read.submit(fd, Bytes.empty(loop, 8), 6);
            assertEquals(4, Bounded.complete(loop, read).bytes());
            read.submit(fd, Bytes.empty(loop, 8), 10);
            assertEquals(0, Bounded.complete(loop, read).bytes());
            read.submit(fd, Bytes.empty(loop, 8), 1L << 40);
            assertEquals(0, Bounded.complete(loop, read).bytes());
        }
    }

    @Promise("2.6")
    @OnEveryProvider
    void nothing_is_read_into_nothing(IoLoop loop, @TempDir Path folder) throws IOException {
        try (Descriptors open = new Descriptors(loop)) {
            Read read = read(loop);
            read.submit(file(open, folder, "0123456789"), Bytes.empty(loop, 8), 8, 0, 0);
            assertEquals(0, Bounded.complete(loop, read).bytes());
        }
    }

    @Promise("2.6")
    @OnEveryProvider
    void many_at_once_each_get_their_own_part(IoLoop loop, @TempDir Path folder) throws IOException {
        try (Descriptors open = new Descriptors(loop)) {
            int fd = open.file(folder.resolve("blocks"));
            MemorySegment content = Bytes.random(loop, 64 * 4096, 42);
            Write write = new Write(loop, done -> {});
            write.submit(fd, content, 0);
            assertEquals(64 * 4096, Bounded.complete(loop, write).bytes());
            List<Read> reads = new ArrayList<>();
            for (int i = 0; i < 64; i++) {
                Read read = read(loop);
                read.submit(fd, Bytes.empty(loop, 4096), i * 4096L);
                reads.add(read);
            }
            for (Read read : reads) {
                assertEquals(4096, Bounded.complete(loop, read).bytes());
                assertEquals(-1, content.asSlice(read.offset(), 4096).mismatch(read.buffer()));
            }
        }
    }

    @Promise("3.3")
    @OnEveryProvider
    void a_read_of_an_empty_pipe_waits(IoLoop loop) throws SystemCallException {
        try (Descriptors open = new Descriptors(loop)) {
            Pipe pipe = open.pipe();
            Read read = read(loop);
            read.submit(pipe.readFd(), Bytes.empty(loop, 8), -1);
            loop.runFor(10_000_000);
            assertTrue(read.isInFlight());
            write(loop, pipe.writeFd(), "now");
            assertEquals(
                    "now",
                    Bytes.text(read.buffer(), Bounded.complete(loop, read).bytes()));
        }
    }

    @Promise("3.3")
    @OnEveryProvider
    void a_read_of_an_empty_non_blocking_pipe_waits_too(IoLoop loop) throws SystemCallException {
        try (Descriptors open = new Descriptors(loop)) {
            Pipe pipe = open.pipe();
            OpenFlags flags = OpenFlags.of(OpenFlag.READ, OpenFlag.NON_BLOCKING);
            int nonBlockingFd = open.open("/proc/self/fd/" + pipe.readFd(), flags);
            Read read = read(loop);
            read.submit(nonBlockingFd, Bytes.empty(loop, 8), -1);
            loop.runFor(10_000_000);
            assertTrue(read.isInFlight());
            write(loop, pipe.writeFd(), "now");
            assertEquals(
                    "now",
                    Bytes.text(read.buffer(), Bounded.complete(loop, read).bytes()));
        }
    }

    @Promise("3.3")
    @OnEveryProvider
    void reads_of_one_pipe_share_what_comes(IoLoop loop) throws SystemCallException {
        try (Descriptors open = new Descriptors(loop)) {
            Pipe pipe = open.pipe();
            List<Read> reads = new ArrayList<>();
            for (int i = 0; i < 4; i++) {
                Read read = read(loop);
                read.submit(pipe.readFd(), Bytes.empty(loop, 1), -1);
                reads.add(read);
            }
            loop.tick();
            write(loop, pipe.writeFd(), "abcd");
            StringBuilder text = new StringBuilder();
            for (Read read : reads) {
                text.append(
                        Bytes.text(read.buffer(), Bounded.complete(loop, read).bytes()));
            }
            assertEquals(
                    "abcd",
                    text.chars()
                            .sorted()
                            .collect(StringBuilder::new, StringBuilder::appendCodePoint, StringBuilder::append)
                            .toString());
        }
    }

    @Promise("2.6")
    @OnEveryProvider
    void the_end_of_a_pipe_is_no_bytes(IoLoop loop) throws SystemCallException {
        try (Descriptors open = new Descriptors(loop)) {
            Pipe pipe = open.pipe();
            Read read = read(loop);
            read.submit(pipe.readFd(), Bytes.empty(loop, 8), -1);
            loop.tick();
            open.closeOnLoop(pipe.writeFd());
            assertEquals(0, Bounded.complete(loop, read).bytes());
        }
    }

    @Promise("3.3")
    @OnEveryProvider
    void a_socket_can_be_read(IoLoop loop) throws SystemCallException {
        try (Descriptors open = new Descriptors(loop)) {
            Sockets.Pair pair = open.pair();
            Read read = read(loop);
            read.submit(pair.first(), Bytes.empty(loop, 8), -1);
            loop.tick();
            Bytes.send(loop, pair.second(), "hello");
            assertEquals(
                    "hello",
                    Bytes.text(read.buffer(), Bounded.complete(loop, read).bytes()));
        }
    }

    @Promise("3.1")
    @OnEveryProvider
    void past_the_page_cache(IoLoop loop, @TempDir Path folder) throws IOException {
        try (Descriptors open = new Descriptors(loop)) {
            Path path = folder.resolve("direct");
            Files.write(path, new byte[8192]);
            int fd = open.open(path.toString(), OpenFlags.of(OpenFlag.READ, OpenFlag.DIRECT));
            Read read = read(loop);
            read.submit(fd, Bytes.empty(loop, 4096), 4096);
            assertEquals(4096, Bounded.complete(loop, read).bytes());
        }
    }

    @Promise("2.1")
    @OnEveryProvider
    void a_read_may_close_its_descriptor_from_its_callback(IoLoop loop, @TempDir Path folder) throws IOException {
        try (Descriptors open = new Descriptors(loop)) {
            Close close = new Close(loop, done -> {});
            Read read = new Read(loop, done -> close.submit(open.release(done.fd())));
            read.submit(file(open, folder, "x"), Bytes.empty(loop, 1), 0);
            Bounded.complete(loop, read);
            assertNull(Bounded.complete(loop, close).error());
        }
    }

    @Promise({"2.5", "3.9"})
    @OnEveryProvider
    void wrong_arguments_are_refused(IoLoop loop) {
        Read read = read(loop);
        MemorySegment buffer = Bytes.empty(loop, 8);
        Failure.assertRefused("fd: -1", read, () -> read.submit(-1, buffer, 0));
        Failure.assertRefused("offset: -2", read, () -> read.submit(0, buffer, -2));
        Failure.assertRefused("read-only", read, () -> read.submit(0, buffer.asReadOnly(), 0));
        Failure.assertRefused("heap", read, () -> read.submit(0, MemorySegment.ofArray(new byte[8]), 0));
        Failure.assertRefused("from: 1, length: 8", read, () -> read.submit(0, buffer, 1, 8, 0));
        Failure.assertRefused("from: -1", read, () -> read.submit(0, buffer, -1, 2, 0));
        Failure.assertRefused("length: -1", read, () -> read.submit(0, buffer, 0, -1, 0));
        MemorySegment dead;
        try (Arena arena = Arena.ofConfined()) {
            dead = arena.allocate(8);
        }
        Failure.assertRefused("closed", read, () -> read.submit(0, dead, 0));
    }

    @Promise("3.9")
    @OnEveryProvider
    @SuppressWarnings("NullAway") // That null is refused is the point.
    void a_null_buffer_is_refused(IoLoop loop) {
        Read read = read(loop);
        Failure.assertNullRefused("buffer", () -> read.submit(0, null, 0));
        assertEquals(0, loop.inFlightCount());
    }

    @Promise("3.8")
    @Provokes("read ECANCELED")
    @OnEveryProvider
    void a_read_that_is_cancelled(IoLoop loop) throws SystemCallException {
        try (Descriptors open = new Descriptors(loop)) {
            Read read = read(loop);
            read.submit(open.pipe().readFd(), Bytes.empty(loop, 8), -1);
            loop.tick();
            Cancel cancel = new Cancel(loop, done -> {});
            cancel.submit(read);
            Failure.assertFails(loop, read, ReadError.CANCELED, "ECANCELED");
            assertTrue(Bounded.complete(loop, cancel).targetCanceled());
        }
    }
}
