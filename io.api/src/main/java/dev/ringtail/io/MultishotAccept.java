// SPDX-License-Identifier: Apache-2.0

package dev.ringtail.io;

import org.jspecify.annotations.Nullable;

/**
 * Takes one connection after the other from a listening socket. Each accepted descriptor is close-on-exec, and the callback
 * that gets it owns it, even if the operation was being cancelled or the loop closed at the time. Needs
 * {@link Capability#MULTISHOT_ACCEPT}. Source: io_uring_prep_multishot_accept(3), accept4(2).
 */
public final class MultishotAccept extends Multishot {
    /**
     * An accept for one loop, with the callback that runs for each connection and at the end.
     *
     * @throws UnsupportedOperationException if the loop lacks {@link Capability#MULTISHOT_ACCEPT}
     */
    public MultishotAccept(IoLoop loop, Callback<MultishotAccept> callback) {
        super(loop, callback);
        loop.require(Capability.MULTISHOT_ACCEPT);
    }

    /**
     * Waits for connections.
     *
     * @throws IllegalArgumentException if fd is negative
     * @throws IllegalStateException if in flight, if the loop is closed, or from another thread
     */
    public void submit(int fd) {
        checkSubmission();
        this.fd = checkFd("fd", fd);
        begin();
        enqueue();
    }

    /**
     * The accepted descriptor: the caller's to close.
     *
     * @throws IllegalStateException after a failure (naming the error), if never submitted, or before the first result
     */
    public int acceptedFd() {
        return success();
    }

    /**
     * Who connected: by a system call, getpeername(2), as the kernel doesn't tell with each of several. Makes an object.
     *
     * @throws SystemCallException if the connection is gone already, say
     * @throws IllegalStateException as {@link #acceptedFd}
     */
    public Address peerAddress() throws SystemCallException {
        return loop.sockets().peerAddress(success());
    }

    /**
     * {@inheritDoc}
     *
     * <p>After an error, {@link #hasMore} is false.
     */
    @Override
    public @Nullable AcceptError error() {
        int outcome = outcome();
        return outcome >= 0 ? null : AcceptError.TABLE.error(outcome);
    }

    @Override
    ErrorTable<?> errors() {
        return AcceptError.TABLE;
    }
}
