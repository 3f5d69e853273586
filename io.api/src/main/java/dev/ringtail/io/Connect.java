// SPDX-License-Identifier: Apache-2.0

package dev.ringtail.io;

import java.util.Objects;
import org.jspecify.annotations.Nullable;

/**
 * Connects a socket: a stream one to a listening peer, a datagram one to the peer that it then sends to and receives from.
 * Source: connect(2).
 */
public final class Connect extends KernelOperation {
    private @Nullable Address address;

    /** A connect for one loop, with the callback that it always runs. */
    public Connect(IoLoop loop, Callback<Connect> callback) {
        super(loop, callback);
    }

    /**
     * Connects. After a failure the socket is best closed: Linux leaves its state unspecified.
     *
     * @throws IllegalArgumentException if fd is negative
     * @throws IllegalStateException if in flight, if the loop is closed, or from another thread
     */
    public void submit(int fd, Address address) {
        checkSubmission();
        if (address == null) {
            throw new NullPointerException("address is null");
        }
        this.fd = checkFd("fd", fd);
        this.address = address;
        enqueue();
    }

    /** The address that it was last submitted with; null if never. */
    public @Nullable Address address() {
        return address;
    }

    /** For drivers: the sockaddr of {@link #address}. */
    public long sockaddrAddress() {
        return Objects.requireNonNull(address, "never submitted").sockaddrAddress();
    }

    /** For drivers: the sockaddr's length. */
    public int sockaddrLengthBytes() {
        return Objects.requireNonNull(address, "never submitted").sockaddrLengthBytes();
    }

    @Override
    public @Nullable ConnectError error() {
        int outcome = outcome();
        return outcome >= 0 ? null : ConnectError.TABLE.error(outcome);
    }

    @Override
    ErrorTable<?> errors() {
        return ConnectError.TABLE;
    }

    @Override
    public String toString() {
        return address == null ? super.toString() : super.toString() + " to " + address;
    }
}
