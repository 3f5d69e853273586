// SPDX-License-Identifier: Apache-2.0

package dev.ringtail.io;

import org.jspecify.annotations.Nullable;

/**
 * A callback in the next pass, without the kernel. It can't fail and can't be cancelled: it is complete once submitted, and
 * only its callback is still to run.
 */
public final class NextTick extends Completion {
    /** A next tick for one loop, with the callback that it always runs. */
    public NextTick(IoLoop loop, Callback<NextTick> callback) {
        super(loop, callback);
    }

    /**
     * Submits it.
     *
     * @throws IllegalStateException if in flight, if the loop is closed, or from another thread
     */
    public void submit() {
        checkSubmission();
        loop.engine().enqueueReady(this, 0);
    }

    /** Always null. */
    @Override
    public @Nullable OperationError error() {
        success();
        return null;
    }

    @Override
    ErrorTable<?> errors() {
        throw new AssertionError("a next tick has no errors");
    }

    @Override
    public String toString() {
        return "NextTick";
    }
}
