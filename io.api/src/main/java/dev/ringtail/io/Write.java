// SPDX-License-Identifier: Apache-2.0

package dev.ringtail.io;

import java.lang.foreign.MemorySegment;
import org.jspecify.annotations.Nullable;

/**
 * Writes to a descriptor at an offset. To a file through the page cache, better few and large: most file systems hand each to a
 * thread of the kernel (docs/files.md says which way when). Source: pwrite(2), write(2).
 */
public final class Write extends Transfer {
    private long offset;

    /** A write for one loop, with the callback that it always runs. */
    public Write(IoLoop loop, Callback<Write> callback) {
        super(loop, callback);
    }

    /**
     * Writes the whole buffer, or less.
     *
     * @param offset in bytes from the start of the file; -1: at the descriptor's position, which moves on (the way to
     *     write to what has no offsets, such as a pipe)
     * @throws IllegalArgumentException if fd is negative, offset below -1, or the buffer closed or on the heap
     * @throws IllegalStateException if in flight, if the loop is closed, or from another thread
     */
    public void submit(int fd, MemorySegment buffer, long offset) {
        submit(fd, buffer, 0, size(buffer), offset);
    }

    /**
     * Writes a part of the buffer, or less: {@code length} bytes beginning with byte {@code from}.
     *
     * @param offset as in {@link #submit(int, MemorySegment, long)}, which also lists the exceptions
     */
    public void submit(int fd, MemorySegment buffer, long from, long length, long offset) {
        checkSubmission();
        checkOffset(offset);
        transfer(fd, buffer, from, length);
        this.offset = offset;
        enqueue();
    }

    /** The offset that it was last submitted with. */
    public long offset() {
        return offset;
    }

    @Override
    public @Nullable WriteError error() {
        int outcome = outcome();
        return outcome >= 0 ? null : WriteError.TABLE.error(outcome);
    }

    @Override
    ErrorTable<?> errors() {
        return WriteError.TABLE;
    }
}
