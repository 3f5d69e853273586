// SPDX-License-Identifier: Apache-2.0

package dev.ringtail.io.tests.conformance;

import com.sun.management.HotSpotDiagnosticMXBean;
import com.sun.management.ThreadMXBean;
import java.lang.management.ManagementFactory;
import org.junit.jupiter.api.Assertions;
import org.junit.jupiter.api.Assumptions;

/** What the calling thread allocates on the heap, by the virtual machine's count. */
public final class Allocation {
    private static final ThreadMXBean THREADS = (ThreadMXBean) ManagementFactory.getThreadMXBean();

    /** The level of the compiler that sees what nobody keeps. */
    private static final int FULL_LEVEL = 4;

    /** In which everything is compiled, on a processor that has nothing else to do; and the most that it may take. */
    private static final long PATIENCE_CPU_NANOS = 15_000_000_000L;

    private static final long PATIENCE_NANOS = 120_000_000_000L;

    private Allocation() {}

    /** All that this thread has allocated so far, in bytes. */
    static long bytes() {
        return THREADS.getCurrentThreadAllocatedBytes();
    }

    /** Fails unless some work allocates nothing once it is warm. */
    public static void assertNone(int operationCount, Runnable work) {
        assertNone(operationCount, () -> {}, work);
    }

    /**
     * Does some work again and again until it has allocated nothing at all from its beginning to its end. Until the compiler
     * has compiled all of it, it may; it has 15 seconds of this thread's processor time. What happens once in hundreds of
     * times is compiled late, and on a busy machine the more so.
     *
     * @param before what is done before each time, not counted
     */
    public static void assertNone(int operationCount, Runnable before, Runnable work) {
        assumeOptimized();
        long fewest = Long.MAX_VALUE;
        long end = System.nanoTime() + PATIENCE_NANOS;
        long endCpu = THREADS.getCurrentThreadCpuTime() + PATIENCE_CPU_NANOS;
        while (fewest > 0 && System.nanoTime() - end < 0 && THREADS.getCurrentThreadCpuTime() < endCpu) {
            before.run();
            long start = bytes();
            work.run();
            fewest = Math.min(fewest, bytes() - start);
        }
        if (fewest > 0) {
            Assertions.fail("at least " + fewest + " bytes for " + operationCount + " operations, again and again");
        }
    }

    /** A downcall allocates what it captures errno in, unless the optimizing compiler takes that away. */
    private static void assumeOptimized() {
        HotSpotDiagnosticMXBean machine = ManagementFactory.getPlatformMXBean(HotSpotDiagnosticMXBean.class);
        int level = Integer.parseInt(machine.getVMOption("TieredStopAtLevel").getValue());
        Assumptions.assumeTrue(
                level >= FULL_LEVEL,
                () -> "-XX:TieredStopAtLevel=" + level + ": without the optimizing compiler a downcall allocates");
    }
}
