// SPDX-License-Identifier: Apache-2.0

package dev.ringtail.io;

import org.jspecify.annotations.Nullable;

/**
 * Makes what was written to a file durable. It covers what was complete when it was submitted: a write still in flight may
 * or may not be covered. Source: fsync(2), fdatasync(2).
 */
public final class Fsync extends KernelOperation {
    private boolean isDataOnly;

    /** An fsync for one loop, with the callback that it always runs. */
    public Fsync(IoLoop loop, Callback<Fsync> callback) {
        super(loop, callback);
    }

    /**
     * Makes the file's data and all its metadata durable.
     *
     * @throws IllegalArgumentException if fd is negative
     * @throws IllegalStateException if in flight, if the loop is closed, or from another thread
     */
    public void submit(int fd) {
        checkSubmission();
        this.fd = checkFd("fd", fd);
        isDataOnly = false;
        enqueue();
    }

    /**
     * Makes the file's data durable, and only the metadata needed to read it back (its size, but not its times).
     *
     * @throws IllegalArgumentException if fd is negative
     * @throws IllegalStateException if in flight, if the loop is closed, or from another thread
     */
    public void submitDataOnly(int fd) {
        checkSubmission();
        this.fd = checkFd("fd", fd);
        isDataOnly = true;
        enqueue();
    }

    /** Whether it was last submitted by {@link #submitDataOnly}. */
    public boolean isDataOnly() {
        return isDataOnly;
    }

    @Override
    public @Nullable FsyncError error() {
        int outcome = outcome();
        return outcome >= 0 ? null : FsyncError.TABLE.error(outcome);
    }

    @Override
    ErrorTable<?> errors() {
        return FsyncError.TABLE;
    }
}
