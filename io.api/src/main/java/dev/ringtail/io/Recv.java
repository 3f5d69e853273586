// SPDX-License-Identifier: Apache-2.0

package dev.ringtail.io;

import dev.ringtail.io.spi.Driver;
import java.lang.foreign.MemorySegment;
import org.jspecify.annotations.Nullable;

/**
 * Receives from a connected socket. {@link #bytes} is 0 when the peer has shut down its side, unless the length was 0 or an
 * empty datagram came. Several may be in flight on one socket; which of them gets which bytes is then unspecified. A
 * datagram longer than the length is cut to it. Source: recv(2).
 */
public final class Recv extends Transfer {
    /** Whether the last receive left something. */
    private boolean isMoreThere;

    private boolean isLikelyToWait;

    /** A receive for one loop, with the callback that it always runs. */
    public Recv(IoLoop loop, Callback<Recv> callback) {
        super(loop, callback);
    }

    /**
     * Receives into the whole buffer, as much as is there.
     *
     * @throws IllegalArgumentException if fd is negative, or the buffer read-only, closed or on the heap
     * @throws IllegalStateException if in flight, if the loop is closed, or from another thread
     */
    public void submit(int fd, MemorySegment buffer) {
        submit(fd, buffer, 0, size(buffer));
    }

    /**
     * Receives into a part of the buffer: {@code length} bytes at most, beginning with byte {@code from}. Throws as
     * {@link #submit(int, MemorySegment)} does.
     */
    public void submit(int fd, MemorySegment buffer, long from, long length) {
        checkSubmission();
        checkWritable(buffer);
        int lastFd = fd();
        transfer(fd, buffer, from, length);
        // An empty receive doesn't wait, and whether another descriptor would isn't known.
        isLikelyToWait = !isMoreThere && fd == lastFd && result > 0 && length > 0;
        isMoreThere = false;
        enqueue();
    }

    /** For drivers: whether there is nothing to receive yet, most likely, so that trying before waiting would be in vain. */
    public boolean isLikelyToWait() {
        return isLikelyToWait;
    }

    @Override
    void flagged(int flags) {
        isMoreThere = (flags & Driver.MORE_THERE) != 0;
    }

    @Override
    public @Nullable RecvError error() {
        int outcome = outcome();
        return outcome >= 0 ? null : RecvError.TABLE.error(outcome);
    }

    @Override
    ErrorTable<?> errors() {
        return RecvError.TABLE;
    }
}
