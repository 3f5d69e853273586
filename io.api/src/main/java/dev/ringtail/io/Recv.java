// SPDX-License-Identifier: Apache-2.0

package dev.ringtail.io;

import java.lang.foreign.MemorySegment;
import org.jspecify.annotations.Nullable;

/**
 * Receives from a connected socket. {@link #bytes} is 0 when the peer has shut down its side, unless the length was 0 or an
 * empty datagram came. Several may be in flight on one socket; which of them gets which bytes is then unspecified. A
 * datagram longer than the length is cut to it. Source: recv(2).
 */
public final class Recv extends Transfer {
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
        transfer(fd, buffer, from, length);
        enqueue();
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
