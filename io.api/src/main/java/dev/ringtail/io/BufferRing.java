// SPDX-License-Identifier: Apache-2.0

package dev.ringtail.io;

import dev.ringtail.io.spi.BufferGroup;
import java.io.IOException;
import java.lang.foreign.MemorySegment;

/**
 * Buffers of one size that receives take when something arrives, and that the caller returns: what many connections need
 * is as much as arrives at once, not a buffer each. A buffer is in one of two hands. Free, it is the kernel's to choose.
 * Lent, from the moment that a {@link MultishotRecv} has received into it, it is the caller's, until {@link #release}. When
 * none is free, receives end with {@link RecvError#BUFFERS_EXHAUSTED}: that is the back-pressure. The memory lives as long
 * as the loop. Used on the loop's thread only. Source: io_uring_register_buf_ring(3).
 */
public final class BufferRing implements AutoCloseable {
    private static final int COUNT_MAX = 32768;

    private final IoLoop loop;
    private final MemorySegment[] buffers;
    private final int bufferBytes;
    private final BufferGroup group;

    /** Which are in the caller's hands, so that none is given back twice. */
    private final boolean[] isLent;

    private int lentCount;

    private boolean isClosed;

    /**
     * Makes the buffers, all free.
     *
     * @param count 1 to 32768, rounded up to a power of two
     * @param bufferBytes the size of each, 1 to 2^30
     * @throws IllegalArgumentException if out of range
     * @throws UnsupportedOperationException if the loop lacks {@link Capability#BUFFER_RING}
     * @throws IOException if something ran out: the message names the limit
     * @throws IllegalStateException if the loop is closed, or from another thread
     */
    public BufferRing(IoLoop loop, int count, int bufferBytes) throws IOException {
        if (loop == null) {
            throw new NullPointerException("loop is null");
        }
        loop.checkSubmission();
        if (count < 1 || count > COUNT_MAX) {
            throw new IllegalArgumentException("count: " + count + ": must be 1 to " + COUNT_MAX);
        }
        if (bufferBytes < 1 || bufferBytes > 1 << 30) {
            throw new IllegalArgumentException("bufferBytes: " + bufferBytes + ": must be 1 to " + (1 << 30));
        }
        loop.require(Capability.BUFFER_RING);
        int rounded = count == 1 ? 1 : Integer.highestOneBit(count - 1) << 1;
        this.loop = loop;
        this.bufferBytes = bufferBytes;
        MemorySegment memory = loop.arena().allocate((long) rounded * bufferBytes, Long.BYTES);
        group = loop.driver().openBufferGroup(memory.address(), rounded, bufferBytes);
        isLent = new boolean[rounded];
        buffers = new MemorySegment[rounded];
        for (int id = 0; id < rounded; id++) {
            buffers[id] = memory.asSlice((long) id * bufferBytes, bufferBytes);
        }
    }

    /** How many buffers there are: a power of two. */
    public int count() {
        return buffers.length;
    }

    /** The size of each. */
    public int bufferBytes() {
        return bufferBytes;
    }

    /** How many are in the caller's hands: received into, {@link #release} still to be called. */
    public int lentCount() {
        return lentCount;
    }

    /**
     * One of the buffers, whosever it is. The same object each time.
     *
     * @throws IllegalArgumentException if there is no such buffer
     */
    public MemorySegment buffer(int id) {
        return buffers[checkId(id)];
    }

    /**
     * Returns a buffer that a receive gave. Its content is anybody's from here on. No system call.
     *
     * @param id what {@link MultishotRecv#bufferId} said
     * @throws IllegalArgumentException if there is no such buffer
     * @throws IllegalStateException if it isn't lent: returned already, or never given; or if the ring or the loop is
     *     closed, or from another thread
     */
    public void release(int id) {
        loop.checkUse();
        checkOpen();
        if (!isLent[checkId(id)]) {
            throw new IllegalStateException("id: " + id + ": buffer " + id + " isn't lent, or was released already");
        }
        takeBack(id);
    }

    /**
     * Ends it. The memory stays until the loop closes, which does this too. Idempotent.
     *
     * @throws IllegalStateException if a receive is in flight with it, or from another thread
     */
    @Override
    public void close() {
        if (isClosed || loop.isClosed()) {
            return;
        }
        loop.checkUse();
        int useCount = loop.engine().countWaiting(this);
        if (useCount > 0) {
            throw new IllegalStateException("the ring is in use by " + useCount
                    + " receives in flight; cancel them, and close it when they have ended");
        }
        isClosed = true;
        group.close();
    }

    // ---------------------------------------------------------------------------------------------- for receives

    BufferGroup group() {
        return group;
    }

    void checkUsable(IoLoop user) {
        if (user != loop) {
            throw new IllegalArgumentException("ring: it belongs to another loop");
        }
        checkOpen();
    }

    /** A buffer came from the kernel. */
    void lend(int id) {
        assert !isLent[id] : id;
        isLent[id] = true;
        lentCount++;
    }

    /** It goes back to the kernel. */
    void takeBack(int id) {
        isLent[id] = false;
        lentCount--;
        group.provide(id);
    }

    private int checkId(int id) {
        if (id < 0 || id >= buffers.length) {
            throw new IllegalArgumentException("id: " + id + ": must be 0 to " + (buffers.length - 1));
        }
        return id;
    }

    private void checkOpen() {
        if (isClosed) {
            throw new IllegalStateException("the ring is closed");
        }
    }
}
