// SPDX-License-Identifier: Apache-2.0

package dev.ringtail.io;

import java.lang.foreign.MemorySegment;
import org.jspecify.annotations.Nullable;

/**
 * Sends to a connected socket, never raising SIGPIPE. Source: send(2).
 */
public final class Send extends Transfer {
    /** A send for one loop, with the callback that it always runs. */
    public Send(IoLoop loop, Callback<Send> callback) {
        super(loop, callback);
    }

    /**
     * Sends the whole buffer, or less.
     *
     * @throws IllegalArgumentException if fd is negative, or the buffer closed or on the heap
     * @throws IllegalStateException if in flight, if the loop is closed, or from another thread
     */
    public void submit(int fd, MemorySegment buffer) {
        submit(fd, buffer, 0, size(buffer));
    }

    /**
     * Sends a part of the buffer: {@code length} bytes at most, beginning with byte {@code from}. Throws as
     * {@link #submit(int, MemorySegment)} does.
     */
    public void submit(int fd, MemorySegment buffer, long from, long length) {
        checkSubmission();
        transfer(fd, buffer, from, length);
        enqueue();
    }

    @Override
    public @Nullable SendError error() {
        int outcome = outcome();
        return outcome >= 0 ? null : SendError.TABLE.error(outcome);
    }

    @Override
    ErrorTable<?> errors() {
        return SendError.TABLE;
    }
}
