// SPDX-License-Identifier: Apache-2.0

package dev.ringtail.io;

import dev.ringtail.io.spi.Driver;
import java.util.ArrayDeque;
import java.util.concurrent.atomic.AtomicBoolean;
import org.jspecify.annotations.Nullable;

/**
 * Where other threads reach the loop: the only place that knows there are any.
 *
 * <p>Protocol: {@link #tasks} and {@link #isClosed} are guarded by this object's monitor. The loop's thread sets
 * {@link #isWaiting} and then reads {@link #hasMail} before it blocks; a sender sets {@code hasMail} and then reads
 * {@code isWaiting}, so that one of the two sees the other. The driver is woken inside the monitor, so that it can't be
 * closed meanwhile.
 */
final class Inbox {
    private final Driver driver;
    private final AtomicBoolean isWaiting = new AtomicBoolean();
    private volatile boolean hasMail;

    private ArrayDeque<Runnable> tasks = new ArrayDeque<>();
    private boolean isClosed;

    /** What the current pass runs; the loop's thread only. */
    private ArrayDeque<Runnable> running = new ArrayDeque<>();

    Inbox(Driver driver) {
        this.driver = driver;
    }

    /** Whether a thread can own a loop. */
    static void checkOwner(Thread thread) {
        if (thread.isVirtual()) {
            throw new IllegalStateException(
                    "a loop can't belong to a virtual thread: its carrier thread changes, and the kernel"
                            + " ties a ring to the thread that made it; open it on a platform thread");
        }
    }

    /** Any thread. */
    synchronized void execute(Runnable task) {
        checkOpen();
        tasks.add(task);
        arrive();
    }

    /** Any thread. */
    synchronized void wakeup() {
        checkOpen();
        arrive();
    }

    private void checkOpen() {
        if (isClosed) {
            throw new IllegalStateException("the loop is closed");
        }
    }

    private void arrive() {
        hasMail = true;
        if (isWaiting.get()) {
            isWaiting.set(false);
            driver.wakeup();
        }
    }

    boolean hasMail() {
        return hasMail || !running.isEmpty();
    }

    /** Before the driver blocks. False: don't block, somebody was here. */
    boolean startWaiting() {
        isWaiting.set(true);
        if (hasMail) {
            isWaiting.set(false);
            return false;
        }
        return true;
    }

    void stopWaiting() {
        // A sender that still sees it wakes the driver for nothing, which does no harm.
        isWaiting.setRelease(false);
    }

    /** Takes what has come, to be run one by one by {@link #next}. */
    synchronized void take() {
        if (running.isEmpty()) {
            ArrayDeque<Runnable> empty = running;
            running = tasks;
            tasks = empty;
        }
        // Else an exception left some of the last pass's: they run first, and the new ones in the pass after.
        hasMail = !tasks.isEmpty();
    }

    @Nullable
    Runnable next() {
        return running.poll();
    }

    /** From here on nothing comes in. What came before is still to be taken. */
    synchronized void close() {
        isClosed = true;
    }
}
