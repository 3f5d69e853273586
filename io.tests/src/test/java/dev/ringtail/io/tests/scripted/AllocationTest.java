// SPDX-License-Identifier: Apache-2.0

package dev.ringtail.io.tests.scripted;

import static org.junit.jupiter.api.Assertions.assertEquals;

import com.sun.management.ThreadMXBean;
import dev.ringtail.io.Cancel;
import dev.ringtail.io.Close;
import dev.ringtail.io.IoLoop;
import dev.ringtail.io.NextTick;
import dev.ringtail.io.Nop;
import dev.ringtail.io.OpenFlags;
import dev.ringtail.io.Openat;
import dev.ringtail.io.Read;
import dev.ringtail.io.Recv;
import dev.ringtail.io.Timeout;
import dev.ringtail.io.tests.conformance.Promise;
import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.lang.management.ManagementFactory;
import java.util.Locale;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

/** What an operation costs above the driver: no memory, and how much time is printed. */
@Promise("1.6")
class AllocationTest {
    private static final int BATCH = 64;
    private static final int OPERATIONS = 50_000;
    private static final int ROUNDS = 10;

    private final ThreadMXBean threads = (ThreadMXBean) ManagementFactory.getThreadMXBean();
    private final IoLoop loop = new ImmediateDriver().open();
    private final MemorySegment buffer = Arena.ofAuto().allocate(64);
    private long completed;

    @AfterEach
    void close() {
        loop.close();
    }

    @Test
    void nops_allocate_nothing() {
        Nop[] nops = new Nop[BATCH];
        for (int i = 0; i < BATCH; i++) {
            nops[i] = new Nop(loop, done -> completed++);
        }
        measure("nop", () -> {
            for (Nop nop : nops) {
                nop.submit();
            }
            loop.tick();
        });
    }

    @Test
    void reads_allocate_nothing() {
        Read[] reads = new Read[BATCH];
        for (int i = 0; i < BATCH; i++) {
            reads[i] = new Read(loop, done -> completed++);
        }
        measure("read", () -> {
            for (int i = 0; i < BATCH; i++) {
                reads[i].submit(i, buffer, 8, 8, 0);
            }
            loop.tick();
        });
    }

    @Test
    void a_resubmitting_nop_allocates_nothing() {
        new Nop(loop, done -> {
                    completed++;
                    done.submit();
                })
                .submit();
        measure("resubmitted nop", 1, loop::tick);
        loop.execute(loop::close);
        try {
            loop.tick();
        } catch (IllegalStateException e) {
            // It can't submit itself again while the loop closes.
        }
    }

    @Test
    void timeouts_allocate_nothing() {
        Timeout[] timeouts = new Timeout[BATCH];
        for (int i = 0; i < BATCH; i++) {
            timeouts[i] = new Timeout(loop, done -> completed++);
        }
        measure("timeout", () -> {
            for (int i = 0; i < BATCH; i++) {
                timeouts[i].submit(i * 7 % 5);
            }
            loop.runFor(100);
        });
    }

    @Test
    void next_ticks_allocate_nothing() {
        NextTick[] ticks = new NextTick[BATCH];
        for (int i = 0; i < BATCH; i++) {
            ticks[i] = new NextTick(loop, done -> completed++);
        }
        measure("next tick", () -> {
            for (NextTick tick : ticks) {
                tick.submit();
            }
            loop.tick();
        });
    }

    @Test
    void cancels_allocate_nothing() {
        Recv[] recvs = new Recv[BATCH];
        Cancel[] cancels = new Cancel[BATCH];
        for (int i = 0; i < BATCH; i++) {
            recvs[i] = new Recv(loop, done -> {});
            cancels[i] = new Cancel(loop, done -> completed++);
        }
        measure("recv and its cancel", () -> {
            for (Recv recv : recvs) {
                recv.submit(5, buffer);
            }
            loop.tick();
            for (int i = 0; i < BATCH; i++) {
                cancels[i].submit(recvs[i]);
            }
            loop.tick();
        });
    }

    @Test
    void closes_with_something_pending_allocate_nothing() {
        Recv[] recvs = new Recv[BATCH];
        Close[] closes = new Close[BATCH];
        for (int i = 0; i < BATCH; i++) {
            recvs[i] = new Recv(loop, done -> {});
            closes[i] = new Close(loop, done -> completed++);
        }
        measure("recv and the close that ends it", () -> {
            for (int i = 0; i < BATCH; i++) {
                recvs[i].submit(i, buffer);
            }
            loop.tick();
            for (int i = 0; i < BATCH; i++) {
                closes[i].submit(i);
            }
            loop.tick();
            loop.tick();
        });
    }

    @Test
    void openats_allocate_nothing() {
        Openat openat = new Openat(loop, done -> completed++);
        measure("openat", 1, () -> {
            openat.submit("folder/a file with \u00e4 and \ud83d\ude00 in its name", OpenFlags.READ, 0);
            loop.tick();
        });
    }

    @Test
    void executed_tasks_allocate_nothing() {
        Runnable task = () -> completed++;
        measure("execute", () -> {
            for (int i = 0; i < BATCH; i++) {
                loop.execute(task);
            }
            loop.tick();
        });
    }

    private void measure(String what, Runnable pass) {
        measure(what, BATCH, pass);
    }

    /** The compiler may still be at work in the first rounds, and what it undoes can allocate; the best round counts. */
    private void measure(String what, int operations, Runnable pass) {
        long leastBytes = Long.MAX_VALUE;
        long leastNanos = Long.MAX_VALUE;
        long before = completed;
        int passes = OPERATIONS / operations;
        for (int round = 0; round < ROUNDS; round++) {
            long nanos = System.nanoTime();
            long bytes = threads.getCurrentThreadAllocatedBytes();
            for (int i = 0; i < passes; i++) {
                pass.run();
            }
            leastBytes = Math.min(leastBytes, threads.getCurrentThreadAllocatedBytes() - bytes);
            leastNanos = Math.min(leastNanos, System.nanoTime() - nanos);
        }
        System.out.printf(
                Locale.ROOT,
                "%s: %.1f ns and %d bytes each%n",
                what,
                (double) leastNanos / passes / operations,
                leastBytes / passes / operations);
        assertEquals((long) ROUNDS * passes * operations, completed - before);
        assertEquals(0, leastBytes);
    }
}
