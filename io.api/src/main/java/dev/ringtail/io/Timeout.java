// SPDX-License-Identifier: Apache-2.0

package dev.ringtail.io;

import java.time.Duration;
import org.jspecify.annotations.Nullable;

/**
 * Completes once some time has passed on CLOCK_MONOTONIC since its submission: never early, in order among equal deadlines,
 * and whatever else completes meanwhile. Kept by the loop: it costs no kernel memory, and there may be any number of them.
 */
public final class Timeout extends Completion {
    /** Nanoseconds since the loop was opened. */
    long deadline;

    /** Tells equal deadlines apart, by submission. */
    long order;

    /** Where {@link Timers} keeps it. */
    int timerIndex;

    private long nanos;

    /** A timeout for one loop, with the callback that it always runs. */
    public Timeout(IoLoop loop, Callback<Timeout> callback) {
        super(loop, callback);
    }

    /**
     * Starts it.
     *
     * @param nanos from now, in nanoseconds, 0 to Long.MAX_VALUE; 0: in the next pass
     * @throws IllegalArgumentException if nanos is negative
     * @throws IllegalStateException if in flight, if the loop is closed, or from another thread
     */
    public void submit(long nanos) {
        checkSubmission();
        if (nanos < 0) {
            throw new IllegalArgumentException("nanos: " + nanos);
        }
        this.nanos = nanos;
        loop.engine().startTimer(this, nanos);
    }

    /**
     * Starts it. What is longer than Long.MAX_VALUE nanoseconds is cut to that, 292 years.
     *
     * @throws IllegalArgumentException if the duration is negative
     * @throws IllegalStateException if in flight, if the loop is closed, or from another thread
     */
    public void submit(Duration duration) {
        submit(Timers.nanos(duration));
    }

    /** The time that it was last submitted with, in nanoseconds. */
    public long nanos() {
        return nanos;
    }

    @Override
    public @Nullable TimeoutError error() {
        int outcome = outcome();
        return outcome >= 0 ? null : TimeoutError.TABLE.error(outcome);
    }

    @Override
    ErrorTable<?> errors() {
        return TimeoutError.TABLE;
    }

    @Override
    public String toString() {
        return "Timeout(" + nanos + " ns)";
    }
}
