// SPDX-License-Identifier: Apache-2.0

package dev.ringtail.io;

import org.jspecify.annotations.Nullable;

/**
 * One operation at a time, carried from its submission to its callback. Made once with a loop and a callback, owned by the
 * caller, reused for ever, from inside its own callback on; submitting it again while it is in flight fails with
 * {@link IllegalStateException} and leaves the first operation undisturbed. Used on the loop's thread only.
 *
 * <p>In the callback, {@link #error} says what happened: null is success, and then the operation's result can be read;
 * else it is one of that operation's own errors. Result and arguments stay readable until the next submission.
 */
public abstract sealed class Completion permits Cancel, KernelOperation, NextTick, Timeout {
    // The states. Ints: a reference stored into an object that has grown old costs the collector's barrier, with a
    // fence under G1, and every operation goes through four of them (the nop benchmark shows it).

    /** Never submitted: there is no result to read. */
    static final int NEW = 0;

    /** Its callback has begun: the caller's to read and to submit again. */
    static final int DONE = 1;

    /** In flight, waiting in the loop: for room in the driver, for a due time, or for another completion. */
    static final int PENDING = 2;

    /** In flight, taken by the driver, which owes a result. */
    static final int STARTED = 3;

    /** In flight, its result known, its callback still to run. */
    static final int READY = 4;

    /** As READY, but the callback is to run for earlier results first ({@link Multishot}). */
    static final int ENDING = 5;

    final IoLoop loop;
    private final Callback<Completion> callback;

    int state = NEW;

    /** What the system call would return: a count, a descriptor, 0, or a negated errno. */
    int result;

    /** Set once somebody has asked to end this operation early; reset by submission. */
    boolean cancelRequested;

    /** The operations that wait for this one's fate, linked through {@link Cancel#nextCanceller}. */
    @Nullable
    Cancel canceller;

    /** The link of the one {@link Fifo} that this completion is in. */
    @Nullable
    Completion next;

    // The callback takes exactly the class that it is given to; the type is erased once here, so that the loop has one
    // call site for all of them.
    @SuppressWarnings("unchecked")
    Completion(IoLoop loop, Callback<? extends Completion> callback) {
        if (loop == null) {
            throw new NullPointerException("loop is null");
        }
        if (callback == null) {
            throw new NullPointerException("callback is null");
        }
        this.loop = loop;
        this.callback = (Callback<Completion>) callback;
    }

    /** The loop that this completion was made for. */
    public final IoLoop loop() {
        return loop;
    }

    /** From the submission until the callback begins. */
    public final boolean isInFlight() {
        return state >= PENDING;
    }

    /**
     * Null after a success; else what went wrong, one of this operation's own errors.
     *
     * @throws IllegalStateException while in flight, or if never submitted
     */
    public abstract @Nullable OperationError error();

    /**
     * The kernel's number for what went wrong (errno(3)), 0 after a success. {@link Errno#name} has its name.
     *
     * @throws IllegalStateException while in flight, or if never submitted
     */
    public final int errno() {
        return Math.max(0, -outcome());
    }

    /** The raw result, once there is one. */
    final int outcome() {
        return state == DONE ? result : earlyOutcome();
    }

    /** The raw result before the end of the operation: there is none, unless it has several. */
    int earlyOutcome() {
        throw new IllegalStateException(
                this + (state == NEW ? " was never submitted" : " is in flight") + ": it has no result");
    }

    /** The raw result of a success. */
    final int success() {
        int outcome = outcome();
        if (outcome < 0) {
            throw new IllegalStateException(this + " failed: " + error() + " (" + Errno.name(-outcome) + ")");
        }
        return outcome;
    }

    /** The first thing that a submission does, before it touches anything. */
    final void checkSubmission() {
        loop.checkSubmission();
        if (isInFlight()) {
            throw new IllegalStateException(this + " is in flight already: it carries one operation at a time");
        }
    }

    /** Gives the caller its turn. */
    final void run() {
        state = DONE;
        callback.completed(this);
    }

    /** Gives the caller its turn, which is not the last. */
    final void runShot() {
        callback.completed(this);
    }

    abstract ErrorTable<?> errors();

    /** The operation and its arguments, for messages. */
    @Override
    public abstract String toString();
}
