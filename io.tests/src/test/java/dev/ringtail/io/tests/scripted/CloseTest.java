// SPDX-License-Identifier: Apache-2.0

package dev.ringtail.io.tests.scripted;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.ringtail.io.Accept;
import dev.ringtail.io.Close;
import dev.ringtail.io.Recv;
import dev.ringtail.io.tests.conformance.Promise;
import java.util.List;
import org.junit.jupiter.api.Test;

/** Closing a descriptor while operations on it are pending. */
@Promise("3.10")
class CloseTest extends OnScriptedLoop {
    private final Close close = close("close");

    CloseTest() {
        driver.answers = operation -> operation instanceof Close ? 0 : ScriptedDriver.PENDING;
    }

    @Test
    void with_nothing_pending_it_costs_nothing_extra() {
        recv("elsewhere").submit(6, buffer);
        loop.tick();
        driver.log.clear();
        close.submit(5);

        loop.tick();

        assertEquals(List.of("start Close(fd 5)", "await 0"), driver.log);
        assertEquals(List.of("close"), seen);
    }

    @Test
    void it_first_cancels_what_is_pending_and_closes_after_the_last() {
        recv("one").submit(5, buffer);
        recv("two").submit(5, buffer);
        recv("three").submit(5, buffer);
        recv("elsewhere").submit(6, buffer);
        loop.tick();
        driver.log.clear();
        close.submit(5);

        loop.tick();
        loop.tick();

        assertEquals(
                List.of("one CANCELED", "three CANCELED", "two CANCELED"),
                seen.subList(0, 3).stream().sorted().toList());
        assertEquals("close", seen.get(3));
        assertEquals(
                List.of(
                        "cancel Recv(fd 5)",
                        "cancel Recv(fd 5)",
                        "cancel Recv(fd 5)",
                        "await 0",
                        "start Close(fd 5)",
                        "submit",
                        "await 0"),
                driver.log);
    }

    @Test
    void it_waits_for_every_one_of_them() {
        Recv slow = recv("slow");
        recv("quick").submit(5, buffer);
        slow.submit(5, buffer);
        loop.tick();
        close.submit(5);
        driver.lostCancels = 1;
        loop.tick();
        loop.tick();
        assertFalse(driver.isStarted(close));
        assertTrue(close.isInFlight());

        driver.lostCancels = 0;
        loop.runFor(10_000_000);

        assertEquals("close", seen.getLast());
        assertEquals(3, seen.size());
    }

    @Test
    void a_result_that_comes_first_is_delivered() {
        Recv recv = recv("recv");
        recv.submit(5, buffer);
        loop.tick();
        close.submit(5);
        driver.complete(recv, 12);

        loop.tick();
        loop.tick();

        assertEquals(List.of("recv", "close"), seen);
        assertEquals(12, recv.bytes());
    }

    @Test
    @Promise({"3.10", "3.11"})
    void an_accept_that_wins_against_the_close_delivers_its_descriptor() {
        Accept accept = new Accept(loop, done -> seen.add("accepted " + done.acceptedFd()));
        accept.submit(5);
        loop.tick();
        close.submit(5);
        driver.complete(accept, 42);

        loop.tick();
        loop.tick();

        assertEquals(List.of("accepted 42", "close"), seen);
    }

    @Test
    void what_is_submitted_before_it_is_cancelled_even_if_both_were_queued() {
        recv("recv").submit(5, buffer);
        close.submit(5);

        loop.tick();
        loop.tick();

        assertEquals(List.of("recv CANCELED", "close"), seen);
    }

    @Test
    void what_is_interrupted_while_it_waits_is_canceled() {
        Recv recv = recv("recv");
        recv.submit(5, buffer);
        loop.tick();
        driver.lostCancels = 1;
        close.submit(5);
        loop.tick();
        driver.complete(recv, -Errnos.EINTR);

        loop.tick();
        loop.tick();

        assertEquals(List.of("recv CANCELED", "close"), seen);
    }

    @Test
    void what_was_interrupted_before_it_doesnt_cross_over_to_a_later_file() {
        Recv recv = recv("recv");
        recv.submit(5, buffer);
        loop.tick();
        driver.room = 0;
        nop("first in the queue").submit();
        close.submit(5);
        driver.complete(recv, -Errnos.EINTR);
        loop.runFor(0);
        driver.room = Integer.MAX_VALUE;
        driver.log.clear();

        loop.tick();
        loop.tick();

        assertEquals(List.of("recv CANCELED", "close"), seen);
        assertEquals("start Recv(fd 5)", driver.log.getFirst());
    }

    @Test
    void what_is_submitted_while_it_waits_finds_the_descriptor_closed() {
        recv("pending").submit(5, buffer);
        loop.tick();
        driver.lostCancels = 1;
        close.submit(5);
        recv("same pass").submit(5, buffer);
        loop.tick();
        recv("later").submit(5, buffer);
        loop.tick();

        assertEquals(List.of("same pass FILE_DESCRIPTOR_INVALID", "later FILE_DESCRIPTOR_INVALID"), seen);
        assertFalse(driver.isStarted(close));
    }

    @Test
    void a_second_close_while_one_waits_finds_the_descriptor_closed() {
        recv("pending").submit(5, buffer);
        loop.tick();
        driver.lostCancels = 1;
        close.submit(5);
        close("second").submit(5);
        loop.tick();
        driver.lostCancels = 0;
        loop.runFor(10_000_000);

        assertEquals(List.of("second FILE_DESCRIPTOR_INVALID", "pending CANCELED", "close"), seen);
        assertEquals(1, driver.log.stream().filter("start Close(fd 5)"::equals).count());
    }

    @Test
    void two_closes_with_nothing_pending_go_to_the_kernel_in_order() {
        driver.answers = operation -> operation == close ? 0 : -Errnos.EBADF;
        close.submit(5);
        close("second").submit(5);

        loop.tick();

        assertEquals(List.of("close", "second FILE_DESCRIPTOR_INVALID"), seen);
    }

    @Test
    void closes_of_different_descriptors_dont_wait_for_each_other() {
        recv("pending").submit(5, buffer);
        loop.tick();
        driver.lostCancels = 1;
        close.submit(5);
        close("other").submit(6);
        loop.tick();

        assertEquals(List.of("other"), seen);
    }

    @Test
    void many_that_wait_each_close_once() {
        for (int fd = 0; fd < 5000; fd++) {
            recv("recv").submit(fd, buffer);
        }
        loop.tick();
        for (int fd = 0; fd < 5000; fd++) {
            close("close").submit(fd);
        }
        loop.tick();
        loop.tick();

        assertEquals(5000, seen.stream().filter("close"::equals).count());
        assertEquals(10_000, seen.size());
    }

    @Test
    @Promise({"3.8", "3.10"})
    void a_close_cancelled_while_it_waits_completes_and_the_descriptor_stays_open() {
        recv("pending").submit(5, buffer);
        loop.tick();
        driver.lostCancels = 1;
        close.submit(5);
        loop.tick();
        cancel("cancel").submit(close);
        recv("later").submit(5, buffer);
        loop.tick();
        assertEquals(List.of("close CANCELED", "cancel won"), seen);
        loop.runFor(10_000_000);

        assertFalse(driver.log.contains("start Close(fd 5)"), driver.log.toString());
        assertTrue(driver.log.contains("await 0"));
        assertEquals(List.of("close CANCELED", "cancel won", "pending CANCELED"), seen);
        assertEquals(1, driver.started.size());
        close.submit(5);
        loop.tick();
        loop.tick();
        assertEquals(List.of("later CANCELED", "close"), seen.subList(3, 5));
    }

    @Test
    void operations_relative_to_a_directory_count_as_pending_on_it() {
        var openat = new dev.ringtail.io.Openat(loop, noted("openat"));
        openat.submit(5, "file", dev.ringtail.io.OpenFlags.READ, 0);
        loop.tick();
        close.submit(5);
        loop.tick();
        loop.tick();

        assertEquals(List.of("openat CANCELED", "close"), seen);
    }

    @Test
    void a_callback_can_close_the_descriptor_that_others_are_pending_on() {
        Recv first = new Recv(loop, done -> close.submit(5));
        first.submit(5, buffer);
        recv("second").submit(5, buffer);
        loop.tick();
        driver.complete(first, 1);
        loop.tick();
        loop.tick();
        loop.tick();

        assertEquals(List.of("second CANCELED", "close"), seen);
    }
}
