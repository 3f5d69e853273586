// SPDX-License-Identifier: Apache-2.0

package dev.ringtail.io.tests.conformance;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertNull;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.ringtail.io.Files;
import dev.ringtail.io.IoLoop;
import dev.ringtail.io.OpenFlag;
import dev.ringtail.io.OpenFlags;
import dev.ringtail.io.Read;
import dev.ringtail.io.Recv;
import dev.ringtail.io.Send;
import dev.ringtail.io.Write;
import java.io.IOException;
import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.nio.channels.FileChannel;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.util.List;
import java.util.function.Consumer;
import org.junit.jupiter.api.io.TempDir;

final class LoopBufferTest {
    private static final int CUT = 0x7ffff000;

    /** Each way to give a buffer to the loop. */
    private static List<Consumer<MemorySegment>> transfers(IoLoop loop) {
        return List.of(
                buffer -> new Read(loop, done -> {}).submit(0, buffer, -1),
                buffer -> new Recv(loop, done -> {}).submit(0, buffer),
                buffer -> new Write(loop, done -> {}).submit(0, buffer, -1),
                buffer -> new Send(loop, done -> {}).submit(0, buffer));
    }

    private static void assertRefused(
            IoLoop loop, List<Consumer<MemorySegment>> transfers, MemorySegment buffer, String why) {
        for (Consumer<MemorySegment> transfer : transfers) {
            IllegalArgumentException refusal =
                    assertThrows(IllegalArgumentException.class, () -> transfer.accept(buffer));
            assertTrue(String.valueOf(refusal.getMessage()).contains(why), refusal::getMessage);
        }
        assertEquals(0, loop.inFlightCount());
    }

    @Promise("2.5")
    @OnEveryProvider
    void a_heap_segment_is_refused_with_what_to_use_instead(IoLoop loop) {
        assertRefused(loop, transfers(loop), MemorySegment.ofArray(new byte[8]), "loop.arena()");
    }

    @Promise("2.5")
    @OnEveryProvider
    void a_buffer_whose_arena_is_closed_is_refused(IoLoop loop) {
        MemorySegment buffer;
        try (Arena arena = Arena.ofShared()) {
            buffer = arena.allocate(8);
        }
        assertRefused(loop, transfers(loop), buffer, "arena is closed");
    }

    @Promise("2.5")
    @OnEveryProvider
    void a_read_only_buffer_is_refused_by_what_writes_into_it(IoLoop loop) {
        MemorySegment buffer = Bytes.empty(loop, 8).asReadOnly();
        assertRefused(loop, transfers(loop).subList(0, 2), buffer, "read-only");
    }

    @Promise("2.5")
    @OnEveryProvider
    void a_read_only_buffer_is_taken_by_what_reads_from_it(IoLoop loop) throws IOException {
        try (Descriptors open = new Descriptors(loop)) {
            Write write = new Write(loop, done -> {});
            write.submit(open.pipe().writeFd(), Bytes.of(loop, "text").asReadOnly(), -1);
            assertEquals(4, Bounded.complete(loop, write).bytes());
            Send send = new Send(loop, done -> {});
            send.submit(open.pair().first(), Bytes.of(loop, "text").asReadOnly());
            assertEquals(4, Bounded.complete(loop, send).bytes());
        }
    }

    @Promise("2.5")
    @OnEveryProvider
    void a_part_outside_the_buffer_is_refused(IoLoop loop) {
        MemorySegment buffer = Bytes.empty(loop, 8);
        Write write = new Write(loop, done -> {});
        for (long[] part :
                new long[][] {{-1, 1}, {0, -1}, {0, 9}, {9, 0}, {8, 1}, {1, Long.MAX_VALUE}, {Long.MAX_VALUE, 1}}) {
            assertThrows(IllegalArgumentException.class, () -> write.submit(0, buffer, part[0], part[1], -1));
        }
        assertFalse(write.isInFlight());
    }

    @Promise("2.5")
    @OnEveryProvider
    void the_loops_arena_lives_until_the_loop_is_closed_and_nobody_else_can_close_it(IoLoop loop) {
        MemorySegment buffer = loop.arena().allocate(4096);
        assertThrows(UnsupportedOperationException.class, () -> loop.arena().close());
        assertTrue(buffer.scope().isAlive());
        assertEquals(0, buffer.address() % 4096);
        loop.close();
        assertFalse(buffer.scope().isAlive());
    }

    @Promise("2.5")
    @OnEveryProvider
    void a_buffer_found_dead_at_completion_is_reported_loudly(IoLoop loop) throws IOException {
        try (Descriptors open = new Descriptors(loop)) {
            Read read = new Read(loop, done -> {});
            try (Arena arena = Arena.ofConfined()) {
                read.submit(open.pipe().readFd(), arena.allocate(8), -1);
                loop.tick();
            }
            IllegalStateException report = assertThrows(IllegalStateException.class, () -> Bounded.cancel(loop, read));
            assertTrue(String.valueOf(report.getMessage()).contains("arena was closed while"), report::getMessage);
            assertEquals("CANCELED", String.valueOf(Bounded.complete(loop, read).error()));
        }
    }

    @Promise("2.6")
    @OnEveryProvider
    void a_length_above_what_linux_transfers_is_cut(IoLoop loop, @TempDir Path folder) throws IOException {
        try (Descriptors open = new Descriptors(loop);
                Arena arena = Arena.ofConfined();
                FileChannel sparse = FileChannel.open(
                        folder.resolve("sparse"),
                        StandardOpenOption.CREATE,
                        StandardOpenOption.READ,
                        StandardOpenOption.WRITE)) {
            // Nobody touches its pages: writing to /dev/null only counts them.
            MemorySegment huge = sparse.map(FileChannel.MapMode.READ_WRITE, 0, 3L << 30, arena);
            Write write = new Write(loop, done -> {});
            write.submit(open.open("/dev/null", OpenFlags.of(OpenFlag.WRITE)), huge, -1);
            assertEquals(CUT, write.lengthBytes());
            assertEquals(CUT, Bounded.complete(loop, write).bytes());
            Read read = new Read(loop, done -> {});
            read.submit(open.file(folder.resolve("empty")), huge, 0);
            assertEquals(CUT, read.lengthBytes());
            assertEquals(0, Bounded.complete(loop, read).bytes());
        }
    }

    @Promise("2.6")
    @OnEveryProvider
    void short_transfers_are_results_and_0_is_the_end(IoLoop loop, @TempDir Path folder) throws IOException {
        try (Descriptors open = new Descriptors(loop)) {
            int fd = open.file(folder.resolve("file"));
            Write write = new Write(loop, done -> {});
            write.submit(fd, Bytes.of(loop, "five!"), 0);
            assertEquals(5, Bounded.complete(loop, write).bytes());
            Read read = new Read(loop, done -> {});
            for (int[] lengthAndResult : new int[][] {{100, 5}, {3, 3}, {0, 0}}) {
                read.submit(fd, Bytes.empty(loop, lengthAndResult[0]), 0);
                assertEquals(lengthAndResult[1], Bounded.complete(loop, read).bytes());
            }
            read.submit(fd, Bytes.empty(loop, 8), 5);
            assertEquals(0, Bounded.complete(loop, read).bytes());
            assertNull(read.error());
        }
    }

    @Promise("2.6")
    @OnEveryProvider
    void a_pipes_end_is_a_read_of_0(IoLoop loop) throws IOException {
        try (Descriptors open = new Descriptors(loop)) {
            Files.Pipe pipe = open.pipe();
            Read read = new Read(loop, done -> {});
            read.submit(pipe.readFd(), Bytes.empty(loop, 8), -1);
            loop.tick();
            open.closeOnLoop(pipe.writeFd());
            assertEquals(0, Bounded.complete(loop, read).bytes());
        }
    }
}
