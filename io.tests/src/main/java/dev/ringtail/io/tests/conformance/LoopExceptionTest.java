// SPDX-License-Identifier: Apache-2.0

package dev.ringtail.io.tests.conformance;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertSame;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.ringtail.io.IoLoop;
import dev.ringtail.io.NextTick;
import dev.ringtail.io.Nop;
import dev.ringtail.io.Timeout;
import java.util.ArrayList;
import java.util.List;

final class LoopExceptionTest {
    private static final int COUNT = 50;

    /** Makes passes until nothing is in flight; returns how many of them threw. */
    private static int throwing(IoLoop loop, Class<? extends Throwable> type) {
        int count = 0;
        long end = System.nanoTime() + Bounded.limit(20_000_000_000L);
        while (loop.inFlightCount() > 0) {
            assertTrue(System.nanoTime() < end, "still in flight");
            try {
                loop.tick();
            } catch (Throwable e) {
                assertSame(type, e.getClass());
                count++;
            }
        }
        return count;
    }

    @Promise("2.4")
    @OnEveryProvider
    void each_exception_leaves_a_pass_and_no_completion_is_lost(IoLoop loop) {
        int[] count = {0};
        for (int i = 0; i < COUNT; i++) {
            new Nop(loop, done -> {
                        count[0]++;
                        throw new IllegalArgumentException("from a nop");
                    })
                    .submit();
            new Timeout(loop, done -> {
                        count[0]++;
                        throw new IllegalArgumentException("from a timeout");
                    })
                    .submit(0);
            new NextTick(loop, done -> {
                        count[0]++;
                        throw new IllegalArgumentException("from a next tick");
                    })
                    .submit();
        }
        assertEquals(3 * COUNT, throwing(loop, IllegalArgumentException.class));
        assertEquals(3 * COUNT, count[0]);
    }

    @Promise("2.4")
    @OnEveryProvider
    void an_error_is_no_different(IoLoop loop) {
        StackOverflowError error = new StackOverflowError("made up");
        int[] count = {0};
        new NextTick(loop, done -> {
                    throw error;
                })
                .submit();
        new NextTick(loop, done -> count[0]++).submit();
        assertSame(error, assertThrows(StackOverflowError.class, loop::tick));
        assertEquals(0, count[0]);
        loop.tick();
        assertEquals(1, count[0]);
    }

    @Promise("2.4")
    @OnEveryProvider
    void an_exception_of_a_task_loses_no_other_task(IoLoop loop) {
        List<Integer> ran = new ArrayList<>();
        for (int i = 0; i < COUNT; i++) {
            int number = i;
            loop.execute(() -> {
                ran.add(number);
                throw new IllegalStateException("from a task");
            });
        }
        int thrown = 0;
        while (ran.size() < COUNT) {
            assertThrows(IllegalStateException.class, loop::tick);
            thrown++;
        }
        assertEquals(COUNT, thrown);
        for (int i = 0; i < COUNT; i++) {
            assertEquals(i, ran.get(i));
        }
    }

    @Promise("2.4")
    @OnEveryProvider
    void the_completion_whose_callback_threw_can_be_used_again(IoLoop loop) {
        int[] count = {0};
        Nop nop = new Nop(loop, done -> {
            if (count[0]++ == 0) {
                throw new IllegalStateException("once");
            }
        });
        nop.submit();
        assertThrows(IllegalStateException.class, () -> Bounded.complete(loop, nop));
        nop.submit();
        Bounded.complete(loop, nop);
        assertEquals(2, count[0]);
    }

    @Promise("2.4")
    @OnEveryProvider
    void what_a_callback_submits_before_it_throws_is_submitted(IoLoop loop) {
        Nop later = new Nop(loop, done -> {});
        new NextTick(loop, done -> {
                    later.submit();
                    throw new IllegalStateException("after submitting");
                })
                .submit();
        assertThrows(IllegalStateException.class, loop::tick);
        assertEquals(0, Bounded.complete(loop, later).errno());
    }
}
