// SPDX-License-Identifier: Apache-2.0

package dev.ringtail.io;

import dev.ringtail.io.ErrorTable.Disposition;
import dev.ringtail.io.spi.Driver;
import org.jspecify.annotations.Nullable;

/**
 * What becomes of a result: it is matched with its operation, tried again or settled, and told to those who wait for it. What
 * is settled waits for its callback in {@link #ready}. Owned by one {@link Engine}; the loop's thread only.
 */
final class Results implements Driver.Sink {
    private static final boolean IS_ASSERTING = Results.class.desiredAssertionStatus();

    private final InFlight inFlight;
    private final WaitingCloses waitingCloses;

    /** Results known; the callbacks run in the next callback phase. */
    final Fifo ready = new Fifo();

    /** To be offered to the driver before what is queued, as it was submitted before it. */
    final Fifo resumed = new Fifo();

    /** The caller's mistake or the library's bug, seen in this pass, to be thrown at its end. */
    private @Nullable Throwable fault;

    Results(InFlight inFlight, WaitingCloses waitingCloses) {
        this.inFlight = inFlight;
        this.waitingCloses = waitingCloses;
    }

    @Override
    public void completed(long token, int result, int flags) {
        if ((flags & Driver.MORE) != 0) {
            arrived(token, result, flags);
            return;
        }
        KernelOperation operation = inFlight.release(token);
        if (operation == null) {
            return; // Stale: recognised by its generation, and nobody's.
        }
        Close close = waitingCloses.takeReady(operation);
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

    void settle(Completion completion, int result) {
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
    static int isCanceled(Completion target) {
        return target.result == -Errno.ECANCELED ? 1 : 0;
    }

    private void addFault(Throwable thrown) {
        fault = joined(fault, thrown);
    }

    boolean hasFault() {
        return fault != null;
    }

    void throwFault() {
        Throwable thrown = fault;
        fault = null;
        if (thrown != null) {
            Results.<RuntimeException>raise(thrown);
        }
    }

    /** Throws it as it is, though the compiler knows of unchecked ones only. */
    @SuppressWarnings({"unchecked", "TypeParameterUnusedInFormals", "DoNotCallSuggester"})
    static <T extends Throwable> void raise(Throwable thrown) throws T {
        throw (T) thrown;
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
