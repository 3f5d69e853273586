// SPDX-License-Identifier: Apache-2.0

package dev.ringtail.io;

import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;
import org.jspecify.annotations.Nullable;

/**
 * Takes the next connection from a listening socket. The accepted descriptor is close-on-exec, and the callback owns it,
 * even if the accept was being cancelled or the loop closed at the time. Source: accept4(2).
 */
public final class Accept extends KernelOperation {
    /** The peer's sockaddr as the kernel writes it, then its length. Native memory that lives as long as this object. */
    private final MemorySegment sockaddr = Arena.ofAuto().allocate(Address.SOCKADDR_BYTES + Integer.BYTES, Long.BYTES);

    /** An accept for one loop, with the callback that it always runs. */
    public Accept(IoLoop loop, Callback<Accept> callback) {
        super(loop, callback);
    }

    /**
     * Waits for a connection.
     *
     * @throws IllegalArgumentException if fd is negative
     * @throws IllegalStateException if in flight, if the loop is closed, or from another thread
     */
    public void submit(int fd) {
        checkSubmission();
        this.fd = checkFd("fd", fd);
        sockaddr.set(ValueLayout.JAVA_INT, Address.SOCKADDR_BYTES, Address.SOCKADDR_BYTES);
        enqueue();
    }

    /**
     * The accepted descriptor: the caller's to close.
     *
     * @throws IllegalStateException after a failure (naming the error), while in flight, or if never submitted
     */
    public int acceptedFd() {
        return success();
    }

    /**
     * Who connected, without a further system call. Makes an object.
     *
     * @throws IllegalStateException after a failure (naming the error), while in flight, or if never submitted
     */
    public Address peerAddress() {
        success();
        return Address.of(sockaddr, sockaddr.get(ValueLayout.JAVA_INT, Address.SOCKADDR_BYTES));
    }

    /** For drivers: where the peer's address goes, 128 bytes. */
    public long sockaddrAddress() {
        return sockaddr.address();
    }

    /** For drivers: where the length of the peer's address goes, an int that holds 128 before. */
    public long sockaddrLengthAddress() {
        return sockaddr.address() + Address.SOCKADDR_BYTES;
    }

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
