// SPDX-License-Identifier: Apache-2.0

package dev.ringtail.io;

import dev.ringtail.io.ErrorTable.Disposition;
import dev.ringtail.io.spi.Driver;
import org.jspecify.annotations.Nullable;

/**
 * What a pass does, above the waist: queue, slots, timers, results, callbacks. {@link IoLoop} says when, and is the only one
 * to call it; the loop's thread only.
 *
 * <p>The path of an operation: {@link #enqueue}, {@link #startQueued}, {@link Driver#start}, {@link Driver#await},
 * {@link #completed}, {@link #runCallbacks}.
 */
final class Engine {
    /** Of the passes that can't block, one in this many is timed. A power of two. */
    private static final int TIMED_PASS_INTERVAL = 16;

    /** How long to wait at most while the driver takes nothing, though operations are queued. */
    private static final long CONGESTION_NANOS = 1_000_000;

    private static final boolean IS_ASSERTING = Engine.class.desiredAssertionStatus();

    private final Driver driver;
    private final Inbox inbox;
    private final InFlight inFlight = new InFlight();
    private final Timers timers = new Timers();
    private final Cancellations cancellations;
    private final WaitingCloses waitingCloses;
    private final Driver.Sink sink = this::completed;
    private final long origin;

    /** Submitted, not yet taken by the driver. */
    private final Fifo queue = new Fifo();

    /** To be offered to the driver before what is queued, as it was submitted before it. */
    private final Fifo resumed = new Fifo();

    /** Results known; the callbacks run in the next callback phase. */
    private final Fifo ready = new Fifo();

    /** What the current callback phase, or one that an exception ended, is still to run. */
    private final Fifo current = new Fifo();

    /** Whether the driver took something since it was last told to submit. */
    private boolean hasStarted;

    /** The caller's mistake or the library's bug, seen in this pass, to be thrown at its end. */
    private @Nullable Throwable fault;

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
        settle(completion, result);
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
            settle(cancel, isCanceled(target));
            return;
        }
        cancel.nextCanceller = target.canceller;
        target.canceller = cancel;
        if (target.state == Completion.STARTED) {
            cancellations.request((KernelOperation) target);
        } else if (target instanceof Timeout timeout) {
            timers.remove(timeout);
            settle(timeout, -Errno.ECANCELED);
        } else if (target instanceof Close close && close.isWaiting) {
            waitingCloses.remove(close);
            settle(close, -Errno.ECANCELED);
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
                settle(operation, -Errno.ECANCELED);
            } else if (waitingCloses.has(operation.fd)) {
                // What is submitted after a close, another close too, finds the descriptor closed.
                queue.pop();
                settle(operation, -Errno.EBADF);
            } else if (operation instanceof Close close && waitingCloses.mustWait(close)) {
                queue.pop();
                waitingCloses.add(close);
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
        boolean isTaken = false;
        try {
            isTaken = driver.start(inFlight.claim(operation), operation);
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
                    driver.await(timeout, sink);
                } finally {
                    inbox.stopWaiting();
                }
            } else if (hasStarted || inFlight.count() > 0 || isCongested()) {
                driver.await(0, sink);
            }
            hasStarted = false;
        } finally {
            if (!resumed.isEmpty()) {
                resumed.take(queue);
                queue.take(resumed);
            }
        }
    }

    /** Whether something waits for room in the driver, which an await may make. */
    private boolean isCongested() {
        return !queue.isEmpty() || cancellations.isDue();
    }

    /** Whether there are callbacks to run without waiting for anything. */
    private boolean hasWork() {
        return !ready.isEmpty() || !current.isEmpty() || inbox.hasMail() || fault != null;
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
            settle(timeout, 0);
        }
    }

    private void runCallbacks() {
        current.take(ready);
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
        if (fault != null) {
            throwFault();
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

    private void throwFault() {
        Throwable thrown = fault;
        fault = null;
        if (thrown instanceof Error error) {
            throw error;
        }
        if (thrown instanceof RuntimeException exception) {
            throw exception;
        }
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
                    joined(e, thrown);
                }
                throw e;
            }
            try {
                runCallbacks();
            } catch (Throwable e) {
                thrown = joined(thrown, e);
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
            settle(timeout, -Errno.ECANCELED);
        }
        for (Completion completion = queue.peek(); completion != null; completion = completion.next) {
            // A queued close is carried out: else its descriptor would be lost (semantics 1.8).
            completion.cancelRequested = !(completion instanceof Close);
        }
        for (int slot = inFlight.nextUsed(0); slot >= 0; slot = inFlight.nextUsed(slot + 1)) {
            KernelOperation operation = inFlight.at(slot);
            if (operation != null && !(operation instanceof Close)) {
                cancellations.request(operation);
            }
        }
    }

    // ---------------------------------------------------------------------------------------------- results

    /** The driver's side of {@link Driver.Sink}. */
    private void completed(long token, int result, int flags) {
        if ((flags & Driver.MORE) != 0) {
            arrived(token, result, flags);
            return;
        }
        KernelOperation operation = inFlight.release(token);
        if (operation == null) {
            return; // Stale: recognised by its generation, and nobody's.
        }
        Close close = waitingCloses.takeReady(operation.fd);
        if (close != null) {
            resumed.push(close);
        }
        if (operation instanceof Multishot multishot) {
            ended(multishot, result, flags);
            return;
        }
        if (flags != 0) {
            operation.flagged(flags);
        }
        String misuse = operation.misuse();
        if (misuse != null) {
            // Never submitted again, and no failure of it is the library's bug.
            addFault(new IllegalStateException(misuse));
            settle(operation, result);
        } else if (result < 0) {
            failed(operation, result);
        } else {
            settle(operation, result);
        }
    }

    /** A result of an operation that goes on. */
    private void arrived(long token, int result, int flags) {
        if (inFlight.operation(token) instanceof Multishot multishot) {
            if (!multishot.hasShots()) {
                ready.push(multishot);
            }
            multishot.addShot(result, flags);
        }
    }

    private void ended(Multishot multishot, int result, int flags) {
        multishot.end(result, flags);
        if (!multishot.hasShots()) {
            if (result < 0) {
                failed(multishot, result);
            } else {
                settle(multishot, result);
            }
            return;
        }
        boolean isRetried = result < 0 && multishot.errors().disposition(result) == Disposition.RETRIED;
        // It is queued already, so it can't be queued to be retried: the caller hears that it has stopped.
        multishot.result = isRetried ? multishot.endWithLastShot() : result;
        multishot.state = multishot.hasShots() ? Completion.ENDING : Completion.READY;
        if (multishot.canceller != null) {
            settleCancellers(multishot);
        }
    }

    private void failed(KernelOperation operation, int result) {
        // No switch: javac makes a class for it, and once the process has no descriptor left, which is one of the
        // failures that come here, no class can be loaded from a folder.
        Disposition disposition = operation.errors().disposition(result);
        boolean isRetried = disposition == Disposition.DELIVERED && operation.isRetried(-result);
        if (isRetried || disposition == Disposition.RETRIED) {
            retry(operation);
            return;
        }
        if (IS_ASSERTING && disposition == Disposition.BUG) {
            addFault(new AssertionError(operation + ": " + Errno.name(-result)));
        }
        settle(operation, disposition == Disposition.SUCCESS ? 0 : result);
    }

    private void retry(KernelOperation operation) {
        if (operation.cancelRequested) {
            settle(operation, -Errno.ECANCELED);
        } else {
            // Ahead of the queue: a close of its descriptor that was submitted after it must find it pending.
            operation.state = Completion.PENDING;
            resumed.push(operation);
        }
    }

    private void settle(Completion completion, int result) {
        completion.result = result;
        completion.state = Completion.READY;
        ready.push(completion);
        if (completion.canceller != null) {
            settleCancellers(completion);
        }
    }

    /** Those who asked for a completion's end learn how it ended, after it. */
    private void settleCancellers(Completion settled) {
        Completion target = settled;
        // A cancel can be the target of another, so the walk goes on with those that this one queues.
        Completion nextTarget = null;
        while (target != null) {
            Cancel canceller = target.canceller;
            target.canceller = null;
            while (canceller != null) {
                Cancel next = canceller.nextCanceller;
                canceller.nextCanceller = null;
                canceller.result = isCanceled(target);
                canceller.state = Completion.READY;
                ready.push(canceller);
                nextTarget = nextTarget == null ? canceller : nextTarget;
                canceller = next;
            }
            target = nextTarget;
            nextTarget = target == null ? null : target.next;
        }
    }

    /** A cancel's result. */
    private static int isCanceled(Completion target) {
        return target.result == -Errno.ECANCELED ? 1 : 0;
    }

    private void addFault(Throwable thrown) {
        fault = joined(fault, thrown);
    }

    /** The first, with the other suppressed. */
    @SuppressWarnings("ReferenceEquality") // The same exception thrown twice can't suppress itself.
    static Throwable joined(@Nullable Throwable first, Throwable other) {
        if (first == null) {
            return other;
        }
        if (first != other) {
            first.addSuppressed(other);
        }
        return first;
    }
}
