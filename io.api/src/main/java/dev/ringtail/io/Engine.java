// SPDX-License-Identifier: Apache-2.0

package dev.ringtail.io;

import dev.ringtail.io.spi.Driver;
import org.jspecify.annotations.Nullable;

/**
 * What a pass does, above the waist: queue, slots, timers, results, callbacks. {@link IoLoop} says when, and is the only one
 * to call it; the loop's thread only.
 *
 * <p>The path of an operation: {@link #enqueue}, {@link #startQueued}, {@link Driver#start}, {@link Driver#await},
 * {@link Results#completed}, {@link #runCallbacks}.
 */
final class Engine {
    /** Of the passes that can't block, one in this many is timed (what it costs: the nop benchmark). A power of two. */
    private static final int TIMED_PASS_INTERVAL = 64;

    /** How long to wait at most while the driver takes nothing, though operations are queued. */
    private static final long CONGESTION_NANOS = 1_000_000;

    private final Driver driver;
    private final Inbox inbox;
    private final InFlight inFlight = new InFlight();
    private final Timers timers = new Timers();
    private final Cancellations cancellations;
    private final WaitingCloses waitingCloses;
    private final Results results;
    private final long origin;

    /** Submitted, not yet taken by the driver. */
    private final Fifo queue = new Fifo();

    /** What the current callback phase, or one that an exception ended, is still to run. */
    private final Fifo current = new Fifo();

    /** Whether the driver took something since it was last told to submit. */
    private boolean hasStarted;

    // Written by the loop's thread, read by any: a reader may see them late, and needs no more.
    long submittedCount;
    long completedCount;
    long passCount;
    long overflowCount;
    long kernelNanos;
    long callbackNanos;

    Engine(Driver driver, Inbox inbox) {
        this.driver = driver;
        this.inbox = inbox;
        cancellations = new Cancellations(inFlight, driver);
        waitingCloses = new WaitingCloses(inFlight, cancellations);
        results = new Results(inFlight, waitingCloses);
        origin = driver.nanoTime();
    }

    /** Nanoseconds since the loop was opened. */
    long now() {
        return driver.nanoTime() - origin;
    }

    /** The span until a time, endless if the time is. */
    static long timeUntil(long time, long now) {
        return time == Long.MAX_VALUE ? Long.MAX_VALUE : time - now;
    }

    /** The end of a span that may be endless. */
    static long later(long now, long nanos) {
        long time = now + nanos;
        return time < 0 ? Long.MAX_VALUE : time;
    }

    // ---------------------------------------------------------------------------------------------- submission

    void enqueue(KernelOperation operation) {
        begin(operation);
        queue.push(operation);
    }

    void enqueueReady(Completion completion, int result) {
        begin(completion);
        results.settle(completion, result);
    }

    void startTimer(Timeout timeout, long nanos) {
        begin(timeout);
        timeout.deadline = later(now(), nanos);
        timers.add(timeout);
    }

    void cancel(Cancel cancel, Completion target) {
        if (!target.isInFlight()) {
            enqueueReady(cancel, -Errno.ENOENT);
            return;
        }
        begin(cancel);
        if (target.state >= Completion.READY) {
            results.settle(cancel, Results.isCanceled(target));
            return;
        }
        cancel.nextCanceller = target.canceller;
        target.canceller = cancel;
        if (target.state == Completion.STARTED) {
            cancellations.request((KernelOperation) target);
        } else if (target instanceof Timeout timeout) {
            timers.remove(timeout);
            results.settle(timeout, -Errno.ECANCELED);
        } else if (target instanceof Close close && close.isWaiting) {
            waitingCloses.remove(close);
            results.settle(close, -Errno.ECANCELED);
        } else {
            // Queued: it ends when its turn comes. Another cancel: it ends with its own target, which is asked already.
            target.cancelRequested = true;
        }
    }

    private void begin(Completion completion) {
        submittedCount++;
        completion.cancelRequested = false;
        completion.state = Completion.PENDING;
    }

    // ---------------------------------------------------------------------------------------------- the pass

    /** A pass that doesn't block. */
    void pass() {
        if ((passCount & (TIMED_PASS_INTERVAL - 1)) == 0) {
            timedPass(0, now(), TIMED_PASS_INTERVAL);
        } else {
            startPass(0, 0);
            runCallbacks();
        }
    }

    /** A pass that may block, and ends at the time that it returns. */
    long pass(long waitNanos, long now) {
        return timedPass(waitNanos, now, 1);
    }

    private long timedPass(long waitNanos, long start, int weight) {
        startPass(waitNanos, start);
        long middle = now();
        kernelNanos += (middle - start) * weight;
        runCallbacks();
        long end = now();
        callbackNanos += (end - middle) * weight;
        return end;
    }

    /** Submits, waits, takes the results, and collects the timers that are due. */
    private void startPass(long waitNanos, long now) {
        passCount++;
        startQueued(now);
        await(waitNanos, now);
        if (timers.count() > 0) {
            expireTimers();
        }
    }

    /** Offers the driver what is queued, in order, as long as it has room. */
    private void startQueued(long now) {
        boolean isFull = false;
        while (queue.peek() instanceof KernelOperation operation) {
            if (operation.cancelRequested) {
                queue.pop();
                results.settle(operation, -Errno.ECANCELED);
            } else if (waitingCloses.has(operation.fd)) {
                // What is submitted after a close, another close too, finds the descriptor closed.
                queue.pop();
                results.settle(operation, -Errno.EBADF);
            } else if (operation instanceof Close close && waitingCloses.mustWait(close)) {
                waitingCloses.add(close);
                queue.pop();
            } else if (start(operation)) {
                queue.pop();
                operation.state = Completion.STARTED;
                hasStarted = true;
                isFull = false;
            } else {
                overflowCount++;
                // One entry makes room, or the driver must first be rid of completions.
                if (isFull || !driver.submit()) {
                    break;
                }
                isFull = true;
            }
        }
        if (!cancellations.isIdle()) {
            hasStarted |= cancellations.ask(now == 0 ? now() : now);
        }
    }

    /** Offers the driver one operation; whatever it answers or throws, only what it took is in flight. */
    private boolean start(KernelOperation operation) {
        long token = inFlight.claim(operation);
        boolean isTaken = false;
        try {
            isTaken = driver.start(token, operation);
        } finally {
            if (!isTaken) {
                inFlight.release(operation);
            }
        }
        return isTaken;
    }

    private void await(long waitNanos, long now) {
        long timeout = waitNanos;
        if (timeout > 0) {
            timeout = hasWork() ? 0 : Math.min(timeout, timeUntil(nextTime(), now));
            timeout = isCongested() ? Math.min(timeout, CONGESTION_NANOS) : timeout;
        }
        try {
            if (timeout > 0 && inbox.startWaiting()) {
                try {
                    driver.await(timeout, results);
                } finally {
                    inbox.stopWaiting();
                }
            } else if (hasStarted || inFlight.count() > 0 || isCongested()) {
                driver.await(0, results);
            }
            hasStarted = false;
        } finally {
            if (!results.resumed.isEmpty()) {
                results.resumed.take(queue);
                queue.take(results.resumed);
            }
        }
    }

    /** Whether something waits for room in the driver, which an await may make. */
    private boolean isCongested() {
        return !queue.isEmpty() || cancellations.isDue();
    }

    /** Whether there are callbacks to run without waiting for anything. */
    private boolean hasWork() {
        return !results.ready.isEmpty() || !current.isEmpty() || inbox.hasMail() || results.hasFault();
    }

    /** When the loop must be awake by itself. */
    private long nextTime() {
        long timer = timers.count() == 0 ? Long.MAX_VALUE : timers.first().deadline;
        return Math.min(timer, cancellations.repeatTime());
    }

    private void expireTimers() {
        long now = now();
        while (timers.count() > 0 && timers.first().deadline <= now) {
            Timeout timeout = timers.first();
            timers.remove(timeout);
            results.settle(timeout, 0);
        }
    }

    private void runCallbacks() {
        current.take(results.ready);
        if (inbox.hasMail()) {
            inbox.take();
        }
        Completion completion;
        while ((completion = current.pop()) != null) {
            if (completion.state == Completion.READY) {
                completedCount++;
                completion.run();
            } else {
                runShot((Multishot) completion);
            }
        }
        Runnable task;
        while ((task = inbox.next()) != null) {
            task.run();
        }
        if (results.hasFault()) {
            results.throwFault();
        }
    }

    /** One result of several: what remains of them is queued before the callback runs, which may throw. */
    private void runShot(Multishot multishot) {
        multishot.takeShot();
        if (multishot.hasShots()) {
            current.pushFirst(multishot);
        } else if (multishot.state == Completion.ENDING) {
            multishot.state = Completion.READY;
            current.pushFirst(multishot);
        }
        multishot.runShot();
    }

    /** What callbacks queued goes to the kernel before the caller gets its thread back; nothing is reaped. */
    void submitQueued() {
        if (!queue.isEmpty() || !cancellations.isIdle()) {
            startQueued(0);
        }
        if (hasStarted) {
            driver.submit();
            hasStarted = false;
        }
    }

    /**
     * Cancels everything, and passes until nothing is in flight; what callbacks throw meanwhile is collected.
     *
     * @param before what was thrown before; null if nothing was
     * @return the first that was thrown, the others suppressed; null if nothing was
     */
    @Nullable
    Throwable drain(@Nullable Throwable before) {
        cancelAll();
        Throwable thrown = before;
        while (hasWork() || !queue.isEmpty() || inFlight.count() > 0) {
            try {
                startPass(Long.MAX_VALUE, now());
            } catch (Throwable e) {
                // A driver that fails may fail for ever. What is in flight stays so: its memory mustn't be freed.
                if (thrown != null) {
                    Results.joined(e, thrown);
                }
                throw e;
            }
            try {
                runCallbacks();
            } catch (Throwable e) {
                thrown = Results.joined(thrown, e);
            }
        }
        return thrown;
    }

    /** How many receives in flight, or about to be, take their buffers from a ring. */
    int countWaiting(BufferRing ring) {
        int count = 0;
        for (int slot = inFlight.nextUsed(0); slot >= 0; slot = inFlight.nextUsed(slot + 1)) {
            count += uses(inFlight.at(slot), ring) ? 1 : 0;
        }
        for (Completion completion = queue.peek(); completion != null; completion = completion.next) {
            count += uses(completion, ring) ? 1 : 0;
        }
        return count;
    }

    private static boolean uses(@Nullable Completion completion, BufferRing ring) {
        return completion instanceof MultishotRecv recv && recv.ring() == ring;
    }

    private void cancelAll() {
        while (timers.count() > 0) {
            Timeout timeout = timers.first();
            timers.remove(timeout);
            results.settle(timeout, -Errno.ECANCELED);
        }
        for (Completion completion = queue.peek(); completion != null; completion = completion.next) {
            // A queued close is carried out: else its descriptor would be lost (semantics 1.8).
            completion.cancelRequested = !(completion instanceof Close);
        }
        // The newest first, as the kernel finds those at once: docs/performance-notes.md.
        for (int slot = inFlight.lastUsed(); slot >= 0; slot--) {
            KernelOperation operation = inFlight.at(slot);
            if (operation != null && !(operation instanceof Close)) {
                cancellations.request(operation);
            }
        }
    }
}
