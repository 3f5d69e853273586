// SPDX-License-Identifier: Apache-2.0

package dev.ringtail.io.tests.conformance;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.ringtail.io.Cancel;
import dev.ringtail.io.Files.Pipe;
import dev.ringtail.io.IoLoop;
import dev.ringtail.io.OpenFlag;
import dev.ringtail.io.OpenFlags;
import dev.ringtail.io.Read;
import dev.ringtail.io.Sockets;
import dev.ringtail.io.SystemCallException;
import dev.ringtail.io.Write;
import dev.ringtail.io.WriteError;
import java.io.IOException;
import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.io.TempDir;

final class WriteTest {
    private static Write write(IoLoop loop) {
        return new Write(loop, done -> {});
    }

    @Promise("2.6")
    @OnEveryProvider
    void at_an_offset_beyond_the_end_leaves_a_hole(IoLoop loop, @TempDir Path folder) throws IOException {
        try (Descriptors open = new Descriptors(loop)) {
            Path path = folder.resolve("file");
            Write write = write(loop);
            write.submit(open.file(path), Bytes.of(loop, "end"), 5);
            assertEquals(3, Bounded.complete(loop, write).bytes());
            assertEquals("\0\0\0\0\0end", Files.readString(path));
            assertEquals(5, write.offset());
        }
    }

    @Promise("3.9")
    @OnEveryProvider
    void offset_minus_one_is_the_position_which_moves_on(IoLoop loop, @TempDir Path folder) throws IOException {
        try (Descriptors open = new Descriptors(loop)) {
            Path path = folder.resolve("file");
            int fd = open.file(path);
            Write write = write(loop);
            for (String text : List.of("one ", "two ", "three")) {
                write.submit(fd, Bytes.of(loop, text), -1);
                Bounded.complete(loop, write);
            }
            assertEquals("one two three", Files.readString(path));
        }
    }

    @Promise("2.6")
    @OnEveryProvider
    void from_a_part_of_a_read_only_buffer(IoLoop loop, @TempDir Path folder) throws IOException {
        try (Descriptors open = new Descriptors(loop)) {
            Path path = folder.resolve("file");
            Write write = write(loop);
            write.submit(open.file(path), Bytes.of(loop, "0123456789").asReadOnly(), 3, 4, 0);
            assertEquals(4, Bounded.complete(loop, write).bytes());
            assertEquals("3456", Files.readString(path));
        }
    }

    @Promise("2.6")
    @OnEveryProvider
    void nothing_is_written_of_nothing(IoLoop loop, @TempDir Path folder) throws IOException {
        try (Descriptors open = new Descriptors(loop)) {
            Path path = folder.resolve("file");
            Write write = write(loop);
            write.submit(open.file(path), Bytes.of(loop, "x"), 1, 0, 100);
            assertEquals(0, Bounded.complete(loop, write).bytes());
            assertEquals(0, Files.size(path));
        }
    }

    @Promise("2.6")
    @OnEveryProvider
    void many_at_once_each_at_its_offset(IoLoop loop, @TempDir Path folder) throws IOException {
        try (Descriptors open = new Descriptors(loop)) {
            Path path = folder.resolve("file");
            int fd = open.file(path);
            MemorySegment content = Bytes.random(loop, 64 * 4096, 7);
            List<Write> writes = new ArrayList<>();
            for (int i = 63; i >= 0; i--) {
                Write write = write(loop);
                write.submit(fd, content, i * 4096L, 4096, i * 4096L);
                writes.add(write);
            }
            for (Write write : writes) {
                assertEquals(4096, Bounded.complete(loop, write).bytes());
            }
            assertEquals(-1, content.mismatch(MemorySegment.ofArray(Files.readAllBytes(path))));
        }
    }

    @Promise({"2.6", "3.3"})
    @OnEveryProvider
    void a_write_to_a_full_pipe_waits_until_it_is_read(IoLoop loop) throws SystemCallException {
        try (Descriptors open = new Descriptors(loop)) {
            Pipe pipe = open.pipe();
            Write write = Congestion.write(loop, pipe.writeFd());
            drain(loop, pipe.readFd(), write);
            assertTrue(write.bytes() > 0);
        }
    }

    @Promise({"2.6", "3.3"})
    @OnEveryProvider
    void a_write_to_a_full_non_blocking_pipe_waits_too(IoLoop loop) throws SystemCallException {
        try (Descriptors open = new Descriptors(loop)) {
            Pipe pipe = open.pipe();
            OpenFlags flags = OpenFlags.of(OpenFlag.WRITE, OpenFlag.NON_BLOCKING);
            Write write = Congestion.write(loop, open.open("/proc/self/fd/" + pipe.writeFd(), flags));
            drain(loop, pipe.readFd(), write);
            assertTrue(write.bytes() > 0);
        }
    }

    private static void drain(IoLoop loop, int readFd, Write write) {
        Read read = new Read(loop, done -> {});
        Bounded.until(loop, "the write is complete", () -> {
            if (write.isInFlight() && !read.isInFlight()) {
                read.submit(readFd, Bytes.empty(loop, 65536), -1);
            }
            return !write.isInFlight();
        });
        if (read.isInFlight()) {
            Cancel cancel = new Cancel(loop, done -> {});
            cancel.submit(read);
            Bounded.complete(loop, cancel);
        }
    }

    @Promise("3.3")
    @OnEveryProvider
    void a_socket_can_be_written_to(IoLoop loop) throws SystemCallException {
        try (Descriptors open = new Descriptors(loop)) {
            Sockets.Pair pair = open.pair();
            Write write = write(loop);
            write.submit(pair.first(), Bytes.of(loop, "hello"), -1);
            assertEquals(5, Bounded.complete(loop, write).bytes());
            assertEquals("hello", Bytes.recv(loop, pair.second()));
        }
    }

    @Promise("3.1")
    @OnEveryProvider
    void past_the_page_cache_and_durable(IoLoop loop, @TempDir Path folder) throws IOException {
        try (Descriptors open = new Descriptors(loop)) {
            Path path = folder.resolve("direct");
            int fd = open.file(path, OpenFlag.DIRECT, OpenFlag.DATA_SYNC);
            MemorySegment page = Bytes.empty(loop, 4096);
            page.fill((byte) 7);
            Write write = write(loop);
            write.submit(fd, page, 0);
            assertEquals(4096, Bounded.complete(loop, write).bytes());
            assertEquals(-1, page.mismatch(MemorySegment.ofArray(Files.readAllBytes(path))));
        }
    }

    @Promise("3.5")
    @Provokes("write EPIPE")
    @OnEveryProvider
    void a_pipe_without_a_reader(IoLoop loop) throws SystemCallException {
        try (Descriptors open = new Descriptors(loop)) {
            Pipe pipe = open.pipe();
            open.close(pipe.readFd());
            Write write = write(loop);
            write.submit(pipe.writeFd(), Bytes.of(loop, "x"), -1);
            Failure.assertFails(loop, write, WriteError.BROKEN_PIPE, "EPIPE");
        }
    }

    @Promise("3.5")
    @OnEveryProvider
    void a_write_that_waits_when_the_reader_goes(IoLoop loop) throws SystemCallException {
        try (Descriptors open = new Descriptors(loop)) {
            Pipe pipe = open.pipe();
            Write write = Congestion.write(loop, pipe.writeFd());
            open.closeOnLoop(pipe.readFd());
            Failure.assertFails(loop, write, WriteError.BROKEN_PIPE, "EPIPE");
        }
    }

    @Promise({"2.5", "3.9"})
    @OnEveryProvider
    void wrong_arguments_are_refused(IoLoop loop) {
        Write write = write(loop);
        MemorySegment buffer = Bytes.empty(loop, 8);
        Failure.assertRefused("fd: -1", write, () -> write.submit(-1, buffer, 0));
        Failure.assertRefused("offset: -2", write, () -> write.submit(0, buffer, -2));
        Failure.assertRefused("heap", write, () -> write.submit(0, MemorySegment.ofArray(new byte[8]), 0));
        Failure.assertRefused("from: 8, length: 1", write, () -> write.submit(0, buffer, 8, 1, 0));
        MemorySegment dead;
        try (Arena arena = Arena.ofConfined()) {
            dead = arena.allocate(8);
        }
        Failure.assertRefused("closed", write, () -> write.submit(0, dead, 0));
    }

    @Promise("3.9")
    @OnEveryProvider
    @SuppressWarnings("NullAway") // That null is refused is the point.
    void a_null_buffer_is_refused(IoLoop loop) {
        Write write = write(loop);
        Failure.assertNullRefused("buffer", () -> write.submit(0, null, 0));
        Failure.assertNullRefused("buffer", () -> write.submit(0, null, 0, 1, 0));
        assertEquals(0, loop.inFlightCount());
    }

    @Promise("3.8")
    @Provokes("write ECANCELED")
    @OnEveryProvider
    void a_write_that_is_cancelled(IoLoop loop) throws SystemCallException {
        try (Descriptors open = new Descriptors(loop)) {
            Write write = Congestion.write(loop, open.pipe().writeFd());
            Cancel cancel = new Cancel(loop, done -> {});
            cancel.submit(write);
            Failure.assertFails(loop, write, WriteError.CANCELED, "ECANCELED");
            assertTrue(Bounded.complete(loop, cancel).targetCanceled());
        }
    }
}
