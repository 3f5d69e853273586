// SPDX-License-Identifier: Apache-2.0

package dev.ringtail.io;

import java.lang.foreign.MemorySegment;
import org.jspecify.annotations.Nullable;

/**
 * Reads from a descriptor at an offset. {@link #bytes} is 0 at the end of the file, unless the length was 0. Source:
 * pread(2), read(2).
 */
public final class Read extends Transfer {
    private long offset;

    /** A read for one loop, with the callback that it always runs. */
    public Read(IoLoop loop, Callback<Read> callback) {
        super(loop, callback);
    }

    /**
     * Fills the whole buffer, or less.
     *
     * @param offset in bytes from the start of the file; -1: at the descriptor's position, which moves on (the way to
     *     read what has no offsets, such as a pipe)
     * @throws IllegalArgumentException if fd is negative, offset below -1, or the buffer read-only, closed or on the heap
     * @throws IllegalStateException if in flight, if the loop is closed, or from another thread
     */
    public void submit(int fd, MemorySegment buffer, long offset) {
        submit(fd, buffer, 0, size(buffer), offset);
    }

    /**
     * Fills a part of the buffer, or less: {@code length} bytes beginning with byte {@code from}.
     *
     * @param offset as in {@link #submit(int, MemorySegment, long)}, which also lists the exceptions
     */
    public void submit(int fd, MemorySegment buffer, long from, long length, long offset) {
        checkSubmission();
        checkOffset(offset);
        checkWritable(buffer);
        transfer(fd, buffer, from, length);
        this.offset = offset;
        enqueue();
    }

    /** The offset that it was last submitted with. */
    public long offset() {
        return offset;
    }

    @Override
    public @Nullable ReadError error() {
        int outcome = outcome();
        return outcome >= 0 ? null : ReadError.TABLE.error(outcome);
    }

    /** Some file systems answer EAGAIN for a regular file, spuriously (semantics 3.2). */
    @Override
    boolean isRetried(int errno) {
        return errno == Errno.EAGAIN && loop.driver().systemCalls().isStorage(fd);
    }

    @Override
    ErrorTable<?> errors() {
        return ReadError.TABLE;
    }
}
