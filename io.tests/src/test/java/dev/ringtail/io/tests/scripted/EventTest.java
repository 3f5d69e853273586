// SPDX-License-Identifier: Apache-2.0

package dev.ringtail.io.tests.scripted;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertNull;
import static org.junit.jupiter.api.Assertions.assertSame;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.ringtail.io.Event;
import dev.ringtail.io.Read;
import dev.ringtail.io.ReadError;
import dev.ringtail.io.SystemCallException;
import dev.ringtail.io.tests.conformance.Promise;
import java.lang.foreign.ValueLayout;
import java.util.List;
import org.junit.jupiter.api.Test;

/** Listening for an event, triggering, cancelling and closing it, over scripted system calls. */
class EventTest extends OnScriptedLoop {
    private final Event event = open();

    private Event open() {
        try {
            return new Event(loop, () -> seen.add("event"));
        } catch (SystemCallException e) {
            throw new AssertionError(e);
        }
    }

    /** Does what the kernel does for an eventfd. */
    private void deliver(long count) {
        Read read = (Read) event.listening();
        read.buffer().set(ValueLayout.JAVA_LONG, 0, count);
        driver.complete(read, Long.BYTES);
    }

    @Test
    @Promise("1.1")
    void a_trigger_reaches_the_listener_with_the_number_of_triggers() {
        event.listen();
        assertTrue(event.isListening());
        loop.tick();
        deliver(3);
        loop.tick();

        assertEquals(List.of("event"), seen);
        assertFalse(event.isListening());
        assertEquals(3, event.count());
        assertNull(event.error());
    }

    @Test
    @Promise("2.1")
    void listening_twice_is_refused_and_leaves_the_first() {
        event.listen();
        assertThrows(IllegalStateException.class, event::listen);
        loop.tick();
        deliver(1);
        loop.tick();
        event.listen();

        assertEquals(List.of("event"), seen);
        assertTrue(event.isListening());
    }

    @Test
    @Promise("3.8")
    void listening_can_be_cancelled() {
        event.listen();
        loop.tick();
        cancel("cancel").submit(event.listening());
        loop.tick();

        assertEquals(List.of("event", "cancel won"), seen);
        assertSame(ReadError.CANCELED, event.error());
        assertThrows(IllegalStateException.class, event::count);
    }

    @Test
    @Promise("3.10")
    void closing_it_ends_the_listening_and_closes_the_descriptor_once() {
        driver.relent();
        event.listen();
        loop.tick();
        event.close();
        event.close();
        loop.tick();
        loop.tick();

        assertEquals(List.of("event"), seen);
        assertSame(ReadError.CANCELED, event.error());
        assertEquals(
                1, driver.log.stream().filter("start Close(fd 1000)"::equals).count());
        assertThrows(IllegalStateException.class, event::listen);
        loop.close();
        assertEquals(List.of("openEvent()"), driver.calls.log);
    }

    @Test
    @Promise("1.8")
    void a_loop_that_closes_closes_it() {
        event.listen();
        loop.close();

        assertEquals(List.of("event"), seen);
        assertSame(ReadError.CANCELED, event.error());
        assertEquals(List.of("openEvent()", "close(1000)"), driver.calls.log);
    }

    @Test
    @Promise("1.8")
    void closing_it_from_a_callback_of_the_closing_loop_does_nothing() throws SystemCallException {
        Event other = new Event(loop, () -> event.close());
        other.listen();

        loop.close();

        assertEquals(List.of("openEvent()", "openEvent()", "close(1000)", "close(1001)"), driver.calls.log);
    }

    @Test
    @Promise("1.8")
    void triggering_it_after_its_close_does_nothing() throws SystemCallException {
        event.close();
        event.trigger();

        assertEquals(List.of("openEvent()"), driver.calls.log);
    }

    @Test
    @Promise("3.1")
    void what_keeps_it_from_opening_is_thrown() {
        driver.calls.failure = Errnos.number("EMFILE");

        SystemCallException e = assertThrows(SystemCallException.class, () -> new Event(loop, () -> seen.add("never")));

        assertEquals("openEvent(): EMFILE", e.getMessage());
        assertThrows(NullPointerException.class, () -> new Event(loop, missing()));
    }
}
