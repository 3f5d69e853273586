// SPDX-License-Identifier: Apache-2.0

package dev.ringtail.io.tests.scripted;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.ringtail.io.Accept;
import dev.ringtail.io.Cancel;
import dev.ringtail.io.Completion;
import dev.ringtail.io.NextTick;
import dev.ringtail.io.Recv;
import dev.ringtail.io.tests.conformance.Promise;
import java.util.List;
import org.junit.jupiter.api.Test;

/** Who wins when a completion is cancelled, and what the canceller learns, in every state that a target can be in. */
@Promise("3.8")
class CancelTest extends OnScriptedLoop {
    private final Recv recv = recv("recv");
    private final Cancel cancel = cancel("cancel");
    private long start;

    @Test
    void a_queued_target_is_canceled_and_never_reaches_the_driver() {
        recv.submit(5, buffer);
        cancel.submit(recv);

        loop.tick();

        assertEquals(List.of("recv CANCELED", "cancel won"), seen);
        assertEquals(List.of(), driver.log);
    }

    @Test
    void a_started_target_is_canceled_by_the_driver() {
        recv.submit(5, buffer);
        loop.tick();
        cancel.submit(recv);

        loop.tick();

        assertEquals(List.of("recv CANCELED", "cancel won"), seen);
        assertTrue(cancel.targetCanceled());
        assertEquals(1, driver.cancels.size());
    }

    @Test
    void a_started_target_whose_result_comes_first_completes_with_it() {
        recv.submit(5, buffer);
        loop.tick();
        cancel.submit(recv);
        driver.complete(recv, 3);

        loop.tick();

        assertEquals(List.of("recv", "cancel lost"), seen);
        assertEquals(3, recv.bytes());
        assertFalse(cancel.targetCanceled());
    }

    @Test
    void a_target_that_failed_by_itself_wasnt_canceled() {
        recv.submit(5, buffer);
        loop.tick();
        cancel.submit(recv);
        driver.complete(recv, -Errnos.EIO);

        loop.tick();

        assertEquals(List.of("recv UNEXPECTED", "cancel lost"), seen);
    }

    @Test
    void a_target_whose_result_is_known_completes_with_it() {
        new NextTick(loop, done -> cancel.submit(recv)).submit();
        recv.submit(5, buffer);
        answerAll();

        loop.tick();
        loop.tick();

        assertEquals(List.of("recv", "cancel lost"), seen);
        assertEquals(List.of(), driver.cancels);
    }

    @Test
    void a_target_that_has_completed_isnt_found() {
        answerAll();
        recv.submit(5, buffer);
        loop.tick();
        cancel.submit(recv);
        loop.tick();

        assertEquals(List.of("recv", "cancel NOT_FOUND"), seen);
        assertThrows(IllegalStateException.class, cancel::targetCanceled);
    }

    @Test
    void a_target_that_was_never_submitted_isnt_found() {
        cancel.submit(recv);
        loop.tick();

        assertEquals(List.of("cancel NOT_FOUND"), seen);
        assertEquals(Errnos.ENOENT, cancel.errno());
    }

    @Test
    void a_target_isnt_found_from_inside_its_own_callback() {
        NextTick target = new NextTick(loop, done -> cancel.submit(done));
        target.submit();
        loop.tick();
        loop.tick();

        assertEquals(List.of("cancel NOT_FOUND"), seen);
    }

    @Test
    void a_target_submitted_again_meanwhile_is_a_new_one() {
        Recv twice = new Recv(loop, done -> {
            seen.add("recv " + done.error());
            if (seen.size() == 1) {
                done.submit(5, buffer);
            }
        });
        twice.submit(5, buffer);
        loop.tick();
        cancel.submit(twice);
        loop.tick();
        loop.runFor(10_000_000_000L);

        assertEquals(List.of("recv CANCELED", "cancel won"), seen);
        assertTrue(twice.isInFlight());
        assertEquals(1, driver.cancels.size());
    }

    @Test
    void a_running_timeout_is_canceled() {
        var timeout = timeout("timeout");
        timeout.submit(1000);
        cancel.submit(timeout);
        loop.tick();

        assertEquals(List.of("timeout CANCELED", "cancel won"), seen);
    }

    @Test
    void a_timeout_that_is_due_but_not_collected_is_canceled() {
        var timeout = timeout("timeout");
        timeout.submit(1000);
        driver.now += 2000;
        cancel.submit(timeout);
        loop.tick();

        assertEquals(List.of("timeout CANCELED", "cancel won"), seen);
    }

    @Test
    void a_next_tick_cant_be_canceled() {
        var tick = nextTick("tick");
        tick.submit();
        cancel.submit(tick);
        loop.tick();

        assertEquals(List.of("tick", "cancel lost"), seen);
    }

    @Test
    void a_cancel_of_a_cancel_learns_that_it_ended_by_itself() {
        recv.submit(5, buffer);
        loop.tick();
        cancel.submit(recv);
        Cancel outer = cancel("outer");
        outer.submit(cancel);
        cancel("outermost").submit(outer);

        loop.tick();

        assertEquals(List.of("recv CANCELED", "cancel won", "outer lost", "outermost lost"), seen);
    }

    @Test
    void a_hundred_thousand_cancels_of_cancels_cost_no_stack() {
        recv.submit(5, buffer);
        loop.tick();
        Completion target = recv;
        for (int i = 0; i < 100_000; i++) {
            Cancel next = cancel("next");
            next.submit(target);
            target = next;
        }

        loop.tick();

        assertEquals(100_001, seen.size());
    }

    @Test
    void two_cancellers_of_one_target_learn_the_same_after_it() {
        recv.submit(5, buffer);
        loop.tick();
        cancel.submit(recv);
        cancel("other").submit(recv);

        loop.tick();

        assertEquals("recv CANCELED", seen.getFirst());
        assertEquals(
                List.of("cancel won", "other won", "recv CANCELED"),
                seen.stream().sorted().toList());
        assertEquals(1, driver.cancels.size());
    }

    @Test
    void a_later_canceller_of_a_target_being_cancelled_learns_the_same() {
        recv.submit(5, buffer);
        loop.tick();
        driver.lostCancels = 1;
        cancel.submit(recv);
        loop.tick();
        cancel("other").submit(recv);
        driver.complete(recv, 1);
        loop.tick();

        assertEquals(
                List.of("cancel lost", "other lost", "recv"),
                seen.stream().sorted().toList());
    }

    @Test
    void a_request_that_the_kernel_lost_is_made_again() {
        recv.submit(5, buffer);
        loop.tick();
        driver.lostCancels = 4;
        cancel.submit(recv);

        loop.runFor(100_000_000);

        assertEquals(List.of("recv CANCELED", "cancel won"), seen);
        assertEquals(5, driver.cancels.size());
    }

    @Test
    void a_request_is_repeated_less_and_less_often() {
        recv.submit(5, buffer);
        loop.tick();
        driver.lostCancels = Integer.MAX_VALUE;
        cancel.submit(recv);

        loop.runFor(60_000_000_000L);

        assertTrue(driver.cancels.size() > 10 && driver.cancels.size() < 80, "asked " + driver.cancels.size());
    }

    @Test
    void a_stubborn_target_doesnt_keep_a_later_one_waiting() {
        recv.submit(5, buffer);
        Recv other = recv("other");
        other.submit(6, buffer);
        loop.tick();
        driver.lostCancels = Integer.MAX_VALUE;
        cancel.submit(recv);
        loop.runFor(60_000_000_000L);
        new Cancel(loop, done -> seen.add("after " + (driver.now - start))).submit(other);
        driver.lostCancels = 1;
        start = driver.now;

        loop.runFor(1_000_000_000);

        assertEquals("after 1000000", seen.getLast());
    }

    @Test
    void a_request_that_the_driver_has_no_room_for_is_made_soon() {
        recv.submit(5, buffer);
        loop.tick();
        driver.room = 0;
        driver.inNextAwait(sink -> driver.room = 1);
        cancel.submit(recv);
        long start = driver.now;

        loop.runFor(10_000_000);

        assertEquals(List.of("recv CANCELED", "cancel won"), seen);
        assertEquals(10_000_000, driver.now - start);
    }

    @Test
    void requests_that_the_driver_has_little_room_for_are_all_made() {
        for (int i = 0; i < 100; i++) {
            recv("many").submit(i, buffer);
        }
        loop.tick();
        driver.room = 3;
        driver.started.forEach(one -> cancel("").submit(one.operation()));

        loop.runFor(1_000_000_000);

        assertEquals(100, seen.stream().filter("many CANCELED"::equals).count());
        assertEquals(100, seen.stream().filter(" won"::equals).count());
    }

    @Test
    void an_idle_loop_forgets_requests_that_succeeded() {
        recv.submit(5, buffer);
        loop.tick();
        cancel.submit(recv);
        loop.tick();
        loop.runFor(1_000_000_000);
        driver.timeouts.clear();

        loop.runFor(1_000_000_000);

        assertEquals(List.of(1_000_000_000L), driver.timeouts);
    }

    @Test
    @Promise({"3.8", "3.11"})
    void an_accept_that_wins_against_its_cancellation_delivers_its_descriptor() {
        Accept accept = new Accept(loop, done -> seen.add("accepted " + done.acceptedFd()));
        accept.submit(5);
        loop.tick();
        cancel.submit(accept);
        driver.complete(accept, 42);
        loop.tick();

        assertEquals(List.of("accepted 42", "cancel lost"), seen);
    }

    @Test
    void cancelling_its_target_leaves_the_canceller_reusable_in_its_callback() {
        Recv other = recv("other");
        Cancel again = new Cancel(loop, done -> {
            seen.add("canceled " + done.targetCanceled());
            if (other.isInFlight()) {
                done.submit(other);
            }
        });
        recv.submit(5, buffer);
        other.submit(6, buffer);
        loop.tick();
        again.submit(recv);
        loop.tick();
        loop.tick();

        assertEquals(List.of("recv CANCELED", "canceled true", "other CANCELED", "canceled true"), seen);
    }
}
