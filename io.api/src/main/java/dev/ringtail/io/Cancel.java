// SPDX-License-Identifier: Apache-2.0

package dev.ringtail.io;

import org.jspecify.annotations.Nullable;

/**
 * Asks that another completion of the same loop be ended early. The target then completes with CANCELED, or with its own
 * result if that came first; this completes after it and says which. The loop's own work: what the kernel is asked, and how
 * often, is between it and the driver.
 */
public final class Cancel extends Completion {
    private @Nullable Completion target;

    /** The next one that waits for the same target. */
    @Nullable
    Cancel nextCanceller;

    /** A cancel for one loop, with the callback that it always runs. */
    public Cancel(IoLoop loop, Callback<Cancel> callback) {
        super(loop, callback);
    }

    /**
     * Asks for the target's end. If the target isn't in flight (it has completed, or was never submitted), this ends with
     * {@link CancelError#NOT_FOUND}.
     *
     * @throws IllegalArgumentException if the target belongs to another loop, or is this
     * @throws IllegalStateException if in flight, if the loop is closed, or from another thread
     */
    public void submit(Completion target) {
        checkSubmission();
        if (target == null) {
            throw new NullPointerException("target is null");
        }
        if (target.loop != loop) {
            throw new IllegalArgumentException("target: " + target + " belongs to another loop");
        }
        if (target == this) {
            throw new IllegalArgumentException("target: a Cancel can't cancel itself");
        }
        this.target = target;
        loop.engine().cancel(this, target);
    }

    /** The completion that it was last submitted for; null if never. */
    public @Nullable Completion target() {
        return target;
    }

    /**
     * True if the target ended with CANCELED, false if its own result came first.
     *
     * @throws IllegalStateException after a failure (naming the error), while in flight, or if never submitted
     */
    public boolean targetCanceled() {
        return success() != 0;
    }

    @Override
    public @Nullable CancelError error() {
        int outcome = outcome();
        return outcome >= 0 ? null : CancelError.TABLE.error(outcome);
    }

    @Override
    ErrorTable<?> errors() {
        return CancelError.TABLE;
    }

    @Override
    public String toString() {
        return target == null || target instanceof Cancel ? "Cancel" : "Cancel of " + target;
    }
}
