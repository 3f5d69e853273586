// SPDX-License-Identifier: Apache-2.0

package dev.ringtail.io.tests.conformance;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertNull;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.ringtail.io.Capability;
import dev.ringtail.io.Event;
import dev.ringtail.io.IoLoop;
import dev.ringtail.io.NextTick;
import dev.ringtail.io.Nop;
import dev.ringtail.io.Timeout;
import java.io.IOException;
import java.time.Duration;
import org.junit.jupiter.api.Assertions;

final class LoopRunForTest {
    private static final long MILLI = 1_000_000;
    private static final Duration ENDLESS = Duration.ofSeconds(Long.MAX_VALUE, 999_999_999);

    private static long timed(Runnable work) {
        long start = System.nanoTime();
        work.run();
        return System.nanoTime() - start;
    }

    @Promise("1.3")
    @OnEveryProvider
    void it_returns_never_early_and_soon(IoLoop loop) {
        long grain = loop.capabilities().contains(Capability.NANOSECOND_WAIT) ? 0 : MILLI;
        for (long nanos : new long[] {1, 100, 10_000, 300_000, MILLI, 1_234_567, 7 * MILLI}) {
            long best = Long.MAX_VALUE;
            for (int i = 0; i < 20; i++) {
                long took = timed(() -> loop.runFor(nanos));
                assertTrue(took >= nanos, () -> took + " instead of " + nanos);
                best = Math.min(best, took - nanos);
            }
            // The scheduler delays this one or that one, on a busy machine most, but not all.
            long late = best;
            assertTrue(
                    late < grain + Bounded.limit(2 * MILLI),
                    () -> nanos + " ns were at least " + late + " ns too long");
        }
    }

    @Promise("1.3")
    @OnEveryProvider
    void a_callback_stops_it_and_what_is_in_flight_stays_so(IoLoop loop) {
        int[] count = {0};
        Timeout later = new Timeout(loop, done -> count[0]++);
        later.submit(Duration.ofMillis(20));
        new Timeout(loop, done -> loop.stop()).submit(Duration.ofMillis(1));
        loop.runFor(Long.MAX_VALUE);
        assertEquals(count[0] == 0, later.isInFlight());
        loop.runFor(Duration.ofMillis(20));
        assertEquals(1, count[0]);
    }

    @Promise("1.3")
    @OnEveryProvider
    void for_no_time_it_makes_one_pass(IoLoop loop) {
        int[] count = {0};
        new NextTick(loop, done -> count[0]++).submit();
        long passes = loop.statistics().passes();
        loop.runFor(0);
        loop.runFor(Duration.ZERO);
        assertEquals(1, count[0]);
        assertEquals(2, loop.statistics().passes() - passes);
    }

    @Promise("1.3")
    @OnEveryProvider
    void less_than_no_time_is_refused(IoLoop loop) {
        assertThrows(IllegalArgumentException.class, () -> loop.runFor(-1));
        assertThrows(IllegalArgumentException.class, () -> loop.runFor(Duration.ofNanos(-1)));
        loop.tick();
    }

    @Promise({"1.3", "1.8"})
    @OnEveryProvider
    void for_ever_ends_by_close_from_a_callback(IoLoop loop) {
        new Timeout(loop, done -> loop.close()).submit(3 * MILLI);
        loop.runFor(Long.MAX_VALUE);
        assertThrows(IllegalStateException.class, loop::tick);
    }

    @Promise({"1.3", "1.8"})
    @OnEveryProvider
    void for_ever_ends_by_close_from_a_task_of_another_thread(IoLoop loop) throws InterruptedException {
        Thread thread = Thread.ofPlatform().start(() -> {
            pause();
            loop.execute(loop::close);
        });
        loop.runFor(ENDLESS);
        assertThrows(IllegalStateException.class, loop::tick);
        thread.join();
    }

    @Promise({"1.3", "2.4"})
    @OnEveryProvider
    void for_ever_ends_by_an_exception_from_a_callback(IoLoop loop) {
        IllegalStateException thrown = new IllegalStateException("from the callback");
        new Timeout(loop, done -> {
                    throw thrown;
                })
                .submit(3 * MILLI);
        assertEquals(thrown, assertThrows(IllegalStateException.class, () -> loop.runFor(Long.MAX_VALUE)));
        loop.tick();
    }

    @Promise("1.3")
    @OnEveryProvider
    void wakeups_do_not_end_it(IoLoop loop) throws InterruptedException {
        Thread thread = Thread.ofPlatform().start(() -> {
            for (int i = 0; i < 20; i++) {
                pause();
                loop.wakeup();
            }
        });
        assertTrue(timed(() -> loop.runFor(60 * MILLI)) >= 60 * MILLI);
        thread.join();
    }

    @Promise("1.3")
    @OnEveryProvider
    void it_blocks_while_nothing_is_ready(IoLoop loop) {
        long passes = loop.statistics().passes();
        loop.runFor(30 * MILLI);
        long made = loop.statistics().passes() - passes;
        assertTrue(made < 10, () -> made + " passes in 30 ms with nothing to do");
    }

    @Promise({"1.3", "3.6"})
    @OnEveryProvider
    void a_timeout_ends_the_wait_but_not_the_run(IoLoop loop) {
        long start = System.nanoTime();
        long[] fired = {0};
        new Timeout(loop, done -> fired[0] = System.nanoTime()).submit(5 * MILLI);
        // Far from each other: an emulated machine on a busy one stands still for 100 ms.
        loop.runFor(500 * MILLI);
        assertTrue(System.nanoTime() - start >= 500 * MILLI);
        assertTrue(
                fired[0] - start >= 5 * MILLI && fired[0] - start < 450 * MILLI, () -> "after " + (fired[0] - start));
    }

    @Promise("1.3")
    @OnEveryProvider
    void io_ends_a_long_wait(IoLoop loop) throws IOException, InterruptedException {
        Event event = new Event(loop, loop::close);
        event.listen();
        Thread thread = Thread.ofPlatform().start(() -> {
            pause();
            try {
                event.trigger();
            } catch (IOException e) {
                Assertions.fail(e);
            }
        });
        loop.runFor(Long.MAX_VALUE);
        assertNull(event.error());
        assertFalse(event.isListening());
        thread.join();
    }

    @Promise({"1.3", "1.5"})
    @OnEveryProvider
    void it_makes_passes_until_the_time_is_over(IoLoop loop) {
        int[] count = {0};
        Nop nop = new Nop(loop, done -> {
            if (++count[0] < 10) {
                done.submit();
            }
        });
        nop.submit();
        loop.runFor(100 * MILLI);
        assertEquals(10, count[0]);
    }

    /** Long enough for the loop's thread to have blocked, most of the time; nothing depends on it. */
    private static void pause() {
        try {
            Thread.sleep(2);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
    }
}
