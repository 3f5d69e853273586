// SPDX-License-Identifier: Apache-2.0

package dev.ringtail.io.tests.scripted;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertSame;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.ringtail.io.Accept;
import dev.ringtail.io.Event;
import dev.ringtail.io.NextTick;
import dev.ringtail.io.Openat;
import dev.ringtail.io.SystemCallException;
import dev.ringtail.io.tests.conformance.Promise;
import java.lang.foreign.MemorySegment;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.function.Executable;

/** What closing a loop does, in all its clauses. */
@Promise("1.8")
class LoopCloseTest extends OnScriptedLoop {
    @Test
    void it_cancels_everything_in_flight_and_delivers_each_once() {
        recv("started").submit(5, buffer);
        loop.tick();
        recv("queued").submit(6, buffer);
        timeout("timeout").submit(1000);
        nextTick("tick").submit();
        cancel("cancel").submit(recv("never"));

        loop.close();

        assertEquals(
                List.of("cancel NOT_FOUND", "queued CANCELED", "started CANCELED", "tick", "timeout CANCELED"),
                seen.stream().sorted().toList());
        assertEquals(1, driver.closeCount);
    }

    @Test
    void a_result_that_came_first_is_delivered() {
        var recv = recv("recv");
        recv.submit(5, buffer);
        loop.tick();
        driver.complete(recv, 9);

        loop.close();

        assertEquals(List.of("recv"), seen);
        assertEquals(9, recv.bytes());
    }

    @Test
    void it_waits_until_the_driver_has_let_go_of_every_buffer() {
        var recv = recv("recv");
        MemorySegment safe = loop.arena().allocate(8);
        recv.submit(5, safe);
        loop.tick();
        driver.lostCancels = Integer.MAX_VALUE;
        driver.completeAt(driver.now + 3_600_000_000_000L, recv, 8);
        driver.inNextAwait(sink -> assertTrue(safe.scope().isAlive()));

        loop.close();

        assertEquals(List.of("recv"), seen);
        assertFalse(safe.scope().isAlive());
    }

    @Test
    void a_queued_close_is_carried_out() {
        close("close").submit(5);
        answerAll();

        loop.close();

        assertEquals(List.of("close"), seen);
        assertTrue(driver.log.contains("start Close(fd 5)"), driver.log.toString());
    }

    @Test
    void a_started_close_isnt_cancelled() {
        var close = close("close");
        close.submit(5);
        loop.tick();
        driver.completeAt(driver.now + 100, close, 0);

        loop.close();

        assertEquals(List.of("close"), seen);
        assertEquals(List.of(), driver.cancels);
    }

    @Test
    void a_close_that_waits_is_carried_out() {
        recv("recv").submit(5, buffer);
        loop.tick();
        close("close").submit(5);
        driver.answers = operation ->
                operation.fd() == 5 && operation instanceof dev.ringtail.io.Close ? 0 : ScriptedDriver.PENDING;

        loop.close();

        assertEquals(List.of("recv CANCELED", "close"), seen);
    }

    @Test
    @Promise({"1.8", "3.11"})
    void a_descriptor_that_wins_against_the_close_is_delivered() {
        List<Integer> descriptors = new ArrayList<>();
        Accept accept = new Accept(loop, done -> descriptors.add(done.acceptedFd()));
        Openat openat = new Openat(loop, done -> descriptors.add(done.openedFd()));
        accept.submit(5);
        openat.submit("file", dev.ringtail.io.OpenFlags.READ, 0);
        loop.tick();
        driver.lostCancels = 2;
        driver.completeAt(driver.now + 10, accept, 77);
        driver.completeAt(driver.now + 20, openat, 78);

        loop.close();

        assertEquals(List.of(77, 78), descriptors);
    }

    @Test
    void from_a_callback_it_takes_effect_at_the_end_of_the_pass() {
        recv("pending").submit(5, buffer);
        new NextTick(loop, done -> {
                    loop.close();
                    loop.close();
                    assertEquals(0, driver.closeCount);
                    nextTick("submitted after").submit();
                })
                .submit();
        nextTick("same pass").submit();

        loop.tick();

        assertEquals(List.of("same pass", "submitted after", "pending CANCELED"), seen);
        assertEquals(1, driver.closeCount);
    }

    @Test
    void from_a_callback_that_throws_it_closes_and_the_exception_comes_out() {
        RuntimeException first = new IllegalStateException("first");
        recv("pending").submit(5, buffer);
        new NextTick(loop, done -> {
                    loop.close();
                    throw first;
                })
                .submit();
        nextTick("after").submit();

        assertSame(first, assertThrows(IllegalStateException.class, () -> loop.runFor(1000)));

        assertEquals(List.of("after", "pending CANCELED"), seen);
        assertEquals(1, driver.closeCount);
    }

    @Test
    void the_first_exception_of_its_callbacks_is_thrown_at_the_end_with_the_others_suppressed() {
        Error first = new AssertionError("first");
        RuntimeException second = new IllegalStateException("second");
        RuntimeException third = new IllegalArgumentException("third");
        throwing(first);
        throwing(second);
        nextTick("between").submit();
        throwing(third);

        assertSame(first, assertThrows(AssertionError.class, loop::close));

        assertArrayEquals(new Throwable[] {second, third}, first.getSuppressed());
        assertEquals(List.of("between"), seen);
        assertEquals(1, driver.closeCount);
    }

    @Test
    void what_its_callbacks_throw_is_suppressed_by_what_the_closing_callback_threw() {
        RuntimeException first = new IllegalStateException("first");
        RuntimeException second = new IllegalStateException("second");
        new NextTick(loop, done -> {
                    loop.close();
                    throw first;
                })
                .submit();
        throwing(second);

        assertSame(first, assertThrows(IllegalStateException.class, loop::tick));

        assertArrayEquals(new Throwable[] {second}, first.getSuppressed());
    }

    @Test
    void the_same_exception_thrown_twice_is_thrown_once() {
        RuntimeException same = new IllegalStateException("same");
        throwing(same);
        throwing(same);

        assertSame(same, assertThrows(IllegalStateException.class, loop::close));

        assertEquals(1, driver.closeCount);
    }

    private void throwing(Throwable thrown) {
        new NextTick(loop, done -> {
                    if (thrown instanceof Error error) {
                        throw error;
                    }
                    throw (RuntimeException) thrown;
                })
                .submit();
    }

    @Test
    void an_executed_task_runs_once() {
        loop.execute(() -> seen.add("one"));
        loop.execute(() -> {
            throw new IllegalStateException("mine");
        });
        loop.execute(() -> seen.add("two"));

        assertThrows(IllegalStateException.class, loop::close);

        assertEquals(List.of("one", "two"), seen);
    }

    @Test
    void while_it_runs_submissions_tasks_and_passes_are_refused() {
        List<String> accepted = new ArrayList<>();
        Map<String, Executable> calls = new TreeMap<>();
        for (Submission submission : Submission.all(loop, done -> {})) {
            calls.put("submit " + submission, submission.submit()::run);
        }
        calls.put("execute", () -> loop.execute(() -> {}));
        calls.put("wakeup", loop::wakeup);
        calls.put("tick", loop::tick);
        calls.put("runFor", () -> loop.runFor(1));
        calls.put("new Event", () -> new Event(loop, () -> {}));
        new dev.ringtail.io.Recv(loop, done -> {
                    seen.add("closing");
                    accepted.addAll(notRefused(calls));
                    loop.close();
                })
                .submit(5, buffer);

        loop.close();

        assertEquals(List.of("closing"), seen);
        assertEquals(List.of(), accepted);
    }

    @Test
    void afterwards_every_call_fails_and_closing_again_does_nothing() throws SystemCallException {
        Event event = new Event(loop, () -> {});
        var sockets = loop.sockets();
        var files = loop.files();
        Map<String, Executable> calls = new TreeMap<>(ThreadRuleTest.calls(loop, event));
        calls.put("execute", () -> loop.execute(() -> {}));
        calls.put("wakeup", loop::wakeup);
        calls.put("socket", () -> sockets.close(5));
        calls.put("file", () -> files.close(5));

        loop.close();
        loop.close();

        assertEquals(List.of(), notRefused(calls));
        assertEquals(1, driver.closeCount);
        assertEquals(List.of("openEvent()", "close(1000)"), driver.calls.log);
        loop.statistics();
        event.close();
        event.trigger();
    }

    private static List<String> notRefused(Map<String, Executable> calls) {
        List<String> accepted = new ArrayList<>();
        calls.forEach((name, call) -> {
            try {
                call.execute();
                accepted.add(name);
            } catch (IllegalStateException e) {
                // As it should be.
            } catch (Throwable e) {
                accepted.add(name + ": " + e);
            }
        });
        return accepted;
    }

    @Test
    void the_loops_arena_cant_be_closed_by_anyone_else() {
        MemorySegment segment = loop.arena().allocate(8);

        assertThrows(UnsupportedOperationException.class, () -> loop.arena().close());

        assertTrue(segment.scope().isAlive());
    }

    @Test
    void what_the_driver_throws_meanwhile_comes_out_and_closing_again_goes_on() {
        RuntimeException failure = new IllegalStateException("scripted");
        recv("recv").submit(5, buffer);
        loop.tick();
        driver.inNextAwait(sink -> {
            throw failure;
        });

        assertSame(failure, assertThrows(IllegalStateException.class, loop::close));
        assertEquals(0, driver.closeCount);
        loop.close();

        assertEquals(List.of("recv CANCELED"), seen);
        assertEquals(1, driver.closeCount);
    }

    @Test
    void a_close_that_the_driver_stopped_is_gone_on_with_by_the_next_pass_however_long_it_may_take() {
        recv("recv").submit(5, buffer);
        loop.tick();
        driver.inNextAwait(sink -> {
            throw new IllegalStateException("scripted");
        });
        assertThrows(IllegalStateException.class, loop::close);

        loop.runFor(Long.MAX_VALUE);

        assertEquals(List.of("recv CANCELED"), seen);
        assertEquals(1, driver.closeCount);
    }

    @Test
    void its_callbacks_exceptions_are_thrown_though_the_driver_fails_to_close_too() {
        RuntimeException first = new IllegalStateException("first");
        driver.closeFailure = new IllegalStateException("scripted");
        MemorySegment memory = loop.arena().allocate(8);
        throwing(first);

        assertSame(first, assertThrows(IllegalStateException.class, loop::close));

        assertArrayEquals(new Throwable[] {driver.closeFailure}, first.getSuppressed());
        assertFalse(memory.scope().isAlive());
    }

    @Test
    void an_event_whose_descriptor_is_gone_doesnt_keep_it_from_freeing() throws SystemCallException {
        Event event = new Event(loop, () -> {});
        driver.calls.failure = Errnos.EBADF;

        assertThrows(AssertionError.class, loop::close);

        assertFalse(event.isListening());
        assertEquals(1, driver.closeCount);
    }

    @Test
    void it_works_while_the_driver_has_no_room_for_long() {
        driver.room = 1;
        for (int fd = 0; fd < 20; fd++) {
            recv("recv").submit(fd, buffer);
        }
        loop.tick();
        close("close").submit(3);
        driver.answers = operation -> operation instanceof dev.ringtail.io.Close ? 0 : ScriptedDriver.PENDING;

        loop.close();

        assertEquals(20, seen.stream().filter("recv CANCELED"::equals).count());
        assertEquals(21, seen.size());
    }
}
