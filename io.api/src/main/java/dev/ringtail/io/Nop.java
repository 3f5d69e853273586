// SPDX-License-Identifier: Apache-2.0

package dev.ringtail.io;

import org.jspecify.annotations.Nullable;

/** Goes to the kernel and back, and does nothing: for measuring and testing. Source: io_uring_prep_nop(3). */
public final class Nop extends KernelOperation {
    /** A nop for one loop, with the callback that it always runs. */
    public Nop(IoLoop loop, Callback<Nop> callback) {
        super(loop, callback);
    }

    /**
     * Submits it.
     *
     * @throws IllegalStateException if in flight, if the loop is closed, or from another thread
     */
    public void submit() {
        checkSubmission();
        enqueue();
    }

    @Override
    public @Nullable NopError error() {
        int outcome = outcome();
        return outcome >= 0 ? null : NopError.TABLE.error(outcome);
    }

    @Override
    ErrorTable<?> errors() {
        return NopError.TABLE;
    }
}
