// SPDX-License-Identifier: Apache-2.0

package dev.ringtail.io.epoll;

import static dev.ringtail.io.linux.bindings.Headers.ECANCELED;

import dev.ringtail.io.KernelOperation;
import dev.ringtail.io.Openat;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * The threads that do what may block and has no readiness: files. A few, started when there is work, gone after
 * {@link #close}.
 *
 * <p>Protocol: {@link #queue}, {@link #done}, {@link #isLoopWaiting}, {@link #isClosed}, {@link #idleCount}, the links of
 * what is in the two lists, and {@link Pending#isTaken} are guarded by this object's monitor. A {@link Pending} is the
 * workers' from {@link #start} until it is among the done; its operation's arguments don't change meanwhile. The
 * loop's thread says that it is going to wait, and is then woken by the first result.
 */
final class Workers implements AutoCloseable {
    /** Enough to keep a disk busy; what is beyond waits its turn. */
    static final int THREADS_MAX = 4;

    private final Epoll epoll;
    private final Slots slots;
    private final PendingList queue = new PendingList();
    private final PendingList done = new PendingList();
    private int queueCount;
    private int idleCount;
    private boolean isLoopWaiting;
    private boolean isClosed;

    /** A hint for the loop's thread, so that it needs the monitor only if there is something. */
    private volatile boolean hasDone;

    // The loop's thread only, as the methods up to cancel and from startWaiting on.
    private final List<Thread> threads = new ArrayList<>(THREADS_MAX);
    private int startedCount;
    private long callCount;

    Workers(Epoll epoll, Slots slots) {
        this.epoll = epoll;
        this.slots = slots;
    }

    /** Has a worker carry an operation out, of which some bytes may have been transferred already. */
    void start(long token, KernelOperation operation, int doneBytes) {
        start(slots.take(token, operation), doneBytes);
    }

    /** The same, on what epoll has just refused. It may be a while until it is this operation's turn. */
    void startOn(Descriptor refused, long token, KernelOperation operation, int doneBytes) {
        if (refused.isFile) {
            startUnverified(token, operation, doneBytes);
        } else {
            start(token, operation, doneBytes);
        }
    }

    /** The same, if its number still stands for a file when its turn comes. */
    void startUnverified(long token, KernelOperation operation, int doneBytes) {
        Pending pending = slots.take(token, operation);
        pending.isUnverified = true;
        callCount++;
        start(pending, doneBytes);
    }

    private void start(Pending pending, int doneBytes) {
        pending.place = Pending.Place.WORK;
        pending.doneBytes = doneBytes;
        startedCount++;
        callCount++;
        boolean isThreadMissing;
        synchronized (this) {
            queue.add(pending);
            queueCount++;
            isThreadMissing = queueCount > idleCount && threads.size() < THREADS_MAX;
            if (idleCount > 0) {
                notify();
            }
        }
        if (isThreadMissing) {
            startThread();
        }
    }

    private void startThread() {
        Worker worker = new Worker(this);
        Thread thread = Thread.ofPlatform()
                .daemon()
                .name("ringtail-worker-" + (threads.size() + 1))
                .inheritInheritableThreadLocals(false)
                .unstarted(worker);
        try {
            thread.start();
            threads.add(thread);
        } catch (OutOfMemoryError e) {
            // No thread to be had (pids.max, say). With others there it takes longer; without, it is done here and now.
            if (threads.isEmpty()) {
                worker.runQueued();
            }
        }
    }

    /** Ends an operation that no worker has begun. The result of any other comes when it comes. */
    synchronized void cancel(Pending pending) {
        if (!pending.isTaken) {
            queue.remove(pending);
            queueCount--;
            finish(pending, -ECANCELED());
        }
    }

    /** For a worker: the next operation, as soon as there is one; null at the end. */
    synchronized @Nullable Pending take() {
        while (queue.isEmpty() && !isClosed) {
            idleCount++;
            try {
                wait();
            } catch (InterruptedException ignored) {
                // Nobody has a reason to interrupt a worker: it ends by close() alone.
            } finally {
                idleCount--;
            }
        }
        return takeNow();
    }

    /** The next operation; null if there is none. */
    synchronized @Nullable Pending takeNow() {
        Pending pending = queue.first();
        if (pending != null) {
            queue.remove(pending);
            queueCount--;
            pending.isTaken = true;
        }
        return pending;
    }

    /** For a worker: gives an operation back. */
    synchronized void finish(Pending pending, int result) {
        pending.result = result;
        pending.isTaken = true;
        done.add(pending);
        hasDone = true;
        if (isLoopWaiting) {
            isLoopWaiting = false;
            epoll.wakeup();
        }
    }

    /** The loop is going to block: the next result wakes it. False if there is a result already. */
    synchronized boolean startWaiting() {
        isLoopWaiting = done.isEmpty();
        return isLoopWaiting;
    }

    synchronized void stopWaiting() {
        isLoopWaiting = false;
    }

    /** Whether {@link #takeDone} has something. */
    boolean hasDone() {
        return startedCount > 0 && hasDone;
    }

    /** System calls made: one per operation, and one to verify what it is about. */
    long callCount() {
        return callCount;
    }

    /** Whether there will be results. */
    boolean isBusy() {
        return startedCount > 0;
    }

    /** Passes on what is done, and what has turned out to be none of the workers' business. */
    void takeDone(Results results, Descriptors descriptors, Readiness readiness) {
        Pending pending;
        while ((pending = nextDone()) != null) {
            long token = pending.token;
            int result = pending.result;
            int doneBytes = pending.doneBytes;
            KernelOperation operation = pending.operation();
            slots.release(pending);
            startedCount--;
            if (result == Worker.NO_FILE) {
                readiness.startAnew(token, operation, doneBytes);
                continue;
            }
            if (result >= 0 && operation instanceof Openat) {
                descriptors.forget(result);
            }
            results.add(token, result);
        }
    }

    private synchronized @Nullable Pending nextDone() {
        Pending pending = done.first();
        if (pending != null) {
            done.remove(pending);
        }
        hasDone = !done.isEmpty();
        return pending;
    }

    /** Ends the threads and waits until they are gone. */
    @Override
    public void close() {
        synchronized (this) {
            assert queue.isEmpty();
            assert done.isEmpty();
            isClosed = true;
            notifyAll();
        }
        boolean isInterrupted = false;
        for (Thread thread : threads) {
            while (thread.isAlive()) {
                try {
                    thread.join();
                } catch (InterruptedException e) {
                    isInterrupted = true;
                }
            }
        }
        if (isInterrupted) {
            Thread.currentThread().interrupt();
        }
    }
}
