// SPDX-License-Identifier: Apache-2.0

package dev.ringtail.io.tests.scripted;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.ringtail.io.Cancel;
import dev.ringtail.io.MultishotAccept;
import dev.ringtail.io.spi.Driver;
import dev.ringtail.io.tests.conformance.Promise;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/** Several results of one operation, in the order and at the times that no kernel gives on demand. */
@Promise("2.7")
class MultishotTest extends OnScriptedLoop {
    private final MultishotAccept accept = new MultishotAccept(loop, this::onAccept);
    private long token;

    @BeforeEach
    void submit() {
        accept.submit(5);
        loop.tick();
        token = driver.token(accept);
    }

    /** Writes down what the callback saw: "3+" is descriptor 3 with more to come. */
    private void onAccept(MultishotAccept done) {
        seen.add((done.error() == null ? done.acceptedFd() : done.error()) + (done.hasMore() ? "+" : ""));
    }

    private void inNextAwait(int... results) {
        driver.inNextAwait(sink -> {
            for (int result : results) {
                sink.completed(token, result, Driver.MORE);
            }
        });
    }

    @Test
    void results_of_one_pass_run_in_order() {
        inNextAwait(10, 11, 12);
        loop.tick();

        assertEquals(List.of("10+", "11+", "12+"), seen);
        assertTrue(accept.isInFlight());
    }

    @Test
    void the_last_result_comes_after_those_before_it() {
        inNextAwait(10, 11);
        driver.complete(accept, 12);
        loop.tick();

        assertEquals(List.of("10+", "11+", "12"), seen);
        assertFalse(accept.isInFlight());
        assertEquals(0, loop.inFlightCount());
    }

    @Test
    void more_results_than_it_has_room_for_are_kept() {
        int[] results = new int[100];
        List<String> expected = new ArrayList<>();
        for (int i = 0; i < results.length; i++) {
            results[i] = i + 10;
            expected.add(i + 10 + "+");
        }
        inNextAwait(results);
        loop.tick();

        assertEquals(expected, seen);
    }

    @Test
    void the_rest_comes_in_the_next_pass_after_an_exception() {
        MultishotAccept throwing = new MultishotAccept(loop, done -> {
            onAccept(done);
            throw new IllegalStateException("a callback's own");
        });
        throwing.submit(6);
        loop.tick();
        long other = driver.token(throwing);
        driver.inNextAwait(sink -> {
            sink.completed(other, 20, Driver.MORE);
            sink.completed(other, 21, Driver.MORE);
        });
        driver.complete(throwing, -Errnos.EINVAL);

        for (int i = 0; i < 3; i++) {
            assertThrows(IllegalStateException.class, loop::tick);
        }
        loop.tick();
        assertEquals(List.of("20+", "21+", "SOCKET_NOT_LISTENING"), seen);
    }

    @Test
    void results_that_come_while_an_exception_keeps_others_waiting_are_in_order() {
        boolean[] isThrowing = {true};
        MultishotAccept throwing = new MultishotAccept(loop, done -> {
            onAccept(done);
            if (isThrowing[0]) {
                isThrowing[0] = false;
                throw new IllegalStateException("a callback's own");
            }
        });
        throwing.submit(6);
        loop.tick();
        long other = driver.token(throwing);
        driver.inNextAwait(sink -> {
            sink.completed(other, 20, Driver.MORE);
            sink.completed(other, 21, Driver.MORE);
        });
        assertThrows(IllegalStateException.class, loop::tick);
        driver.inNextAwait(sink -> sink.completed(other, 22, Driver.MORE));
        driver.complete(throwing, -Errnos.ECANCELED);
        loop.tick();

        assertEquals(List.of("20+", "21+", "22+", "CANCELED"), seen);
    }

    @Test
    void an_interruption_is_retried_unseen() {
        driver.complete(accept, -Errnos.EINTR);
        loop.tick();
        loop.tick();

        assertEquals(List.of(), seen);
        assertTrue(driver.isStarted(accept));
    }

    @Test
    void an_interruption_after_results_of_the_same_pass_ends_it() {
        inNextAwait(10, 11);
        driver.complete(accept, -Errnos.EINTR);
        loop.tick();

        assertEquals(List.of("10+", "11"), seen);
        assertFalse(accept.isInFlight());
    }

    @Test
    void a_cancel_completes_after_the_last_result() {
        Cancel cancel = new Cancel(loop, done -> seen.add("cancel " + done.targetCanceled()));
        cancel.submit(accept);
        inNextAwait(10);
        loop.tick();
        loop.tick();

        assertEquals(List.of("10+", "CANCELED", "cancel true"), seen);
    }

    @Test
    void a_cancel_of_one_whose_last_result_waits_its_turn_learns_of_it() {
        Cancel cancel = new Cancel(loop, done -> seen.add("cancel " + done.targetCanceled()));
        MultishotAccept first = new MultishotAccept(loop, done -> {
            if (!cancel.isInFlight() && seen.isEmpty()) {
                cancel.submit(done);
            }
            onAccept(done);
        });
        first.submit(6);
        loop.tick();
        long other = driver.token(first);
        driver.inNextAwait(sink -> sink.completed(other, 20, Driver.MORE));
        driver.complete(first, 21);
        loop.tick();
        loop.tick();

        assertEquals(List.of("20+", "21", "cancel false"), seen);
    }

    @Test
    void it_can_be_submitted_again_from_its_last_callback() {
        MultishotAccept again = new MultishotAccept(loop, done -> {
            onAccept(done);
            if (!done.hasMore() && !isOver) {
                done.submit(7);
                assertThrows(IllegalStateException.class, done::hasMore);
            }
        });
        again.submit(6);
        loop.tick();
        driver.complete(again, 30);
        loop.tick();

        assertEquals(List.of("30"), seen);
        assertTrue(driver.isStarted(again));
    }

    @Test
    void closing_the_loop_delivers_what_came() {
        inNextAwait(10, 11);
        driver.relent();
        inNextAwait(12);
        loop.close();

        assertEquals("CANCELED", seen.getLast());
        assertFalse(accept.isInFlight());
    }
}
