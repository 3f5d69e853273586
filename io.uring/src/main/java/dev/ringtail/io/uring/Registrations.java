// SPDX-License-Identifier: Apache-2.0

package dev.ringtail.io.uring;

import static dev.ringtail.io.linux.bindings.Headers.*;

import dev.ringtail.io.Accept;
import dev.ringtail.io.Close;
import dev.ringtail.io.Connect;
import dev.ringtail.io.Fsync;
import dev.ringtail.io.KernelOperation;
import dev.ringtail.io.Multishot;
import dev.ringtail.io.Nop;
import dev.ringtail.io.Openat;
import dev.ringtail.io.Read;
import dev.ringtail.io.Recv;
import dev.ringtail.io.Send;
import dev.ringtail.io.Statx;
import dev.ringtail.io.SystemCallException;
import dev.ringtail.io.Transfer;
import dev.ringtail.io.Write;
import dev.ringtail.io.linux.Limits;
import dev.ringtail.io.linux.bindings.io_uring_rsrc_register;
import dev.ringtail.io.linux.bindings.io_uring_rsrc_update;
import dev.ringtail.io.linux.bindings.io_uring_rsrc_update2;
import dev.ringtail.io.linux.bindings.iovec;
import java.io.IOException;
import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;
import java.util.Arrays;

/**
 * What the kernel keeps at hand for a ring: files, in a table of its own numbers, and memory. The tables are made when first
 * used. An entry that names one of these is changed to use it. The loop's thread only. Source: io_uring_register(2).
 */
final class Registrations {
    private static final int NONE = -1;
    private static final int FILES_MAX = 16384;
    private static final int FILES_MIN = 16;

    /** Few, as each is compared with the buffer of each read and write. */
    private static final int MEMORY_MAX = 16;

    private final Ring ring;
    private final boolean canRegisterFiles;
    private final boolean canRegisterMemory;

    /** The number in the kernel's table of each descriptor. */
    private int[] indexes = new int[0];

    /** The numbers that are free, as a stack. */
    private int[] freeIndexes = new int[0];

    private int freeCount;
    private int fileCount;

    private final long[] addresses = new long[MEMORY_MAX];
    private final long[] lengths = new long[MEMORY_MAX];
    private int memoryCount;

    Registrations(Ring ring, boolean canRegisterFiles, boolean canRegisterMemory) {
        this.ring = ring;
        this.canRegisterFiles = canRegisterFiles;
        this.canRegisterMemory = canRegisterMemory;
    }

    /** Whether {@link #apply} has anything to do. */
    boolean isUsed() {
        return (fileCount | memoryCount) != 0;
    }

    /** Changes a filled entry to use what is registered. */
    void apply(long sqe, KernelOperation operation) {
        switch (operation) {
            // It needs the number in the process's table, and the file must have no other user in the kernel's.
            case Close close -> unregisterFile(close.fd());
            case Openat _, Statx _, Nop _ -> {}
            case Read _, Write _ -> {
                applyFile(sqe, operation.fd());
                applyMemory(sqe, (Transfer) operation);
            }
            case Accept _, Connect _, Fsync _, Multishot _, Recv _, Send _ -> applyFile(sqe, operation.fd());
        }
    }

    private void applyFile(long sqe, int fd) {
        int index = index(fd);
        if (index != NONE) {
            Submission.useRegisteredFile(sqe, index);
        }
    }

    private void applyMemory(long sqe, Transfer transfer) {
        long address = transfer.bufferAddress();
        long length = transfer.lengthBytes();
        for (int i = 0; i < memoryCount; i++) {
            long from = address - addresses[i];
            if (from >= 0 && from <= lengths[i] - length && length > 0) {
                Submission.useRegisteredMemory(sqe, transfer instanceof Read, i);
                return;
            }
        }
    }

    // ---------------------------------------------------------------------------------------------- files

    /** Whether it is registered now: false if there is no room, or the kernel can't. */
    boolean registerFile(int fd) throws SystemCallException {
        if (index(fd) != NONE) {
            return true;
        }
        if (!canRegisterFiles || (indexes.length == 0 && !makeFileTable()) || freeCount == 0) {
            return false;
        }
        int index = freeIndexes[freeCount - 1];
        int result = updateFile(index, fd);
        if (result < 0) {
            throw new SystemCallException("registration of fd " + fd, -result);
        }
        freeCount--;
        if (fd >= indexes.length) {
            int before = indexes.length;
            indexes = Arrays.copyOf(indexes, Math.max(fd + 1, before * 2));
            Arrays.fill(indexes, before, indexes.length, NONE);
        }
        indexes[fd] = index;
        fileCount++;
        return true;
    }

    void unregisterFile(int fd) {
        int index = index(fd);
        if (index != NONE) {
            // The kernel looks the number up when it takes an entry: by then it may be another file's.
            for (int i = 0; i < ring.pendingCount(); i++) {
                Submission.usePlainFile(ring.pendingSqe(i), index, fd);
            }
            updateFile(index, NONE);
            indexes[fd] = NONE;
            freeIndexes[freeCount++] = index;
            fileCount--;
        }
    }

    private int index(int fd) {
        return fd < indexes.length ? indexes[fd] : NONE;
    }

    /** The kernel takes no larger table than the process may have descriptors. */
    private boolean makeFileTable() {
        for (int size = FILES_MAX; size >= FILES_MIN; size /= 2) {
            try (Arena arena = Arena.ofConfined()) {
                MemorySegment none = arena.allocate(ValueLayout.JAVA_INT, size);
                none.fill((byte) NONE);
                if (ring.register(IORING_REGISTER_FILES(), none.address(), size) >= 0) {
                    indexes = new int[FILES_MIN];
                    Arrays.fill(indexes, NONE);
                    freeIndexes = new int[size];
                    while (freeCount < size) {
                        freeIndexes[freeCount] = size - 1 - freeCount++;
                    }
                    return true;
                }
            }
        }
        return false;
    }

    private int updateFile(int index, int fd) {
        try (Arena arena = Arena.ofConfined()) {
            MemorySegment update = arena.allocate(io_uring_rsrc_update.layout());
            io_uring_rsrc_update.offset(update, index);
            io_uring_rsrc_update.data(
                    update, arena.allocateFrom(ValueLayout.JAVA_INT, fd).address());
            return ring.register(IORING_REGISTER_FILES_UPDATE(), update.address(), 1);
        }
    }

    // ---------------------------------------------------------------------------------------------- memory

    /** Whether it is registered now: false if there is no room, or the kernel can't. */
    boolean registerMemory(long address, long bytes) throws IOException {
        if (!canRegisterMemory || memoryCount == MEMORY_MAX || (memoryCount == 0 && !makeMemoryTable())) {
            return false;
        }
        try (Arena arena = Arena.ofConfined()) {
            MemorySegment vector = arena.allocate(iovec.layout());
            iovec.iov_base(vector, MemorySegment.ofAddress(address));
            iovec.iov_len(vector, bytes);
            MemorySegment update = arena.allocate(io_uring_rsrc_update2.layout());
            io_uring_rsrc_update2.offset(update, memoryCount);
            io_uring_rsrc_update2.data(update, vector.address());
            io_uring_rsrc_update2.nr(update, 1);
            int result = ring.register(
                    IORING_REGISTER_BUFFERS_UPDATE(), update.address(), (int) io_uring_rsrc_update2.sizeof());
            if (result < 0) {
                throw Limits.exception("registration of " + bytes + " bytes of memory", -result);
            }
        }
        addresses[memoryCount] = address;
        lengths[memoryCount] = bytes;
        memoryCount++;
        return true;
    }

    private boolean makeMemoryTable() {
        try (Arena arena = Arena.ofConfined()) {
            MemorySegment table = arena.allocate(io_uring_rsrc_register.layout());
            io_uring_rsrc_register.nr(table, MEMORY_MAX);
            io_uring_rsrc_register.flags(table, IORING_RSRC_REGISTER_SPARSE());
            int result =
                    ring.register(IORING_REGISTER_BUFFERS2(), table.address(), (int) io_uring_rsrc_register.sizeof());
            // EBUSY: made before, for memory that could then not be locked.
            return result >= 0 || result == -EBUSY();
        }
    }
}
