// SPDX-License-Identifier: Apache-2.0

package dev.ringtail.io.tests.scripted;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertNull;
import static org.junit.jupiter.api.Assertions.assertSame;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.ringtail.io.CancelError;
import dev.ringtail.io.ReadError;
import dev.ringtail.io.tests.conformance.Promise;
import java.util.List;
import org.junit.jupiter.api.Test;

/** What the loop does about an errno before, or instead of, telling the caller. ErrorTableTest has every errno. */
class DispositionTest extends OnScriptedLoop {
    @Test
    @Promise("3.1")
    void an_interrupted_operation_is_submitted_again_and_the_caller_never_sees_it() {
        var read = read("read");
        read.submit(5, buffer, 8, 16, 100);
        loop.tick();
        for (int i = 0; i < 5; i++) {
            driver.complete(read, -Errnos.EINTR);
            loop.tick();
            assertTrue(driver.isStarted(read));
        }
        driver.complete(read, 16);
        loop.tick();

        assertEquals(List.of("read"), seen);
        assertEquals(16, read.bytes());
        assertEquals(1, loop.statistics().submitted());
        assertEquals(1, loop.statistics().completed());
    }

    @Test
    @Promise("3.1")
    void an_interruption_after_a_cancellation_was_asked_for_is_canceled() {
        var recv = recv("recv");
        recv.submit(5, buffer);
        loop.tick();
        driver.lostCancels = 1;
        cancel("cancel").submit(recv);
        loop.tick();
        driver.complete(recv, -Errnos.EINTR);

        loop.tick();

        assertEquals(List.of("recv CANCELED", "cancel won"), seen);
        assertEquals(Errnos.ECANCELED, recv.errno());
    }

    @Test
    @Promise({"3.1", "2.3"})
    void an_interrupted_operation_goes_before_what_was_submitted_later() {
        var recv = recv("recv");
        recv.submit(5, buffer);
        var other = recv("other");
        other.submit(6, buffer);
        loop.tick();
        driver.room = 0;
        nop("nop").submit();
        driver.complete(recv, -Errnos.EINTR);
        driver.complete(other, -Errnos.EINTR);
        loop.runFor(0);
        driver.log.clear();
        driver.room = Integer.MAX_VALUE;

        loop.tick();

        assertEquals("start Recv(fd 5)", driver.log.get(0));
        assertEquals("start Recv(fd 6)", driver.log.get(1));
        assertEquals("start Nop", driver.log.get(2));
    }

    @Test
    @Promise("3.1")
    void a_bug_arrives_as_unexpected_and_fails_the_pass_naming_operation_descriptor_and_errno() {
        var read = read("read");
        read.submit(5, buffer, 0);
        nop("other").submit();
        loop.tick();
        driver.complete(read, -Errnos.EFAULT);
        driver.answers = operation -> 0;

        AssertionError error = assertThrows(AssertionError.class, loop::tick);

        assertEquals("Read(fd 5): EFAULT", error.getMessage());
        assertEquals(List.of("read UNEXPECTED", "other"), seen);
        assertSame(ReadError.UNEXPECTED, read.error());
        assertEquals(Errnos.EFAULT, read.errno());
    }

    @Test
    @Promise({"3.1", "2.4"})
    void several_bugs_in_one_pass_are_thrown_together() {
        var first = read("first");
        var second = read("second");
        first.submit(5, buffer, 0);
        second.submit(6, buffer, 0);
        driver.answers = operation -> -Errnos.EFAULT;

        AssertionError error = assertThrows(AssertionError.class, loop::tick);

        assertEquals("Read(fd 5): EFAULT", error.getMessage());
        assertEquals("Read(fd 6): EFAULT", error.getSuppressed()[0].getMessage());
        assertEquals(2, seen.size());
    }

    @Test
    @Promise("3.1")
    void an_errno_that_no_table_has_arrives_as_unexpected_with_its_number() {
        var read = read("read");
        for (int errno : new int[] {1, 3, 133, 134, 4095, 1_000_000}) {
            read.submit(5, buffer, 0);
            loop.tick();
            driver.complete(read, -errno);
            loop.tick();
            assertSame(ReadError.UNEXPECTED, read.error());
            assertEquals(errno, read.errno());
        }
    }

    @Test
    @Promise("3.1")
    void after_a_success_there_is_no_error_and_errno_is_0() {
        var read = read("read");
        read.submit(5, buffer, 0);
        answerAll();
        loop.tick();

        assertNull(read.error());
        assertEquals(0, read.errno());
    }

    @Test
    @Promise("3.2")
    void a_read_of_storage_that_would_block_is_submitted_again() {
        driver.calls.storage.add(5);
        var read = read("read");
        read.submit(5, buffer, 0);
        loop.tick();
        driver.complete(read, -Errnos.EAGAIN);
        loop.tick();
        assertEquals(List.of(), seen);
        driver.complete(read, 64);
        loop.tick();

        assertEquals(List.of("read"), seen);
    }

    @Test
    @Promise("3.2")
    void a_read_of_anything_else_that_would_block_says_so() {
        var read = read("read");
        read.submit(6, buffer, 0);
        loop.tick();
        driver.complete(read, -Errnos.EAGAIN);
        loop.tick();

        assertEquals(List.of("read WOULD_BLOCK"), seen);
    }

    @Test
    @Promise({"3.2", "3.8"})
    void a_read_of_storage_that_would_block_after_a_cancel_is_canceled() {
        driver.calls.storage.add(5);
        var read = read("read");
        read.submit(5, buffer, 0);
        loop.tick();
        driver.lostCancels = 1;
        cancel("cancel").submit(read);
        driver.complete(read, -Errnos.EAGAIN);
        loop.tick();

        assertEquals(List.of("read CANCELED", "cancel won"), seen);
    }

    @Test
    @Promise("3.7")
    void an_interrupted_close_is_a_success_and_never_retried() {
        var close = close("close");
        close.submit(5);
        loop.tick();
        driver.complete(close, -Errnos.EINTR);
        loop.tick();

        assertEquals(List.of("close"), seen);
        assertNull(close.error());
        assertEquals(0, close.errno());
        assertEquals(List.of(), driver.started);
    }

    @Test
    @Promise("3.8")
    void a_cancel_has_no_errors_but_not_found() {
        assertEquals(
                List.of(CancelError.NOT_FOUND, CancelError.UNEXPECTED), List.of(CancelError.class.getEnumConstants()));
    }
}
