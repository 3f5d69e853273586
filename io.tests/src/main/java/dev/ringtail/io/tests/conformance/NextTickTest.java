// SPDX-License-Identifier: Apache-2.0

package dev.ringtail.io.tests.conformance;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertNull;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.ringtail.io.Cancel;
import dev.ringtail.io.IoLoop;
import dev.ringtail.io.NextTick;
import java.util.ArrayList;
import java.util.List;

final class NextTickTest {
    @Promise("1.4")
    @OnEveryProvider
    void the_callback_runs_in_the_next_pass(IoLoop loop) {
        int[] count = {0};
        NextTick nextTick = new NextTick(loop, done -> count[0]++);
        nextTick.submit();
        assertEquals(0, count[0]);
        loop.tick();
        loop.tick();
        assertEquals(1, count[0]);
        assertNull(nextTick.error());
    }

    @Promise("1.7")
    @OnEveryProvider
    void without_the_kernel(IoLoop loop) {
        loop.tick();
        loop.tick();
        long before = loop.statistics().kernelEntries();
        new NextTick(loop, done -> {}).submit();
        loop.tick();
        assertEquals(before, loop.statistics().kernelEntries());
    }

    @Promise("1.5")
    @OnEveryProvider
    void in_the_order_of_submission(IoLoop loop) {
        List<Integer> order = new ArrayList<>();
        for (int i = 0; i < 5; i++) {
            int number = i;
            new NextTick(loop, done -> order.add(number)).submit();
        }
        loop.tick();
        assertEquals(List.of(0, 1, 2, 3, 4), order);
    }

    @Promise({"1.4", "1.5"})
    @OnEveryProvider
    void one_that_always_resubmits_runs_once_per_pass(IoLoop loop) {
        int[] count = {0};
        NextTick nextTick = new NextTick(loop, done -> {
            if (++count[0] <= 10) {
                done.submit();
            }
        });
        nextTick.submit();
        for (int i = 1; i <= 11; i++) {
            loop.tick();
            assertEquals(i, count[0]);
        }
    }

    @Promise("3.8")
    @OnEveryProvider
    void it_cannot_be_cancelled(IoLoop loop) {
        NextTick nextTick = new NextTick(loop, done -> {});
        Cancel cancel = new Cancel(loop, done -> {});
        nextTick.submit();
        cancel.submit(nextTick);
        Bounded.complete(loop, cancel);
        assertFalse(cancel.targetCanceled());
        assertNull(nextTick.error());
    }

    @Promise("1.8")
    @OnEveryProvider
    void the_loops_close_runs_it(IoLoop loop) {
        boolean[] hasRun = {false};
        new NextTick(loop, done -> hasRun[0] = true).submit();
        loop.close();
        assertTrue(hasRun[0]);
    }
}
