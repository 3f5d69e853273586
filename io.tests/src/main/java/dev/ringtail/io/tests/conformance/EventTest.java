// SPDX-License-Identifier: Apache-2.0

package dev.ringtail.io.tests.conformance;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertNull;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.ringtail.io.Event;
import dev.ringtail.io.IoLoop;
import dev.ringtail.io.ReadError;
import dev.ringtail.io.SystemCallException;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.Assertions;

final class EventTest {
    private static void trigger(Event event) {
        try {
            event.trigger();
        } catch (SystemCallException e) {
            Assertions.fail(e);
        }
    }

    @Promise("3.3")
    @OnEveryProvider
    void a_trigger_from_another_thread_wakes_the_loop(IoLoop loop) throws Exception {
        int[] count = {0};
        Event event = new Event(loop, () -> count[0]++);
        event.listen();
        assertTrue(event.isListening());
        Thread thread = Thread.ofPlatform().start(() -> trigger(event));
        Bounded.until(loop, "the trigger has come", () -> count[0] == 1);
        thread.join();
        assertNull(event.error());
        assertEquals(1, event.count());
    }

    @Promise("3.3")
    @OnEveryProvider
    void triggers_while_nobody_listens_are_kept_and_counted(IoLoop loop) throws SystemCallException {
        int[] count = {0};
        Event event = new Event(loop, () -> count[0]++);
        for (int i = 0; i < 3; i++) {
            event.trigger();
        }
        event.listen();
        Bounded.until(loop, "the triggers have come", () -> count[0] == 1);
        assertEquals(3, event.count());
        event.listen();
        loop.runFor(5_000_000);
        assertEquals(1, count[0]);
    }

    @Promise("3.3")
    @OnEveryProvider
    void no_trigger_of_many_threads_is_lost(IoLoop loop) throws Exception {
        long[] total = {0};
        AtomicInteger running = new AtomicInteger(4);
        List<Event> self = new ArrayList<>();
        Event event = new Event(loop, () -> {
            total[0] += self.getFirst().count();
            if (total[0] < 2000) {
                self.getFirst().listen();
            }
        });
        self.add(event);
        event.listen();
        List<Thread> threads = new ArrayList<>();
        for (int t = 0; t < 4; t++) {
            threads.add(Thread.ofPlatform().start(() -> {
                for (int i = 0; i < 500; i++) {
                    trigger(event);
                }
                running.decrementAndGet();
            }));
        }
        Bounded.until(loop, "all triggers have come", () -> total[0] == 2000);
        for (Thread thread : threads) {
            thread.join();
        }
        assertEquals(0, running.get());
    }

    @Promise("3.10")
    @OnEveryProvider
    void closing_an_event_ends_its_listening(IoLoop loop) throws SystemCallException {
        int[] count = {0};
        Event event = new Event(loop, () -> count[0]++);
        event.listen();
        loop.tick();
        event.close();
        event.close();
        Bounded.until(loop, "it is closed", () -> count[0] == 1);
        assertEquals(ReadError.CANCELED, event.error());
        event.trigger();
        assertThrows(IllegalStateException.class, event::listen);
        Bounded.until(loop, "the descriptor is closed", () -> loop.inFlightCount() == 0);
    }

    @Promise("1.8")
    @OnEveryProvider
    void the_loops_close_closes_it(IoLoop loop) throws SystemCallException {
        int[] count = {0};
        Event event = new Event(loop, () -> count[0]++);
        event.listen();
        loop.close();
        assertEquals(1, count[0]);
        assertFalse(event.isListening());
        event.trigger();
        event.close();
    }

    @Promise("2.1")
    @OnEveryProvider
    void listening_twice_is_refused_and_leaves_the_first_undisturbed(IoLoop loop) throws SystemCallException {
        int[] count = {0};
        Event event = new Event(loop, () -> count[0]++);
        event.listen();
        assertThrows(IllegalStateException.class, event::listen);
        event.trigger();
        Bounded.until(loop, "the trigger has come", () -> count[0] == 1);
    }
}
