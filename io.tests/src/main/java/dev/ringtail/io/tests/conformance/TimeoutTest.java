// SPDX-License-Identifier: Apache-2.0

package dev.ringtail.io.tests.conformance;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertNull;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.ringtail.io.Cancel;
import dev.ringtail.io.IoLoop;
import dev.ringtail.io.Nop;
import dev.ringtail.io.Timeout;
import dev.ringtail.io.TimeoutError;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;

final class TimeoutTest {
    private static final long MILLISECOND = 1_000_000;

    private static Timeout timeout(IoLoop loop) {
        return new Timeout(loop, done -> {});
    }

    @Promise("3.6")
    @OnEveryProvider
    void never_early(IoLoop loop) {
        for (long nanos : new long[] {1, 1_000, 100_000, MILLISECOND, 3 * MILLISECOND + 7}) {
            Timeout timeout = timeout(loop);
            long start = System.nanoTime();
            timeout.submit(nanos);
            assertNull(Bounded.complete(loop, timeout).error());
            long passed = System.nanoTime() - start;
            assertTrue(passed >= nanos, () -> nanos + " ns took " + passed);
        }
    }

    @Promise("3.6")
    @OnEveryProvider
    void a_timeout_wakes_a_loop_that_waits_longer(IoLoop loop) {
        long[] at = {0};
        long start = System.nanoTime();
        new Timeout(loop, done -> at[0] = System.nanoTime()).submit(5 * MILLISECOND);
        loop.runFor(300 * MILLISECOND);
        // Far from the end of the wait, on however busy a machine.
        assertTrue(at[0] - start < Bounded.limit(250 * MILLISECOND), () -> "after " + (at[0] - start) + " ns");
    }

    @Promise("3.6")
    @OnEveryProvider
    void equal_deadlines_keep_their_order(IoLoop loop) {
        List<Integer> order = new ArrayList<>();
        List<Integer> expected = new ArrayList<>();
        for (int i = 0; i < 100; i++) {
            int number = i;
            // All of them are due at the end of time; cancelling in the loop's close keeps no promise, so zero is used.
            new Timeout(loop, done -> order.add(number)).submit(0);
            expected.add(i);
        }
        loop.tick();
        assertEquals(expected, order);
    }

    @Promise("3.6")
    @OnEveryProvider
    void earlier_deadlines_come_first_whatever_the_order_of_submission(IoLoop loop) {
        List<Long> order = new ArrayList<>();
        // Far from each other: their submissions are, on an emulated machine that has to load classes meanwhile.
        for (long millis : new long[] {180, 20, 140, 60, 100}) {
            new Timeout(loop, done -> order.add(millis)).submit(Duration.ofMillis(millis));
        }
        Bounded.until(loop, "all are due", () -> order.size() == 5);
        assertEquals(List.of(20L, 60L, 100L, 140L, 180L), order);
    }

    @Promise("3.6")
    @OnEveryProvider
    void a_zero_timeout_completes_in_the_next_pass(IoLoop loop) {
        Timeout timeout = timeout(loop);
        timeout.submit(0);
        assertTrue(timeout.isInFlight());
        loop.tick();
        assertNull(timeout.error());
    }

    @Promise("3.6")
    @OnEveryProvider
    void other_completions_do_not_affect_it(IoLoop loop) {
        Timeout timeout = timeout(loop);
        int[] nopCount = {0};
        Nop nop = new Nop(loop, done -> {
            nopCount[0]++;
            if (timeout.isInFlight()) {
                done.submit();
            }
        });
        nop.submit();
        long start = System.nanoTime();
        // Long enough for two passes on the slowest machine, an emulated one.
        timeout.submit(100 * MILLISECOND);
        Bounded.complete(loop, timeout);
        assertTrue(System.nanoTime() - start >= 100 * MILLISECOND);
        assertTrue(nopCount[0] > 1);
        assertNull(timeout.error());
    }

    @Promise("3.6")
    @OnEveryProvider
    void the_longest_time_of_all(IoLoop loop) {
        Timeout timeout = timeout(loop);
        timeout.submit(Long.MAX_VALUE);
        loop.runFor(2 * MILLISECOND);
        assertTrue(timeout.isInFlight());
        loop.close();
        assertEquals(TimeoutError.CANCELED, timeout.error());
    }

    @Promise("3.6")
    @OnEveryProvider
    void it_counts_from_its_submission_not_from_the_pass(IoLoop loop) {
        Timeout timeout = timeout(loop);
        timeout.submit(MILLISECOND);
        long until = System.nanoTime() + 2 * MILLISECOND;
        while (System.nanoTime() < until) {
            Thread.onSpinWait();
        }
        loop.tick();
        assertNull(timeout.error());
    }

    @Promise({"3.1", "3.8"})
    @Provokes("timeout ECANCELED")
    @OnEveryProvider
    void a_timeout_that_is_cancelled(IoLoop loop) {
        Timeout timeout = timeout(loop);
        Timeout other = timeout(loop);
        timeout.submit(Duration.ofDays(1));
        other.submit(MILLISECOND);
        Cancel cancel = new Cancel(loop, done -> {});
        cancel.submit(timeout);
        Failure.assertFails(loop, timeout, TimeoutError.CANCELED, "ECANCELED");
        assertTrue(Bounded.complete(loop, cancel).targetCanceled());
        assertNull(Bounded.complete(loop, other).error());
    }

    @Promise("3.9")
    @OnEveryProvider
    void a_negative_time_is_refused(IoLoop loop) {
        Timeout timeout = timeout(loop);
        Failure.assertRefused("nanos: -1", timeout, () -> timeout.submit(-1));
        Failure.assertRefused("duration", timeout, () -> timeout.submit(Duration.ofSeconds(-1)));
    }
}
