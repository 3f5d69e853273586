// SPDX-License-Identifier: Apache-2.0

package dev.ringtail.io.tests.scripted;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertSame;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.ringtail.io.NextTick;
import dev.ringtail.io.Nop;
import dev.ringtail.io.Timeout;
import dev.ringtail.io.tests.conformance.Promise;
import java.util.List;
import java.util.function.BooleanSupplier;
import org.junit.jupiter.api.Test;

/** What a pass does, in which order, and what it costs. */
class PassTest extends OnScriptedLoop {
    private int runs;
    private int depth;

    @Test
    @Promise("1.2")
    void a_pass_submits_waits_runs_timers_and_callbacks_and_submits_what_they_queued() {
        answerAll();
        Nop second = nop("second");
        new Nop(loop, done -> {
                    driver.log.add("callback");
                    second.submit();
                })
                .submit();
        new Timeout(loop, done -> driver.log.add("timer")).submit(0);

        loop.tick();

        assertEquals(List.of("start Nop", "await 0", "callback", "timer", "start Nop", "submit"), driver.log);
        assertEquals(List.of(), seen);
    }

    @Test
    @Promise("1.2")
    void a_tick_never_blocks() {
        recv("recv").submit(5, buffer);
        timeout("timeout").submit(1000);
        long before = driver.now;

        loop.tick();

        assertEquals(List.of(0L), driver.timeouts);
        assertEquals(before, driver.now);
    }

    @Test
    @Promise({"1.2", "1.3"})
    void to_submit_and_to_wait_is_one_call_of_the_driver() {
        recv("recv").submit(5, buffer);

        loop.runFor(500);

        assertEquals(List.of("start Recv(fd 5)", "await 500"), driver.log);
    }

    @Test
    @Promise("1.2")
    void what_is_complete_at_that_point_runs_in_order_of_completion() {
        Nop a = nop("a");
        Nop b = nop("b");
        Nop c = nop("c");
        a.submit();
        b.submit();
        c.submit();
        loop.tick();
        driver.complete(c, 0);
        driver.complete(a, 0);
        driver.complete(b, 0);

        loop.tick();

        assertEquals(List.of("c", "a", "b"), seen);
    }

    @Test
    @Promise("1.4")
    void a_callback_never_runs_inside_the_call_that_submits() {
        answerAll();
        nop("nop").submit();
        nextTick("tick").submit();
        timeout("timeout").submit(0);
        cancel("cancel").submit(nop("never"));

        assertEquals(List.of(), seen);
    }

    @Test
    @Promise("1.4")
    void a_callback_that_resubmits_for_ever_costs_one_stack_frame() {
        answerAll();
        resubmitting(new Nop(loop, this::again));
        runs = 0;
        NextTick tick = new NextTick(loop, this::again);
        tick.submit();
        whileRunning(() -> runs < 1_000_000);
        runs = 0;
        Timeout timeout = new Timeout(loop, this::again);
        timeout.submit(0);
        whileRunning(() -> runs < 1_000_000);

        assertEquals(3_000_000, loop.statistics().completed() / 1_000_000 * 1_000_000);
    }

    private void resubmitting(Nop nop) {
        driver.log.clear();
        nop.submit();
        whileRunning(() -> runs < 1_000_000);
    }

    private void whileRunning(BooleanSupplier condition) {
        while (condition.getAsBoolean()) {
            loop.tick();
            driver.log.clear();
            driver.timeouts.clear();
        }
    }

    private void again(Nop nop) {
        enter();
        if (!isOver) {
            nop.submit();
        }
        depth--;
    }

    private void again(NextTick tick) {
        enter();
        if (!isOver) {
            tick.submit();
        }
        depth--;
    }

    private void again(Timeout timeout) {
        enter();
        if (!isOver) {
            timeout.submit(0);
        }
        depth--;
    }

    private void enter() {
        runs++;
        depth++;
        assertEquals(1, depth);
    }

    @Test
    @Promise("1.5")
    void what_a_callback_submits_is_delivered_no_earlier_than_the_next_pass() {
        answerAll();
        Nop nop = new Nop(loop, this::again);
        NextTick tick = new NextTick(loop, this::again);
        Timeout timeout = new Timeout(loop, this::again);
        nop.submit();
        tick.submit();
        timeout.submit(0);

        for (int pass = 1; pass <= 100; pass++) {
            loop.tick();
            assertEquals(3 * pass, runs);
        }
    }

    @Test
    @Promise("1.5")
    void a_cancel_submitted_by_a_callback_is_delivered_no_earlier_than_the_next_pass() {
        var cancel = cancel("cancel");
        NextTick later = nextTick("later");
        new NextTick(loop, done -> cancel.submit(later)).submit();
        later.submit();

        loop.tick();
        assertEquals(List.of("later"), seen);
        loop.tick();
        assertEquals(List.of("later", "cancel lost"), seen);
    }

    @Test
    @Promise("1.5")
    void a_task_that_executes_another_leaves_it_to_the_next_pass() {
        loop.execute(() -> {
            seen.add("first");
            loop.execute(() -> seen.add("second"));
        });

        loop.tick();
        assertEquals(List.of("first"), seen);
        loop.tick();
        assertEquals(List.of("first", "second"), seen);
    }

    @Test
    @Promise("1.5")
    void chains_that_complete_at_once_cant_starve_io() {
        var recv = recv("recv");
        recv.submit(5, buffer);
        new NextTick(loop, this::again).submit();
        new Timeout(loop, this::again).submit(0);
        loop.tick();
        driver.complete(recv, 1);

        loop.tick();

        assertEquals(List.of("recv"), seen);
    }

    @Test
    @Promise("1.7")
    void a_pass_with_nothing_to_do_calls_nothing() {
        loop.tick();
        loop.tick();
        nextTick("tick").submit();
        loop.tick();
        timeout("timeout").submit(0);
        loop.tick();

        assertEquals(List.of("tick", "timeout"), seen);
        assertEquals(List.of(), driver.log);
    }

    @Test
    @Promise("1.7")
    void a_pass_whose_callbacks_queue_work_submits_once_more() {
        Nop nop = new Nop(loop, this::again);
        Nop other = new Nop(loop, this::again);
        answerAll();
        nop.submit();
        other.submit();

        loop.tick();

        assertEquals(List.of("start Nop", "start Nop", "await 0", "start Nop", "start Nop", "submit"), driver.log);
    }

    @Test
    @Promise("1.7")
    void passes_of_run_for_submit_with_the_next_wait() {
        driver.answers = operation -> runs < 3 ? 0 : ScriptedDriver.PENDING;
        new Nop(loop, this::again).submit();

        loop.runFor(100);

        assertEquals(3, runs);
        assertEquals(0, driver.submitCount);
        assertEquals(4, driver.awaitCount);
    }

    @Test
    @Promise("1.7")
    void more_than_the_ring_holds_costs_one_submit_per_ring() {
        driver.room = 4;
        for (int i = 0; i < 10; i++) {
            nop("nop").submit();
        }

        loop.tick();

        assertEquals(2, driver.submitCount);
        assertEquals(1, driver.awaitCount);
        assertEquals(10, driver.started.size());
    }

    @Test
    @Promise("1.3")
    void tick_and_run_for_fail_inside_a_callback_and_leave_the_pass_undisturbed() {
        new NextTick(loop, done -> {
                    assertThrows(IllegalStateException.class, loop::tick);
                    assertThrows(IllegalStateException.class, () -> loop.runFor(0));
                    seen.add("refused");
                })
                .submit();
        nextTick("after").submit();

        loop.tick();

        assertEquals(List.of("refused", "after"), seen);
        loop.tick();
    }

    @Test
    @Promise("1.3")
    void tick_fails_inside_an_executed_task_too() {
        loop.execute(() -> {
            assertThrows(IllegalStateException.class, loop::tick);
            seen.add("refused");
        });

        loop.runFor(0);

        assertEquals(List.of("refused"), seen);
    }

    @Test
    @Promise("1.2")
    void an_exception_of_the_driver_leaves_the_pass_and_the_loop_goes_on() {
        RuntimeException failure = new IllegalStateException("scripted");
        answerAll();
        nop("nop").submit();
        driver.inNextAwait(sink -> {
            throw failure;
        });

        assertSame(failure, assertThrows(IllegalStateException.class, loop::tick));
        assertFalse(seen.contains("nop"));
        loop.tick();

        assertEquals(List.of("nop"), seen);
    }

    @Test
    @Promise({"1.2", "2.2"})
    void an_operation_that_the_driver_fails_to_take_is_offered_again() {
        RuntimeException failure = new IllegalStateException("scripted");
        answerAll();
        driver.startFailure = failure;
        nop("nop").submit();

        assertSame(failure, assertThrows(IllegalStateException.class, loop::tick));
        loop.tick();

        assertEquals(List.of("nop"), seen);
        assertTrue(driver.started.isEmpty());
    }
}
