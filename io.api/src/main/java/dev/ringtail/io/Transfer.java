// SPDX-License-Identifier: Apache-2.0

package dev.ringtail.io;

import java.lang.foreign.MemorySegment;
import org.jspecify.annotations.Nullable;

/**
 * Bytes between a buffer and a descriptor. The buffer is the caller's; it must be native and must stay open until the
 * callback: {@link IoLoop#arena} gives buffers that do. The completion keeps it reachable meanwhile. Closing its arena
 * while the operation is in flight lets the kernel write into memory that is somebody else's by then; Java can't stop it,
 * the kernel doesn't notice, and the loop reports it afterwards with an {@link IllegalStateException} out of the pass.
 *
 * <p>A length above 0x7ffff000 bytes is cut to it, as Linux does. Fewer bytes than asked for are a result, not an error.
 */
public abstract sealed class Transfer extends KernelOperation permits Read, Recv, Send, Write {
    /** What Linux transfers at most in one call (read(2)). */
    static final long LENGTH_MAX = 0x7ffff000;

    private MemorySegment buffer = MemorySegment.NULL;
    private long from;
    private int lengthBytes;
    private long bufferAddress;

    Transfer(IoLoop loop, Callback<? extends Completion> callback) {
        super(loop, callback);
    }

    /** The buffer that it was last submitted with. */
    public final MemorySegment buffer() {
        return buffer;
    }

    /** Where in the buffer the bytes begin. */
    public final long from() {
        return from;
    }

    /** How many bytes were asked for. */
    public final int lengthBytes() {
        return lengthBytes;
    }

    /** For drivers: the address of the first byte. */
    public final long bufferAddress() {
        return bufferAddress;
    }

    /**
     * How many bytes were transferred.
     *
     * @throws IllegalStateException after a failure (naming the error), while in flight, or if never submitted
     */
    public final int bytes() {
        return success();
    }

    /** Checks everything, then takes the arguments. */
    final void transfer(int fd, MemorySegment buffer, long from, long length) {
        checkFd("fd", fd);
        checkBuffer(buffer, from, length);
        this.fd = fd;
        this.buffer = buffer;
        this.from = from;
        this.lengthBytes = (int) Math.min(length, LENGTH_MAX);
        this.bufferAddress = buffer.address() + from;
    }

    /** Whether some of a buffer can be given to the kernel. */
    static void checkBuffer(MemorySegment buffer, long from, long length) {
        checkBuffer(buffer);
        if (!buffer.isNative()) {
            throw new IllegalArgumentException(
                    "buffer is a heap segment, which the kernel can't reach; allocate it from an Arena, such as loop.arena()");
        }
        if (!buffer.scope().isAlive()) {
            throw new IllegalArgumentException("buffer's arena is closed");
        }
        long size = buffer.byteSize();
        if (from < 0 || length < 0 || from > size - length) {
            throw new IllegalArgumentException(
                    "from: " + from + ", length: " + length + ": outside the buffer of " + size + " bytes");
        }
    }

    /** The length of what is submitted as a whole. */
    static long size(MemorySegment buffer) {
        checkBuffer(buffer);
        return buffer.byteSize();
    }

    private static void checkBuffer(MemorySegment buffer) {
        if (buffer == null) {
            throw new NullPointerException("buffer is null");
        }
    }

    static void checkWritable(MemorySegment buffer) {
        checkBuffer(buffer);
        if (buffer.isReadOnly()) {
            throw new IllegalArgumentException("buffer is read-only");
        }
    }

    static long checkOffset(long offset) {
        if (offset < -1) {
            throw new IllegalArgumentException("offset: " + offset);
        }
        return offset;
    }

    @Override
    final @Nullable String misuse() {
        return buffer.scope().isAlive()
                ? null
                : this + ": the buffer's arena was closed while the operation was in flight";
    }
}
