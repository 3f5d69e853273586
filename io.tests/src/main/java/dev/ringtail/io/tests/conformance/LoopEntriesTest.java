// SPDX-License-Identifier: Apache-2.0

package dev.ringtail.io.tests.conformance;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.ringtail.io.Capability;
import dev.ringtail.io.Files;
import dev.ringtail.io.IoLoop;
import dev.ringtail.io.NextTick;
import dev.ringtail.io.Nop;
import dev.ringtail.io.Options;
import dev.ringtail.io.Read;
import dev.ringtail.io.Send;
import dev.ringtail.io.Sockets;
import dev.ringtail.io.Timeout;
import dev.ringtail.io.spi.Provider;
import java.io.IOException;

/** How often a pass enters the kernel, by {@code statistics().kernelEntries()}. */
final class LoopEntriesTest {
    private static boolean isUring(IoLoop loop) {
        return loop.capabilities().contains(Capability.KERNEL_COMPLETIONS);
    }

    /** How many entries some work costs. */
    private static long entries(IoLoop loop, Runnable work) {
        long before = loop.statistics().kernelEntries();
        work.run();
        return loop.statistics().kernelEntries() - before;
    }

    @Promise("1.7")
    @OnEveryProvider
    void none_when_there_is_nothing_to_do(IoLoop loop) {
        loop.tick(); // What opening left to be done.
        assertEquals(0, entries(loop, () -> {
            for (int i = 0; i < 100; i++) {
                loop.tick();
            }
        }));
    }

    @Promise("1.7")
    @OnEveryProvider
    void none_for_what_the_loop_does_itself(IoLoop loop) {
        loop.tick();
        assertEquals(0, entries(loop, () -> {
            for (int i = 0; i < 100; i++) {
                new NextTick(loop, done -> {}).submit();
                new Timeout(loop, done -> {}).submit(0);
                loop.execute(() -> {});
                loop.tick();
            }
        }));
    }

    @Promise("1.7")
    @OnEveryProvider
    void none_under_io_uring_while_what_is_in_flight_waits_and_at_most_one_under_epoll(IoLoop loop) throws IOException {
        try (Descriptors open = new Descriptors(loop)) {
            Read read = new Read(loop, done -> {});
            read.submit(open.pipe().readFd(), Bytes.empty(loop, 8), -1);
            loop.runFor(1_000_000);
            long entries = entries(loop, () -> {
                for (int i = 0; i < 100; i++) {
                    loop.tick();
                }
            });
            assertTrue(entries <= (isUring(loop) ? 0 : 100), () -> entries + " for 100 passes");
            Bounded.cancel(loop, read);
        }
    }

    @Promise("1.7")
    @OnEveryProvider
    void one_to_submit_and_reap_all_that_is_queued(IoLoop loop) {
        loop.tick();
        int[] count = {0};
        for (int i = 0; i < 100; i++) {
            new Nop(loop, done -> count[0]++).submit();
        }
        long entries = entries(loop, loop::tick);
        assertEquals(100, count[0]);
        assertTrue(entries <= 1, () -> entries + " entries");
    }

    @Promise("1.7")
    @OnEveryProvider
    void one_more_if_callbacks_queued_work(IoLoop loop) {
        loop.tick();
        Nop later = new Nop(loop, done -> {});
        new Nop(loop, done -> later.submit()).submit();
        long entries = entries(loop, loop::tick);
        assertTrue(entries <= 2, () -> entries + " entries");
        assertTrue(later.isInFlight());
        long further = entries(loop, loop::tick);
        assertFalse(later.isInFlight());
        assertTrue(further <= 1, () -> further + " entries");
    }

    @Promise("1.7")
    @OnEveryProvider
    void one_to_submit_and_wait(IoLoop loop) {
        loop.runFor(1_000_000);
        for (int i = 0; i < 10; i++) {
            Nop nop = new Nop(loop, done -> {});
            nop.submit();
            long passes = loop.statistics().passes();
            long entries = entries(loop, () -> loop.runFor(2_000_000));
            long made = loop.statistics().passes() - passes;
            assertTrue(entries <= made, () -> entries + " entries for " + made + " passes");
        }
    }

    @Promise("1.7")
    @OnEveryProvider
    void in_runFor_work_queued_by_callbacks_goes_with_the_next_wait(IoLoop loop) {
        loop.tick();
        int[] count = {0};
        Nop nop = new Nop(loop, done -> {
            if (++count[0] < 1000) {
                done.submit();
            }
        });
        nop.submit();
        long entries = entries(loop, () -> Bounded.complete(loop, nop));
        assertEquals(1000, count[0]);
        assertTrue(entries <= 1000 + 100, () -> entries + " entries for 1000 passes");
    }

    @Promise({"1.7", "2.3"})
    @OnEveryProvider
    void further_ones_only_while_more_is_queued_than_the_ring_holds(Provider provider) throws IOException {
        try (IoLoop loop = IoLoop.open(provider, Options.defaults().withEntries(8))) {
            loop.tick();
            int[] count = {0};
            for (int i = 0; i < 80; i++) {
                new Nop(loop, done -> count[0]++).submit();
            }
            long entries = entries(loop, () -> {
                for (int i = 0; i < 10 && count[0] < 80; i++) {
                    loop.tick();
                }
            });
            assertEquals(80, count[0]);
            assertTrue(entries <= 11, () -> entries + " entries for 80 operations, 8 at a time");
        }
    }

    @Promise("1.7")
    @OnEveryProvider
    void under_epoll_one_per_transfer_and_one_wait(IoLoop loop) throws IOException {
        try (Descriptors open = new Descriptors(loop)) {
            Sockets.Pair pair = open.pair();
            loop.tick();
            int[] count = {0};
            for (int i = 0; i < 10; i++) {
                new Send(loop, done -> count[0] += done.bytes()).submit(pair.first(), Bytes.of(loop, "x"));
            }
            long entries = entries(loop, loop::tick);
            assertEquals(10, count[0]);
            assertTrue(entries <= (isUring(loop) ? 1 : 11), () -> entries + " entries");
        }
    }

    @Promise("1.7")
    @OnEveryProvider
    void under_epoll_a_recv_that_waits_costs_two_attempts_and_an_interest(IoLoop loop) throws IOException {
        try (Descriptors open = new Descriptors(loop)) {
            Files.Pipe pipe = open.pipe();
            Read read = new Read(loop, done -> {});
            loop.tick();
            long first = entries(loop, () -> {
                read.submit(pipe.readFd(), Bytes.empty(loop, 8), -1);
                loop.tick();
            });
            // io_uring: one entry. epoll: the attempt, the registration (once per descriptor), the wait.
            assertTrue(first <= (isUring(loop) ? 1 : 5), () -> first + " entries");
            Bounded.cancel(loop, read);
        }
    }
}
