// SPDX-License-Identifier: Apache-2.0

package dev.ringtail.io.tests.conformance;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertNull;
import static org.junit.jupiter.api.Assertions.assertSame;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.ringtail.io.Completion;
import dev.ringtail.io.Files;
import dev.ringtail.io.IoLoop;
import dev.ringtail.io.NextTick;
import dev.ringtail.io.Nop;
import dev.ringtail.io.Read;
import dev.ringtail.io.Recv;
import dev.ringtail.io.Timeout;
import dev.ringtail.io.Write;
import java.io.IOException;
import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.lang.ref.WeakReference;
import java.util.ArrayList;
import java.util.List;

final class LoopReuseTest {
    @Promise("2.1")
    @OnEveryProvider
    void a_second_submission_in_flight_is_refused_and_leaves_the_first_undisturbed(IoLoop loop) throws IOException {
        try (Descriptors open = new Descriptors(loop)) {
            Files.Pipe pipe = open.pipe();
            Files.Pipe other = open.pipe();
            int[] count = {0};
            Read read = new Read(loop, done -> count[0]++);
            MemorySegment buffer = Bytes.empty(loop, 8);
            read.submit(pipe.readFd(), buffer, -1);
            // Both before it is with the kernel and after.
            for (int i = 0; i < 2; i++) {
                assertThrows(
                        IllegalStateException.class, () -> read.submit(other.readFd(), Bytes.empty(loop, 4), 0, 2, 7));
                assertEquals(
                        List.of(pipe.readFd(), buffer, 0L, 8, -1L),
                        List.of(read.fd(), read.buffer(), read.from(), read.lengthBytes(), read.offset()));
                loop.tick();
            }
            new Write(loop, done -> {}).submit(pipe.writeFd(), Bytes.of(loop, "data"), -1);
            assertEquals("data", Bytes.text(buffer, Bounded.complete(loop, read).bytes()));
            assertEquals(1, count[0]);
        }
    }

    @Promise("2.1")
    @OnEveryProvider
    void a_completion_is_reused_thousands_of_times_from_inside_its_own_callback(IoLoop loop) throws IOException {
        try (Descriptors open = new Descriptors(loop)) {
            Files.Pipe pipe = open.pipe();
            MemorySegment out = Bytes.of(loop, "x");
            MemorySegment in = Bytes.empty(loop, 1);
            int[] count = {0, 0};
            // Each by itself: which of a write and the read of what it wrote completes first is the kernel's affair.
            Write write = new Write(loop, done -> {
                if (done.bytes() == 1 && ++count[1] < 3000) {
                    done.submit(pipe.writeFd(), out, -1);
                }
            });
            Read read = new Read(loop, done -> {
                if (done.bytes() == 1 && ++count[0] < 3000) {
                    done.submit(pipe.readFd(), in, -1);
                }
            });
            write.submit(pipe.writeFd(), out, -1);
            read.submit(pipe.readFd(), in, -1);
            Bounded.until(loop, "3000 bytes have gone through", () -> count[0] == 3000 && loop.inFlightCount() == 0);
        }
    }

    @Promise("2.1")
    @OnEveryProvider
    void a_refused_submission_leaves_the_completion_ready_for_another(IoLoop loop) throws IOException {
        try (Descriptors open = new Descriptors(loop)) {
            Write write = new Write(loop, done -> {});
            assertThrows(IllegalArgumentException.class, () -> write.submit(-1, Bytes.of(loop, "x"), -1));
            assertFalse(write.isInFlight());
            write.submit(open.pipe().writeFd(), Bytes.of(loop, "x"), -1);
            assertEquals(1, Bounded.complete(loop, write).bytes());
        }
    }

    @Promise("2.1")
    @OnEveryProvider
    void results_are_refused_until_there_are_any_and_after_a_failure(IoLoop loop) throws IOException {
        try (Descriptors open = new Descriptors(loop)) {
            Recv recv = new Recv(loop, done -> {});
            assertThrows(IllegalStateException.class, recv::error);
            assertThrows(IllegalStateException.class, recv::errno);
            assertThrows(IllegalStateException.class, recv::bytes);
            recv.submit(open.pair().first(), Bytes.empty(loop, 8));
            loop.tick();
            assertThrows(IllegalStateException.class, recv::error);
            assertThrows(IllegalStateException.class, recv::bytes);
            Bounded.cancel(loop, recv);
            IllegalStateException refusal = assertThrows(IllegalStateException.class, recv::bytes);
            assertTrue(String.valueOf(refusal.getMessage()).contains("CANCELED"), refusal::getMessage);
        }
    }

    @Promise("2.2")
    @OnEveryProvider
    void each_of_many_completes_exactly_once(IoLoop loop) {
        int[] counts = new int[3000];
        List<Completion> all = new ArrayList<>();
        for (int i = 0; i < counts.length; i += 3) {
            int at = i;
            Nop nop = new Nop(loop, done -> counts[at]++);
            Timeout timeout = new Timeout(loop, done -> counts[at + 1]++);
            NextTick tick = new NextTick(loop, done -> counts[at + 2]++);
            nop.submit();
            timeout.submit(at * 1000L);
            tick.submit();
            all.addAll(List.of(nop, timeout, tick));
        }
        Bounded.until(loop, "all are complete", () -> all.stream().noneMatch(Completion::isInFlight));
        loop.tick();
        for (int i = 0; i < counts.length; i++) {
            assertEquals(1, counts[i], all.get(i)::toString);
        }
    }

    @Promise("2.5")
    @OnEveryProvider
    void the_loop_keeps_completion_and_buffer_reachable_while_in_flight(IoLoop loop) throws IOException {
        try (Descriptors open = new Descriptors(loop)) {
            Files.Pipe pipe = open.pipe();
            List<String> texts = new ArrayList<>();
            WeakReference<MemorySegment> buffer = forgottenRead(loop, pipe.readFd(), texts);
            loop.tick();
            for (int i = 0; i < 3; i++) {
                System.gc();
                assertTrue(buffer.get() != null);
            }
            new Write(loop, done -> {}).submit(pipe.writeFd(), Bytes.of(loop, "kept"), -1);
            Bounded.until(loop, "the read is complete", () -> !texts.isEmpty());
            assertEquals(List.of("kept"), texts);
        }
    }

    /** A read that nobody but the loop knows of, into a buffer that nobody but the read knows of. */
    private static WeakReference<MemorySegment> forgottenRead(IoLoop loop, int fd, List<String> texts) {
        MemorySegment buffer = Arena.ofAuto().allocate(16);
        new Read(loop, done -> texts.add(Bytes.text(done.buffer(), done.bytes()))).submit(fd, buffer, -1);
        return new WeakReference<>(buffer);
    }

    @Promise("2.1")
    @OnEveryProvider
    void the_callback_gets_its_own_completion(IoLoop loop) {
        Nop[] seen = {null};
        Nop nop = new Nop(loop, done -> seen[0] = done);
        nop.submit();
        assertNull(Bounded.complete(loop, nop).error());
        assertSame(nop, seen[0]);
        assertSame(loop, nop.loop());
    }
}
