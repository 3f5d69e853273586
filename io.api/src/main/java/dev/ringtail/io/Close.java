// SPDX-License-Identifier: Apache-2.0

package dev.ringtail.io;

import org.jspecify.annotations.Nullable;

/**
 * Closes a descriptor. What is pending on it in this loop is cancelled first: each such operation completes, with its
 * result if that came first, else with CANCELED; then the descriptor is closed. So nothing hangs, and nothing crosses over
 * to a later file with the same number. Whatever the error, the descriptor is gone afterwards (unless it was CANCELED, or
 * not open). EINTR is success. {@link IoLoop#close} carries out a close that is queued. Source: close(2).
 */
public final class Close extends KernelOperation {
    /** Whether it is one of the {@link WaitingCloses}. */
    boolean isWaiting;

    /** How many operations it waits for. */
    int pendingCount;

    /** A close for one loop, with the callback that it always runs. */
    public Close(IoLoop loop, Callback<Close> callback) {
        super(loop, callback);
    }

    /**
     * Submits it.
     *
     * @throws IllegalArgumentException if fd is negative
     * @throws IllegalStateException if in flight, if the loop is closed, or from another thread
     */
    public void submit(int fd) {
        checkSubmission();
        this.fd = checkFd("fd", fd);
        enqueue();
    }

    @Override
    public @Nullable CloseError error() {
        int outcome = outcome();
        return outcome >= 0 ? null : CloseError.TABLE.error(outcome);
    }

    @Override
    ErrorTable<?> errors() {
        return CloseError.TABLE;
    }
}
