// SPDX-License-Identifier: Apache-2.0

package dev.ringtail.io.tests.scripted;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertNull;
import static org.junit.jupiter.api.Assertions.assertSame;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.ringtail.io.Completion;
import dev.ringtail.io.KernelOperation;
import dev.ringtail.io.NextTick;
import dev.ringtail.io.Nop;
import dev.ringtail.io.ReadError;
import dev.ringtail.io.tests.conformance.Promise;
import java.util.ArrayList;
import java.util.List;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;

/** Who owns a completion, how often it completes, in which order operations go to the driver, and exceptions. */
class CompletionTest extends OnScriptedLoop {
    @Test
    @Promise("2.1")
    void a_second_submit_in_flight_fails_and_leaves_the_first_undisturbed() {
        answerAll();
        List<Completion> completed = new ArrayList<>();
        for (Submission submission : Submission.all(loop, completed::add)) {
            completed.clear();
            submission.submit().run();
            String message = String.valueOf(
                    assertThrows(IllegalStateException.class, submission.submit()::run, submission.name())
                            .getMessage());
            assertTrue(message.contains("in flight"), message);
            assertTrue(submission.completion().isInFlight());

            loop.runFor(2000);
            assertSame(submission.completion(), completed.removeFirst());
            assertEquals(List.of(), completed, submission.name());
        }
    }

    @Test
    @Promise("2.1")
    void a_second_submit_of_one_that_was_started_leaves_its_arguments() {
        var read = read("read");
        read.submit(5, buffer, 8, 16, 100);
        loop.tick();

        assertThrows(IllegalStateException.class, () -> read.submit(6, buffer, 200));

        assertEquals(5, read.fd());
        assertEquals(100, read.offset());
        assertEquals(8, read.from());
        assertEquals(16, read.lengthBytes());
        assertEquals(buffer.address() + 8, read.bufferAddress());
        assertEquals(1, driver.started.size());
    }

    @Test
    @Promise("2.1")
    void a_completion_is_the_callers_again_from_inside_its_callback_on() {
        answerAll();
        for (Submission submission : Submission.toKernel(loop, completion -> {
            assertFalse(completion.isInFlight());
            seen.add("done");
        })) {
            seen.clear();
            submission.submit().run();
            loop.tick();
            submission.submit().run();
            loop.tick();
            assertEquals(List.of("done", "done"), seen, submission.name());
        }
    }

    @Test
    @Promise("2.1")
    void a_result_is_refused_before_the_first_submission_and_while_in_flight() {
        answerAll();
        for (Submission submission : Submission.all(loop, done -> {})) {
            Completion completion = submission.completion();
            if (completion.isInFlight()) {
                continue;
            }
            submission.submit().run();
            String message =
                    assertThrows(IllegalStateException.class, completion::error).getMessage();
            assertTrue(String.valueOf(message).contains("in flight"), message);
            assertThrows(IllegalStateException.class, completion::errno);
            loop.runFor(2000);
        }
        assertTrue(String.valueOf(assertThrows(IllegalStateException.class, recv("new")::bytes)
                        .getMessage())
                .contains("never submitted"));
    }

    @Test
    @Promise("2.1")
    void a_result_read_after_a_failure_throws_naming_the_error() {
        var read = read("read");
        read.submit(5, buffer, 0);
        loop.tick();
        driver.complete(read, -Errnos.EIO);
        loop.tick();

        String message = assertThrows(IllegalStateException.class, read::bytes).getMessage();

        assertEquals("Read(fd 5) failed: INPUT_OUTPUT (EIO)", message);
        assertSame(ReadError.INPUT_OUTPUT, read.error());
        assertEquals(Errnos.EIO, read.errno());
    }

    @Test
    @Promise("2.1")
    void a_completion_needs_a_loop_and_a_callback() {
        assertThrows(NullPointerException.class, () -> new Nop(missing(), done -> {}));
        assertThrows(NullPointerException.class, () -> new Nop(loop, missing()));
    }

    @Test
    @Promise("2.2")
    void a_stale_a_repeated_and_an_invented_token_complete_nothing() {
        var first = recv("first");
        var second = recv("second");
        first.submit(5, buffer);
        second.submit(5, buffer);
        loop.tick();
        long stale = driver.token(first);
        driver.inNextAwait(sink -> {
            sink.completed(stale, 1, 0);
            sink.completed(stale, 2, 0);
            sink.completed(-1, 3, 0);
            sink.completed(Long.MAX_VALUE, 4, 0);
            sink.completed(Long.MIN_VALUE, 5, 0);
            sink.completed(driver.token(second) + (1L << 32), 6, 0);
            driver.started.removeFirst();
        });
        loop.tick();
        assertEquals(List.of("first"), seen);
        assertEquals(1, first.bytes());

        first.submit(6, buffer);
        loop.tick();
        driver.inNextAwait(sink -> sink.completed(stale, 7, 0));
        loop.tick();

        assertTrue(first.isInFlight());
        assertTrue(second.isInFlight());
        assertEquals(List.of("first"), seen);
    }

    @Test
    @Promise("2.2")
    void a_slots_next_user_isnt_completed_by_the_last_ones_token() {
        var first = recv("first");
        first.submit(5, buffer);
        loop.tick();
        long token = driver.token(first);
        driver.complete(first, 0);
        loop.tick();
        var second = recv("second");
        second.submit(5, buffer);
        loop.tick();

        assertEquals((int) token, (int) driver.token(second));
        driver.inNextAwait(sink -> sink.completed(token, 1, 0));
        loop.tick();

        assertEquals(List.of("first"), seen);
    }

    @Test
    @Promise("2.3")
    void any_number_can_be_in_flight_and_each_completes_once() {
        int count = 10_000;
        int[] completions = new int[count];
        List<Nop> nops = IntStream.range(0, count)
                .mapToObj(i -> new Nop(loop, done -> completions[i]++))
                .toList();
        driver.room = 16;
        nops.forEach(Nop::submit);
        answerAll();

        for (int pass = 0; pass < count && loop.inFlightCount() > 0; pass++) {
            loop.tick();
        }

        assertTrue(IntStream.of(completions).allMatch(times -> times == 1));
        assertEquals(0, loop.inFlightCount());
    }

    @Test
    @Promise("2.3")
    void more_than_there_is_room_for_waits_its_turn_in_order_of_submission() {
        driver.room = 3;
        driver.isBusy = true;
        List<KernelOperation> order = new ArrayList<>();
        for (int i = 0; i < 10; i++) {
            Nop nop = nop("nop " + i);
            order.add(nop);
            nop.submit();
        }

        loop.tick();
        // Three before the wait, and three by the submission at the pass's end.
        assertEquals(6, driver.started.size());
        loop.tick();
        loop.tick();

        assertEquals(
                order,
                driver.started.stream().map(ScriptedDriver.Started::operation).toList());
    }

    @Test
    @Promise("2.3")
    void a_driver_without_room_is_asked_again_soon_though_nothing_completes() {
        driver.room = 0;
        nop("nop").submit();
        driver.inNextAwait(sink -> driver.room = 1);
        long start = driver.now;

        loop.runFor(1_000_000_000);

        assertEquals(1, driver.started.size());
        assertTrue(driver.timeouts.getFirst() <= 1_000_000, "waited " + driver.timeouts);
        assertEquals(1_000_000_000, driver.now - start);
    }

    @Test
    @Promise("2.3")
    void a_tick_gives_a_driver_without_room_its_chance_to_make_some() {
        driver.room = 0;
        nop("nop").submit();
        driver.inNextAwait(sink -> driver.room = 1);

        loop.tick();
        loop.tick();

        assertEquals(1, driver.started.size());
    }

    @Test
    @Promise("2.4")
    void an_exception_leaves_the_pass_and_the_other_completions_run_in_the_next() {
        RuntimeException thrown = new IllegalStateException("mine");
        nextTick("before").submit();
        new NextTick(loop, done -> {
                    nextTick("submitted by it").submit();
                    throw thrown;
                })
                .submit();
        nextTick("after").submit();
        loop.execute(() -> seen.add("task"));

        assertSame(thrown, assertThrows(IllegalStateException.class, loop::tick));
        assertEquals(List.of("before"), seen);
        loop.tick();

        assertEquals(List.of("before", "after", "submitted by it", "task"), seen);
    }

    @Test
    @Promise("2.4")
    void each_of_several_exceptions_leaves_its_own_pass() {
        for (int i = 0; i < 3; i++) {
            String name = "number " + i;
            new NextTick(loop, done -> {
                        throw new IllegalStateException(name);
                    })
                    .submit();
        }

        for (int i = 0; i < 3; i++) {
            assertEquals(
                    "number " + i,
                    assertThrows(IllegalStateException.class, loop::tick).getMessage());
        }
        loop.tick();
    }

    @Test
    @Promise("2.4")
    void the_one_whose_callback_threw_can_be_submitted_again() {
        answerAll();
        Nop nop = new Nop(loop, done -> {
            seen.add("run");
            if (seen.size() == 1) {
                throw new IllegalStateException("mine");
            }
        });
        nop.submit();
        assertThrows(IllegalStateException.class, loop::tick);

        assertFalse(nop.isInFlight());
        assertNull(nop.error());
        nop.submit();
        loop.tick();

        assertEquals(List.of("run", "run"), seen);
    }
}
