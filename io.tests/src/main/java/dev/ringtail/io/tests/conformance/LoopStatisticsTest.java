// SPDX-License-Identifier: Apache-2.0

package dev.ringtail.io.tests.conformance;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.ringtail.io.Cancel;
import dev.ringtail.io.Capability;
import dev.ringtail.io.IoLoop;
import dev.ringtail.io.NextTick;
import dev.ringtail.io.Nop;
import dev.ringtail.io.Options;
import dev.ringtail.io.Statistics;
import dev.ringtail.io.Timeout;
import dev.ringtail.io.spi.Provider;
import java.io.IOException;
import java.util.concurrent.atomic.AtomicReference;

final class LoopStatisticsTest {
    @Promise("1.7")
    @OnEveryProvider
    void every_submission_and_every_callback_is_counted(IoLoop loop) {
        Timeout timeout = new Timeout(loop, done -> {});
        timeout.submit(Long.MAX_VALUE);
        new Nop(loop, done -> {}).submit();
        new NextTick(loop, done -> {}).submit();
        assertEquals(3, loop.statistics().submitted());
        assertEquals(0, loop.statistics().completed());
        assertEquals(3, loop.inFlightCount());
        new Cancel(loop, done -> {}).submit(timeout);
        Bounded.until(loop, "all are complete", () -> loop.inFlightCount() == 0);
        assertEquals(4, loop.statistics().submitted());
        assertEquals(4, loop.statistics().completed());
    }

    @Promise("1.7")
    @OnEveryProvider
    void passes_are_counted(IoLoop loop) {
        long before = loop.statistics().passes();
        for (int i = 0; i < 7; i++) {
            loop.tick();
        }
        assertEquals(7, loop.statistics().passes() - before);
    }

    @Promise("1.7")
    @OnEveryProvider
    void time_is_told_apart(IoLoop loop) {
        loop.runFor(50_000_000);
        Statistics idle = loop.statistics();
        assertTrue(idle.kernelNanos() >= 30_000_000, idle::toString);
        new NextTick(loop, done -> spin(50_000_000)).submit();
        loop.runFor(0);
        long spent = loop.statistics().callbackNanos() - idle.callbackNanos();
        assertTrue(spent >= 50_000_000, () -> spent + " ns in callbacks");
    }

    private static void spin(long nanos) {
        long start = System.nanoTime();
        while (System.nanoTime() - start < nanos) {
            Thread.onSpinWait();
        }
    }

    @Promise("2.3")
    @OnEveryProvider
    void waiting_for_room_in_the_submission_queue_is_counted(Provider provider) throws IOException {
        try (IoLoop loop = IoLoop.open(provider, Options.defaults().withEntries(1))) {
            for (int i = 0; i < 100; i++) {
                new Nop(loop, done -> {}).submit();
            }
            Bounded.until(loop, "all are complete", () -> loop.inFlightCount() == 0);
            boolean hasQueue = loop.capabilities().contains(Capability.KERNEL_COMPLETIONS);
            assertTrue(!hasQueue || loop.statistics().submissionOverflows() > 0);
        }
    }

    @Promise("1.1")
    @OnEveryProvider
    void another_thread_may_read_them_at_any_time(IoLoop loop) throws InterruptedException {
        for (int i = 0; i < 100; i++) {
            new Nop(loop, done -> {}).submit();
        }
        Bounded.until(loop, "all are complete", () -> loop.inFlightCount() == 0);
        AtomicReference<Statistics> seen = new AtomicReference<>();
        Thread.ofPlatform().start(() -> seen.set(loop.statistics())).join();
        assertEquals(100, seen.get().completed());
        loop.close();
        assertEquals(100, loop.statistics().completed());
    }
}
