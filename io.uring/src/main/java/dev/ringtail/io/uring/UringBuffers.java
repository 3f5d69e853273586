// SPDX-License-Identifier: Apache-2.0

package dev.ringtail.io.uring;

import static dev.ringtail.io.linux.bindings.Headers.*;

import dev.ringtail.io.linux.Limits;
import dev.ringtail.io.linux.Memory;
import dev.ringtail.io.linux.bindings.io_uring_buf;
import dev.ringtail.io.linux.bindings.io_uring_buf_reg;
import dev.ringtail.io.spi.BufferGroup;
import java.io.IOException;
import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;

/**
 * A group of buffers that the kernel chooses from: a ring in shared memory to which free ones are added, without a system
 * call. Never more than it has room for, as each buffer is in it once at most. The loop's thread only. Source:
 * io_uring_register_buf_ring(3).
 */
final class UringBuffers implements BufferGroup {
    private static final long ENTRY_BYTES = io_uring_buf.sizeof();
    private static final int PAGE_BYTES = 4096;

    /** The tail lies where the first entry has a field that nobody uses (struct io_uring_buf_ring). */
    private static final long TAIL = io_uring_buf.resv$offset();

    private final Ring ring;
    private final int number;
    private final long buffers;
    private final int bufferBytes;
    private final int mask;
    private final Arena arena = Arena.ofConfined();
    private final long entries;
    private short tail;
    private boolean isClosed;

    /** @throws IOException if something ran out; nothing is left behind */
    UringBuffers(Ring ring, int number, long buffers, int count, int bufferBytes) throws IOException {
        this.ring = ring;
        this.number = number;
        this.buffers = buffers;
        this.bufferBytes = bufferBytes;
        mask = count - 1;
        entries = arena.allocate(count * ENTRY_BYTES, PAGE_BYTES).address();
        MemorySegment registration = arena.allocate(io_uring_buf_reg.layout());
        io_uring_buf_reg.ring_addr(registration, entries);
        io_uring_buf_reg.ring_entries(registration, count);
        io_uring_buf_reg.bgid(registration, (short) number);
        int result = ring.register(IORING_REGISTER_PBUF_RING(), registration.address(), 1);
        if (result < 0) {
            arena.close();
            throw Limits.exception("registration of a ring of " + count + " buffers", -result);
        }
        for (int id = 0; id < count; id++) {
            provide(id);
        }
    }

    /** By which entries name it. */
    int number() {
        return number;
    }

    boolean isClosed() {
        return isClosed;
    }

    @Override
    public void provide(int id) {
        long entry = entries + (tail & mask) * ENTRY_BYTES;
        Memory.putLong(entry + io_uring_buf.addr$offset(), buffers + (long) id * bufferBytes);
        Memory.putInt(entry + io_uring_buf.len$offset(), bufferBytes);
        Memory.putShort(entry + io_uring_buf.bid$offset(), (short) id);
        tail++;
        Memory.putShortRelease(entries + TAIL, tail);
    }

    @Override
    public void close() {
        if (isClosed) {
            return;
        }
        isClosed = true;
        try (Arena scratch = Arena.ofConfined()) {
            MemorySegment registration = scratch.allocate(io_uring_buf_reg.layout());
            io_uring_buf_reg.bgid(registration, (short) number);
            ring.register(IORING_UNREGISTER_PBUF_RING(), registration.address(), 1);
        }
        arena.close();
    }
}
