// SPDX-License-Identifier: Apache-2.0

package dev.ringtail.io.tests.scripted;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.ringtail.io.NextTick;
import dev.ringtail.io.Nop;
import dev.ringtail.io.Timeout;
import dev.ringtail.io.tests.conformance.Promise;
import java.time.Duration;
import java.util.List;
import org.junit.jupiter.api.Test;

/** How long runFor runs, and what ends it; and what other threads send while it waits. */
@Promise("1.3")
class RunForTest extends OnScriptedLoop {
    private final long start = driver.now;

    @Test
    void an_idle_loop_blocks_once_for_the_whole_duration() {
        loop.runFor(Duration.ofSeconds(5));

        assertEquals(List.of(5_000_000_000L), driver.timeouts);
        assertEquals(5_000_000_000L, driver.now - start);
    }

    @Test
    void early_returns_of_the_driver_dont_end_it_early() {
        driver.isRestless = true;

        loop.runFor(1_000_000);

        assertEquals(1_000_000, driver.now - start);
        assertTrue(driver.awaitCount > 10, "awaits: " + driver.awaitCount);
    }

    @Test
    void a_completion_doesnt_end_it() {
        answerAll();
        nop("nop").submit();

        loop.runFor(1000);

        assertEquals(List.of("nop"), seen);
        assertEquals(1000, driver.now - start);
    }

    @Test
    void stop_ends_it_with_the_pass_and_nothing_is_lost() {
        answerAll();
        new Nop(loop, _ -> {
                    seen.add("stop");
                    loop.stop();
                })
                .submit();
        nop("same pass").submit();
        new NextTick(loop, _ -> nop("later").submit()).submit();

        loop.runFor(Long.MAX_VALUE);

        assertEquals(List.of("stop", "same pass"), seen.subList(0, 2));
        loop.runFor(1000);
        assertEquals(List.of("stop", "same pass", "later"), seen);
    }

    @Test
    void a_stop_by_another_threads_task_ends_it() {
        driver.isRestless = true;
        loop.execute(loop::stop);

        loop.runFor(Long.MAX_VALUE);

        assertEquals(0, loop.inFlightCount());
    }

    @Test
    void a_stop_outside_of_it_has_no_effect() {
        loop.stop();

        loop.runFor(5000);

        assertEquals(5000, driver.now - start);
    }

    @Test
    void a_late_result_is_delivered_when_it_comes() {
        var recv = recv("recv");
        recv.submit(5, buffer);
        loop.tick();
        driver.completeAt(start + 300, recv, 1);

        loop.runFor(299);
        assertEquals(List.of(), seen);
        loop.runFor(2);

        assertEquals(List.of("recv"), seen);
        assertEquals(301, driver.now - start);
    }

    @Test
    void zero_nanoseconds_is_one_pass_that_doesnt_block() {
        answerAll();
        nop("nop").submit();

        loop.runFor(0);

        assertEquals(List.of("start Nop", "await 0"), driver.log);
        assertEquals(List.of("nop"), seen);
    }

    @Test
    void the_longest_duration_is_endless_and_ends_by_close() {
        new Timeout(loop, done -> loop.close()).submit(Duration.ofDays(10_000));

        loop.runFor(Long.MAX_VALUE);

        assertEquals(Duration.ofDays(10_000).toNanos(), driver.now - start);
        assertEquals(1, driver.closeCount);
    }

    @Test
    void a_duration_longer_than_nanoseconds_can_say_is_the_longest() {
        new Timeout(loop, done -> loop.close()).submit(Duration.ofDays(1));

        loop.runFor(Duration.ofSeconds(Long.MAX_VALUE));

        assertEquals(Duration.ofDays(1).toNanos(), driver.now - start);
    }

    @Test
    void a_negative_duration_is_refused() {
        assertEquals(
                "nanos: -1",
                assertThrows(IllegalArgumentException.class, () -> loop.runFor(-1))
                        .getMessage());
        assertThrows(IllegalArgumentException.class, () -> loop.runFor(Duration.ofNanos(-1)));
        loop.runFor(1);
    }

    @Test
    void a_callbacks_exception_ends_it() {
        new Timeout(loop, done -> {
                    throw new IllegalStateException("mine");
                })
                .submit(10);

        assertThrows(IllegalStateException.class, () -> loop.runFor(1000));

        assertEquals(10, driver.now - start);
    }

    @Test
    void a_wakeup_ends_a_wait_and_doesnt_end_it() {
        driver.inNextAwait(sink -> onAnotherThread("stranger", loop::wakeup));

        loop.runFor(1000);

        assertEquals(1, driver.wakeupCount);
        assertEquals(2, driver.awaitCount);
        assertEquals(1000, driver.now - start);
    }

    @Test
    void a_wakeup_before_the_wait_keeps_it_from_blocking() {
        loop.wakeup();

        loop.runFor(1000);

        assertEquals(List.of(1000L), driver.timeouts);
        assertEquals(2, loop.statistics().passes());
        assertEquals(0, driver.wakeupCount);
    }

    @Test
    void a_task_executed_while_it_waits_wakes_it_and_runs_once() {
        driver.inNextAwait(sink -> onAnotherThread("stranger", () -> {
            loop.execute(() -> seen.add("one at " + (driver.now - start)));
            loop.execute(() -> seen.add("two"));
        }));

        loop.runFor(1000);

        assertEquals(List.of("one at 0", "two"), seen);
        assertEquals(1, driver.wakeupCount);
        assertEquals(1000, driver.now - start);
    }

    @Test
    void a_task_executed_by_a_callback_keeps_the_next_wait_from_blocking() {
        new NextTick(loop, done -> loop.execute(() -> seen.add("at " + (driver.now - start)))).submit();

        loop.runFor(1000);

        assertEquals(List.of("at 0"), seen);
    }

    @Test
    void tasks_run_in_order_and_one_that_throws_costs_none() {
        for (int i = 0; i < 5; i++) {
            int number = i;
            loop.execute(() -> {
                seen.add("task " + number);
                if (number == 2) {
                    throw new IllegalStateException("mine");
                }
            });
        }

        assertThrows(IllegalStateException.class, loop::tick);
        assertEquals(List.of("task 0", "task 1", "task 2"), seen);
        loop.execute(() -> seen.add("task 5"));
        loop.tick();
        loop.tick();

        assertEquals(List.of("task 0", "task 1", "task 2", "task 3", "task 4", "task 5"), seen);
    }

    @Test
    void a_null_task_is_refused() {
        assertEquals(
                "task is null",
                assertThrows(NullPointerException.class, () -> loop.execute(missing()))
                        .getMessage());
    }

    @Test
    void it_keeps_its_deadline_while_operations_complete_at_once() {
        driver.answers = operation -> {
            driver.now += 7;
            return 0;
        };
        new Nop(loop, nop -> {
                    if (!isOver) {
                        nop.submit();
                    }
                })
                .submit();

        loop.runFor(1000);

        assertTrue(driver.now - start >= 1000 && driver.now - start < 1007, "ran for " + (driver.now - start));
    }
}
