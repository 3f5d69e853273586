// SPDX-License-Identifier: Apache-2.0

package dev.ringtail.io.tests.scripted;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.ringtail.io.Cancel;
import dev.ringtail.io.Timeout;
import dev.ringtail.io.tests.conformance.Promise;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.Random;
import org.junit.jupiter.api.Test;

/** When timeouts complete, and in which order. */
@Promise("3.6")
class TimersTest extends OnScriptedLoop {
    private final long start = driver.now;

    @Test
    void a_timeout_is_never_early() {
        driver.isRestless = true;
        List<Long> times = new ArrayList<>();
        new Timeout(loop, done -> times.add(driver.now - start)).submit(1000);
        loop.runFor(999);
        assertEquals(List.of(), times);

        loop.runFor(10);

        assertEquals(List.of(1000L), times);
    }

    @Test
    void a_timeout_is_relative_to_its_submission() {
        Timeout second = timeout("second");
        new Timeout(loop, done -> {
                    seen.add("first");
                    second.submit(100);
                })
                .submit(100);

        loop.runFor(199);
        assertEquals(List.of("first"), seen);
        loop.runFor(1);

        assertEquals(List.of("first", "second"), seen);
    }

    @Test
    void a_tick_completes_what_is_due() {
        timeout("timeout").submit(100);
        loop.tick();
        assertEquals(List.of(), seen);
        driver.now += 100;

        loop.tick();

        assertEquals(List.of("timeout"), seen);
    }

    @Test
    void equal_deadlines_complete_in_order_of_submission() {
        for (int i = 0; i < 1000; i++) {
            timeout("" + i).submit(50);
        }
        loop.runFor(60);

        List<String> expected = new ArrayList<>();
        for (int i = 0; i < 1000; i++) {
            expected.add("" + i);
        }
        assertEquals(expected, seen);
    }

    @Test
    void the_same_deadline_counts_though_submitted_at_different_times() {
        timeout("first").submit(100);
        driver.now += 40;
        timeout("second").submit(60);
        driver.now += 10;
        timeout("third").submit(50);

        loop.runFor(50);

        assertEquals(List.of("first", "second", "third"), seen);
    }

    @Test
    void a_zero_timeout_completes_in_the_next_pass() {
        timeout("timeout").submit(0);

        loop.tick();

        assertEquals(List.of("timeout"), seen);
    }

    @Test
    void the_longest_timeout_doesnt_overflow() {
        timeout("longest").submit(Long.MAX_VALUE);
        timeout("short").submit(10);

        loop.runFor(1000);

        assertEquals(List.of("short"), seen);
        assertEquals(List.of(10L, 990L), driver.timeouts);
    }

    @Test
    void other_completions_dont_move_it() {
        List<Long> times = new ArrayList<>();
        new Timeout(loop, done -> times.add(driver.now - start)).submit(1000);
        var recv = recv("recv");
        recv.submit(5, buffer);
        loop.tick();
        driver.completeAt(start + 400, recv, 1);

        loop.runFor(2000);

        assertEquals(List.of(1000L), times);
    }

    @Test
    void a_cancelled_timeout_completes_in_the_next_pass_and_never_again() {
        Timeout timeout = timeout("timeout");
        timeout.submit(1000);
        cancel("cancel").submit(timeout);

        loop.tick();
        assertEquals(List.of("timeout CANCELED", "cancel won"), seen);
        loop.runFor(2000);

        assertEquals(2, seen.size());
    }

    @Test
    void a_hundred_thousand_complete_each_once_in_order_of_deadline() {
        Random random = new Random(1);
        int count = 100_000;
        List<Timeout> timeouts = new ArrayList<>();
        List<Long> lateness = new ArrayList<>();
        for (int i = 0; i < count; i++) {
            Timeout timeout = new Timeout(loop, done -> lateness.add(driver.now - start - done.nanos()));
            timeouts.add(timeout);
            timeout.submit(random.nextInt(1_000_000));
        }
        Collections.shuffle(timeouts, random);
        timeouts.subList(0, count / 2)
                .forEach(timeout -> new Cancel(loop, done -> {
                            assertTrue(done.targetCanceled());
                        })
                        .submit(timeout));
        loop.tick();
        int cancelled = lateness.size();
        lateness.clear();

        loop.runFor(1_000_000);

        assertEquals(count / 2, cancelled);
        assertEquals(count / 2, lateness.size());
        assertTrue(lateness.stream().allMatch(late -> late == 0));
        assertEquals(0, loop.inFlightCount());
    }

    @Test
    void timeouts_stay_in_order_while_others_are_added_and_removed() {
        Random random = new Random(2);
        List<Long> fired = new ArrayList<>();
        List<Timeout> running = new ArrayList<>();
        for (int i = 0; i < 20_000; i++) {
            if (running.isEmpty() || random.nextInt(3) > 0) {
                Timeout timeout = new Timeout(loop, done -> {
                    if (done.error() == null) {
                        fired.add(done.nanos());
                    }
                });
                timeout.submit(random.nextInt(500));
                running.add(timeout);
            } else {
                cancel("").submit(running.remove(random.nextInt(running.size())));
            }
        }

        loop.runFor(1000);

        assertEquals(fired.stream().sorted().toList(), fired);
        assertEquals(running.size(), fired.size());
    }
}
