// SPDX-License-Identifier: Apache-2.0

package dev.ringtail.io;

import dev.ringtail.io.spi.BufferGroup;
import dev.ringtail.io.spi.Driver;
import java.lang.foreign.MemorySegment;
import org.jspecify.annotations.Nullable;

/**
 * Receives from a connected socket again and again, each time into a buffer that is taken from a {@link BufferRing} only
 * then: a connection that is silent holds none. In the callback the buffer is the caller's, until
 * {@link BufferRing#release} gives it back. If no buffer is free at the submission or when something arrives, this ends with
 * {@link RecvError#BUFFERS_EXHAUSTED}: nothing is lost, what arrived stays in the socket for the next submission. At the
 * end of what the peer sends {@link #bytes} is 0, there is no buffer, and no more comes; an empty datagram ends it likewise.
 * Needs {@link Capability#BUFFER_RING}.
 *
 * {@snippet lang="java" :
 * import dev.ringtail.io.*;
 *
 * final class Inbound {
 *     private final BufferRing ring; // shared by all connections
 *     private final MultishotRecv recv;
 *     private long totalBytes;
 *
 *     Inbound(IoLoop loop, BufferRing ring) {
 *         this.ring = ring;
 *         recv = new MultishotRecv(loop, this::onRecv);
 *     }
 *
 *     void start(int fd) {
 *         recv.submit(fd, ring);
 *     }
 *
 *     private void onRecv(MultishotRecv recv) {
 *         if (recv.error() == RecvError.BUFFERS_EXHAUSTED) {
 *             return; // start again once somebody has released a buffer
 *         }
 *         if (recv.error() != null || recv.bytes() == 0) {
 *             return; // the end: there is no buffer to release
 *         }
 *         totalBytes += recv.bytes(); // the bytes are in recv.buffer()
 *         ring.release(recv.bufferId());
 *         if (!recv.hasMore()) {
 *             recv.submit(recv.fd(), ring); // the kernel has stopped
 *         }
 *     }
 * }
 * }
 *
 * <p>Source: io_uring_prep_recv_multishot(3), recv(2).
 */
public final class MultishotRecv extends Multishot {
    /** Where there is no buffer. */
    private static final int NONE = -1;

    private static final int ID_SHIFT = 16;

    private @Nullable BufferRing ring;

    /** A receive for one loop, with the callback that runs for each piece received and at the end. */
    public MultishotRecv(IoLoop loop, Callback<MultishotRecv> callback) {
        super(loop, callback);
    }

    /**
     * Waits for what the peer sends.
     *
     * @param ring where buffers are taken from; it stays open until this has ended
     * @throws IllegalArgumentException if fd is negative, or the ring belongs to another loop
     * @throws IllegalStateException if in flight, if the ring or the loop is closed, or from another thread
     */
    public void submit(int fd, BufferRing ring) {
        checkSubmission();
        checkFd("fd", fd);
        if (ring == null) {
            throw new NullPointerException("ring is null");
        }
        ring.checkUsable(loop);
        this.fd = fd;
        this.ring = ring;
        begin();
        enqueue();
    }

    /** The ring that it was last submitted with. */
    public BufferRing ring() {
        BufferRing last = ring;
        if (last == null) {
            throw new IllegalStateException(this + " was never submitted");
        }
        return last;
    }

    /**
     * How many bytes were received, into the beginning of {@link #buffer}.
     *
     * @throws IllegalStateException after a failure (naming the error), if never submitted, or before the first result
     */
    public int bytes() {
        return success();
    }

    /** The number of the buffer that they are in, for {@link BufferRing#release}; -1 if there is none: at the end, or after an error. */
    public int bufferId() {
        outcome();
        int flags = flags();
        return (flags & Driver.BUFFER) == 0 ? NONE : flags >>> ID_SHIFT;
    }

    /**
     * The buffer that they are in: the whole of it, of which the first {@link #bytes} are new. The same object each time.
     *
     * @throws IllegalStateException if there is none
     */
    public MemorySegment buffer() {
        int id = bufferId();
        if (id == NONE) {
            throw new IllegalStateException(this + " has no buffer: " + (outcome() == 0 ? "nothing came" : error()));
        }
        return ring().buffer(id);
    }

    /** For drivers: the driver's side of the ring. */
    public BufferGroup group() {
        return ring().group();
    }

    /**
     * {@inheritDoc}
     *
     * <p>After an error, {@link #hasMore} is false.
     */
    @Override
    public @Nullable RecvError error() {
        int outcome = outcome();
        return outcome >= 0 ? null : RecvError.TABLE.error(outcome);
    }

    /** A buffer in which nothing came goes back at once: the caller need not think of it. */
    @Override
    int arrived(int result, int flags) {
        if ((flags & Driver.BUFFER) == 0) {
            return flags;
        }
        ring().lend(flags >>> ID_SHIFT);
        if (result > 0) {
            return flags;
        }
        ring().takeBack(flags >>> ID_SHIFT);
        return flags & Driver.MORE;
    }

    @Override
    ErrorTable<?> errors() {
        return RecvError.TABLE;
    }
}
