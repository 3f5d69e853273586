// SPDX-License-Identifier: Apache-2.0

package dev.ringtail.io;

import org.jspecify.annotations.Nullable;

/** What a driver is asked to do: every operation but the loop's own. */
public abstract sealed class KernelOperation extends Completion
        permits Accept, Close, Connect, Fsync, Multishot, Nop, Openat, Statx, Transfer {
    static final int NO_FD = -1;

    int fd = NO_FD;

    /** Where {@link InFlight} keeps this operation while the driver has it. */
    int slot;

    KernelOperation(IoLoop loop, Callback<? extends Completion> callback) {
        super(loop, callback);
        // Loaded now: where the failure is a lack of descriptors, a class could no longer be read from its file.
        errors();
    }

    /** The descriptor that it was last submitted with; -1 if it was given none. */
    public final int fd() {
        return fd;
    }

    /** Last thing that a submission does. */
    final void enqueue() {
        loop.engine().enqueue(this);
    }

    /** An error that is known without asking the kernel, delivered like any other: in a later pass. */
    final void fail(int errno) {
        loop.engine().enqueueReady(this, -errno);
    }

    /** Whether a failure is one that the loop answers by submitting again, beyond what {@link #errors} says. */
    boolean isRetried(int errno) {
        return false;
    }

    /** What the driver said beside the last result, if it said anything. */
    void flagged(int flags) {}

    /** Null if all is well once the kernel has let go, else what the caller did wrong meanwhile. */
    @Nullable
    String misuse() {
        return null;
    }

    static int checkFd(String name, int fd) {
        if (fd < 0) {
            throw new IllegalArgumentException(name + ": " + fd);
        }
        return fd;
    }

    @Override
    public String toString() {
        return getClass().getSimpleName() + (fd == NO_FD ? "" : "(fd " + fd + ")");
    }
}
