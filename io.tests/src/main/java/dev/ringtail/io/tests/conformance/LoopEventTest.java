// SPDX-License-Identifier: Apache-2.0

package dev.ringtail.io.tests.conformance;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;

import dev.ringtail.io.Event;
import dev.ringtail.io.IoLoop;
import dev.ringtail.io.SystemCallException;
import java.util.ArrayList;
import java.util.List;

final class LoopEventTest {
    private static void trigger(Event event, int count) {
        try {
            for (int i = 0; i < count; i++) {
                event.trigger();
            }
        } catch (SystemCallException e) {
            throw new AssertionError(e);
        }
    }

    @Promise("3.8")
    @OnEveryProvider
    void listening_can_be_canceled_and_begun_again(IoLoop loop) throws SystemCallException {
        int[] count = {0};
        Event event = new Event(loop, () -> count[0]++);
        event.listen();
        loop.tick();
        Bounded.cancel(loop, event.listening());
        assertEquals("CANCELED", String.valueOf(event.error()));
        trigger(event, 1);
        event.listen();
        Bounded.until(loop, "it was heard", () -> count[0] == 2);
        assertEquals(1, event.count());
    }

    @Promise("1.1")
    @OnEveryProvider
    void all_but_trigger_is_refused_to_other_threads(IoLoop loop) throws SystemCallException, InterruptedException {
        Event event = new Event(loop, () -> {});
        List<Throwable> refusals = new ArrayList<>();
        Thread thread = Thread.ofPlatform().start(() -> {
            refusals.add(assertThrows(IllegalStateException.class, event::listen));
            refusals.add(assertThrows(IllegalStateException.class, event::close));
            refusals.add(assertThrows(IllegalStateException.class, () -> new Event(loop, () -> {})));
            trigger(event, 1);
        });
        thread.join();
        assertEquals(3, refusals.size());
        assertFalse(event.isListening());
    }

    @Promise({"1.8", "3.10"})
    @OnEveryProvider
    void triggers_that_race_its_close_go_nowhere(IoLoop loop) throws SystemCallException, InterruptedException {
        for (int i = 0; i < 50; i++) {
            Event event = new Event(loop, () -> {});
            event.listen();
            Thread thread = Thread.ofPlatform().start(() -> trigger(event, 200));
            loop.tick();
            event.close();
            Bounded.until(loop, "it is closed", () -> loop.inFlightCount() == 0);
            thread.join();
        }
    }
}
