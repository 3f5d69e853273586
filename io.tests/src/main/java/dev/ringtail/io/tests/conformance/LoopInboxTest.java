// SPDX-License-Identifier: Apache-2.0

package dev.ringtail.io.tests.conformance;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.ringtail.io.IoLoop;
import dev.ringtail.io.NextTick;
import dev.ringtail.io.Options;
import dev.ringtail.io.spi.Provider;
import java.io.IOException;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.atomic.AtomicLong;

/** Other threads: what they send arrives, each time, however the loop is waiting at that moment. */
final class LoopInboxTest {
    private static final int THREAD_COUNT = 8;
    private static final int TASK_COUNT = 50_000;
    private static final int ROUND_TRIP_COUNT = 5_000;
    private static final int RACE_COUNT = 60;

    private static List<Thread> start(int count, Runnable work) {
        List<Thread> threads = new ArrayList<>();
        for (int i = 0; i < count; i++) {
            threads.add(Thread.ofPlatform().start(work));
        }
        return threads;
    }

    private static void join(List<Thread> threads) throws InterruptedException {
        for (Thread thread : threads) {
            thread.join();
        }
    }

    @Promise({"1.1", "1.8"})
    @OnEveryProvider
    void of_400_000_tasks_of_8_threads_each_runs_once(IoLoop loop) throws InterruptedException {
        long[] ran = {0};
        AtomicLong sent = new AtomicLong();
        List<Thread> threads = start(THREAD_COUNT, () -> {
            for (int i = 0; i < TASK_COUNT; i++) {
                loop.execute(() -> ran[0]++);
                sent.incrementAndGet();
                if ((i & 1023) == 0) {
                    loop.wakeup();
                }
            }
        });
        long total = (long) THREAD_COUNT * TASK_COUNT;
        Bounded.until(loop, "all have run", () -> ran[0] >= total);
        join(threads);
        loop.tick();
        assertEquals(total, ran[0]);
        assertEquals(total, sent.get());
    }

    @Promise("1.1")
    @OnEveryProvider
    void tasks_of_one_thread_run_in_order(IoLoop loop) throws InterruptedException {
        int[] next = {0};
        List<Thread> threads = start(1, () -> {
            for (int i = 0; i < TASK_COUNT; i++) {
                int number = i;
                loop.execute(() -> assertEquals(number, next[0]++));
            }
        });
        Bounded.until(loop, "all have run", () -> next[0] == TASK_COUNT);
        join(threads);
    }

    /**
     * The loop waits for ever each time, so a lost wake-up is a hang, which the sender's patience ends. The sender's next task
     * goes out at once after the last has run: while the loop goes back to its wait, at all points of it.
     */
    @Promise({"1.1", "1.3"})
    @OnEveryProvider
    void a_task_ends_an_endless_wait_each_time_of_5000(IoLoop loop) throws InterruptedException {
        AtomicInteger ran = new AtomicInteger();
        List<Thread> threads = start(1, () -> {
            for (int i = 1; i <= ROUND_TRIP_COUNT; i++) {
                loop.execute(ran::incrementAndGet);
                long end = System.nanoTime() + Bounded.limit(20_000_000_000L);
                while (ran.get() < i && System.nanoTime() < end) {
                    Thread.onSpinWait();
                }
                if (ran.get() < i) {
                    break; // Lost. The next one ends the wait, and the loop's thread fails.
                }
            }
            loop.execute(loop::close);
        });
        loop.runFor(Long.MAX_VALUE);
        join(threads);
        assertEquals(ROUND_TRIP_COUNT, ran.get());
    }

    @Promise("1.3")
    @OnEveryProvider
    void a_wakeup_ends_a_wait_each_time(IoLoop loop) throws InterruptedException {
        AtomicLong passes = new AtomicLong();
        NextTick counter = new NextTick(loop, done -> {});
        List<Thread> threads = start(1, () -> {
            for (int i = 0; i < 300; i++) {
                long before = loop.statistics().passes();
                loop.wakeup();
                long end = System.nanoTime() + Bounded.limit(20_000_000_000L);
                while (loop.statistics().passes() == before && System.nanoTime() < end) {
                    Thread.onSpinWait();
                }
                passes.addAndGet(loop.statistics().passes() == before ? 0 : 1);
            }
            loop.execute(loop::close);
        });
        counter.submit();
        loop.runFor(Long.MAX_VALUE);
        join(threads);
        assertEquals(300, passes.get());
    }

    @Promise("1.2")
    @OnEveryProvider
    void a_wakeup_before_the_wait_ends_it(IoLoop loop) throws InterruptedException {
        // A wake-up is for the current wait or else the next: this run makes at least two passes, and still takes its
        // time.
        start(1, loop::wakeup).getFirst().join();
        long passes = loop.statistics().passes();
        long start = System.nanoTime();
        loop.runFor(20_000_000);
        assertTrue(System.nanoTime() - start >= 20_000_000);
        assertTrue(loop.statistics().passes() - passes >= 2);
    }

    @Promise("1.8")
    @OnEveryProvider
    void tasks_that_race_close_run_once_or_are_rejected(Provider provider) throws IOException, InterruptedException {
        long rejectedCount = 0;
        for (int i = 0; i < RACE_COUNT; i++) {
            IoLoop loop = IoLoop.open(provider, Options.defaults().withEntries(1));
            AtomicInteger accepted = new AtomicInteger();
            AtomicInteger rejected = new AtomicInteger();
            AtomicInteger ran = new AtomicInteger();
            CountDownLatch hasBegun = new CountDownLatch(1);
            List<Thread> threads = start(2, () -> {
                while (rejected.get() < 2) {
                    try {
                        loop.execute(ran::incrementAndGet);
                        accepted.incrementAndGet();
                        hasBegun.countDown();
                    } catch (IllegalStateException e) {
                        rejected.incrementAndGet();
                        return;
                    }
                }
            });
            hasBegun.await();
            for (int pass = i % 3; pass > 0; pass--) {
                loop.tick();
            }
            loop.close();
            join(threads);
            assertEquals(accepted.get(), ran.get());
            rejectedCount += rejected.get();
        }
        assertEquals(2L * RACE_COUNT, rejectedCount);
    }

    @Promise("1.8")
    @OnEveryProvider
    void wakeups_that_race_close_are_rejected_at_worst(Provider provider) throws IOException, InterruptedException {
        for (int i = 0; i < RACE_COUNT; i++) {
            IoLoop loop = IoLoop.open(provider, Options.defaults().withEntries(1));
            CountDownLatch hasBegun = new CountDownLatch(1);
            List<Thread> threads = start(
                    1,
                    () -> assertThrows(IllegalStateException.class, () -> {
                        while (true) {
                            loop.wakeup();
                            hasBegun.countDown();
                        }
                    }));
            hasBegun.await();
            loop.runFor(0);
            loop.close();
            join(threads);
        }
    }

    @Promise({"1.1", "1.4"})
    @OnEveryProvider
    void a_task_given_by_a_task_runs_in_a_later_pass(IoLoop loop) {
        int[] ran = {0};
        Runnable[] again = {() -> {}};
        again[0] = () -> {
            if (++ran[0] < 100) {
                loop.execute(again[0]);
            }
        };
        loop.execute(again[0]);
        for (int i = 1; i <= 100; i++) {
            loop.tick();
            assertEquals(i, ran[0]);
        }
    }

    @Promise("1.1")
    @OnEveryProvider
    void no_task_is_a_mistake(IoLoop loop) {
        Runnable[] none = new Runnable[1];
        assertThrows(NullPointerException.class, () -> loop.execute(none[0]));
    }
}
