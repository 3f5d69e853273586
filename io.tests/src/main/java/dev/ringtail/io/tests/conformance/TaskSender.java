// SPDX-License-Identifier: Apache-2.0

package dev.ringtail.io.tests.conformance;

import dev.ringtail.io.IoLoop;

/**
 * Another thread that gives a loop one task after the other, each when the last has run, so that the loop waits in between;
 * and counts what that allocates. The loop's thread says with each round when to begin.
 */
final class TaskSender implements Runnable {
    /** Tasks of a round. */
    static final int ROUND_COUNT = 1000;

    private final IoLoop loop;
    private final Runnable task = this::ran;

    private volatile int ranCount;
    private volatile int roundCount;
    private volatile int endedRoundCount;
    private volatile boolean isOver;

    /** The fewest bytes of a round. */
    private volatile long fewestBytes = Long.MAX_VALUE;

    TaskSender(IoLoop loop) {
        this.loop = loop;
    }

    // The loop's thread alone writes it.
    @SuppressWarnings("NonAtomicVolatileUpdate")
    private void ran() {
        ranCount++;
    }

    /** On the loop's thread: a round. */
    @SuppressWarnings("NonAtomicVolatileUpdate")
    void run(IoLoop loop) {
        int round = ++roundCount;
        while (endedRoundCount < round) {
            loop.runFor(1_000_000);
        }
    }

    /** On the loop's thread, at the end. */
    void assertNoAllocation() {
        for (int i = 0; i < 50 && fewestBytes > 0; i++) {
            run(loop);
        }
        isOver = true;
        if (fewestBytes > 0) {
            throw new AssertionError("at least " + fewestBytes + " bytes for " + ROUND_COUNT + " tasks, at the sender");
        }
    }

    @Override
    public void run() {
        while (!isOver) {
            int round = roundCount;
            if (endedRoundCount == round) {
                Thread.onSpinWait();
                continue;
            }
            long start = Allocation.bytes();
            int end = ranCount + ROUND_COUNT;
            for (int expected = ranCount + 1; expected <= end; expected++) {
                loop.execute(task);
                while (ranCount < expected && !isOver) {
                    Thread.onSpinWait();
                }
            }
            fewestBytes = Math.min(fewestBytes, Allocation.bytes() - start);
            endedRoundCount = round;
        }
    }
}
