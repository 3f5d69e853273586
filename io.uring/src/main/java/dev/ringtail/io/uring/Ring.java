// SPDX-License-Identifier: Apache-2.0

package dev.ringtail.io.uring;

import static dev.ringtail.io.linux.bindings.Headers.*;

import dev.ringtail.io.Capability;
import dev.ringtail.io.Options;
import dev.ringtail.io.linux.Limits;
import dev.ringtail.io.linux.Linux;
import dev.ringtail.io.linux.Memory;
import dev.ringtail.io.linux.NewerThanHeaders;
import dev.ringtail.io.linux.bindings.io_cqring_offsets;
import dev.ringtail.io.linux.bindings.io_sqring_offsets;
import dev.ringtail.io.linux.bindings.io_uring_cqe;
import dev.ringtail.io.linux.bindings.io_uring_getevents_arg;
import dev.ringtail.io.linux.bindings.io_uring_params;
import dev.ringtail.io.linux.bindings.io_uring_rsrc_update;
import dev.ringtail.io.linux.bindings.io_uring_sqe;
import java.io.IOException;
import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;

/**
 * One ring: its descriptor, its two queues in memory shared with the kernel, and the entry into the kernel. Owned by one
 * driver and its thread. Sources: io_uring_setup(2), io_uring_enter(2), io_uring(7).
 */
final class Ring {
    static final long SQE_BYTES = io_uring_sqe.sizeof();
    private static final int CQE_BYTES_SHIFT = Long.numberOfTrailingZeros(io_uring_cqe.sizeof());
    private static final int NANOS_PER_SECOND = 1_000_000_000;

    /** More than a queue of twice the submissions, so that bursts of completions fit; 16 bytes each. */
    private static final int CQ_ENTRIES_PER_SQ_ENTRY = 4;

    private static final int CQ_ENTRIES_MIN = 1024;

    private static final int CQ_OVERFLOW = IORING_SQ_CQ_OVERFLOW();
    private static final int HELD_BACK = CQ_OVERFLOW | IORING_SQ_TASKRUN();

    private final Linux linux = new Linux();
    private final int fd;
    private final int setupFlags;
    private final int features;

    private final long ringAddress;
    private final long ringBytes;
    private final long sqesAddress;
    private final long sqesBytes;

    // Where the kernel and this class tell each other how far they are.
    private final long sqHeadAddress;
    private final long sqTailAddress;
    private final long sqFlagsAddress;
    private final long cqHeadAddress;
    private final long cqTailAddress;
    private final long cqesAddress;
    private final int sqMask;
    private final int sqEntries;
    private final int cqMask;

    /** The timeout argument of a wait, and the time that it points to. */
    private final MemorySegment waitArgument =
            Arena.ofAuto().allocate(io_uring_getevents_arg.sizeof() + 16, Long.BYTES);

    private final long timespecAddress = waitArgument.address() + io_uring_getevents_arg.sizeof();

    /** The descriptor as io_uring_enter(2) is told it: the registered one's index, where there is one. */
    private final int enterFd;

    /** Flags of every entry. */
    private final int enterFlags;

    /** The next submission entry to fill; all up to it belong to the kernel at the next entry. */
    private int sqTail;

    /** How far the kernel had come with them, when last looked at. */
    private int sqHeadSeen;

    /** The next completion entry to read. */
    private int cqHead;

    private long entryCount;
    private long overflowCount;

    /**
     * Sets up a ring with the best flags that the kernel takes.
     *
     * @throws IOException if something ran out; nothing is left behind
     */
    Ring(Options options) throws IOException {
        try (Arena arena = Arena.ofConfined()) {
            MemorySegment params = arena.allocate(io_uring_params.layout());
            fd = setup(options, params);
            setupFlags = io_uring_params.flags(params);
            features = io_uring_params.features(params);
            sqEntries = io_uring_params.sq_entries(params);
            int cqEntries = io_uring_params.cq_entries(params);
            MemorySegment sq = io_uring_params.sq_off(params);
            MemorySegment cq = io_uring_params.cq_off(params);

            // One mapping holds both queues since Linux 5.4 (IORING_FEAT_SINGLE_MMAP).
            long sqBytes = io_sqring_offsets.array(sq) + (long) sqEntries * Integer.BYTES;
            long cqBytes = io_cqring_offsets.cqes(cq) + ((long) cqEntries << CQE_BYTES_SHIFT);
            ringBytes = Math.max(sqBytes, cqBytes);
            sqesBytes = sqEntries * SQE_BYTES;
            ringAddress = map(ringBytes, IORING_OFF_SQ_RING());
            sqesAddress = map(sqesBytes, IORING_OFF_SQES());
            if (ringAddress < 0 || sqesAddress < 0) {
                long errno = -Math.min(ringAddress, sqesAddress);
                close();
                throw Limits.exception("mmap of a ring", (int) errno);
            }

            sqHeadAddress = ringAddress + io_sqring_offsets.head(sq);
            sqTailAddress = ringAddress + io_sqring_offsets.tail(sq);
            sqFlagsAddress = ringAddress + io_sqring_offsets.flags(sq);
            cqHeadAddress = ringAddress + io_cqring_offsets.head(cq);
            cqTailAddress = ringAddress + io_cqring_offsets.tail(cq);
            cqesAddress = ringAddress + io_cqring_offsets.cqes(cq);
            sqMask = sqEntries - 1;
            cqMask = cqEntries - 1;
            if ((setupFlags & NewerThanHeaders.IORING_SETUP_NO_SQARRAY) == 0) {
                fillIndexArray(ringAddress + io_sqring_offsets.array(sq));
            }
        }
        io_uring_getevents_arg.ts(waitArgument, timespecAddress);
        int index = options.allows(Capability.REGISTERED_RING) ? registerRing() : -1;
        enterFd = index >= 0 ? index : fd;
        boolean isNoIowait =
                (features & NewerThanHeaders.IORING_FEAT_NO_IOWAIT) != 0 && options.allows(Capability.NO_IOWAIT);
        enterFlags = (index >= 0 ? IORING_ENTER_REGISTERED_RING() : 0)
                | (isNoIowait ? NewerThanHeaders.IORING_ENTER_NO_IOWAIT : 0);
    }

    private int setup(Options options, MemorySegment params) throws IOException {
        int flags = SetupFlags.best(options);
        while (true) {
            params.fill((byte) 0);
            io_uring_params.flags(params, flags);
            io_uring_params.cq_entries(params, Math.max(options.entries() * CQ_ENTRIES_PER_SQ_ENTRY, CQ_ENTRIES_MIN));
            int result = linux.io_uring_setup(options.entries(), params.address());
            if (result >= 0) {
                return result;
            }
            int fewer = SetupFlags.without(flags);
            if (result != -EINVAL() || fewer == flags) {
                throw Limits.exception("io_uring_setup of " + options.entries() + " entries", -result);
            }
            flags = fewer;
        }
    }

    private long map(long bytes, long offset) {
        return linux.mmap(0, bytes, PROT_READ() | PROT_WRITE(), MAP_SHARED() | MAP_POPULATE(), fd, offset);
    }

    /** Before Linux 6.6 entries are named through an array, which stays as it is: entry i is number i. */
    private void fillIndexArray(long address) {
        for (int i = 0; i < sqEntries; i++) {
            Memory.putInt(address + (long) i * Integer.BYTES, i);
        }
    }

    private int registerRing() {
        try (Arena arena = Arena.ofConfined()) {
            MemorySegment update = arena.allocate(io_uring_rsrc_update.layout());
            io_uring_rsrc_update.offset(update, -1);
            io_uring_rsrc_update.data(update, fd);
            int result = linux.io_uring_register(fd, IORING_REGISTER_RING_FDS(), update.address(), 1);
            return result == 1 ? io_uring_rsrc_update.offset(update) : -1;
        }
    }

    /** io_uring_register(2). */
    int register(int opcode, long argument, int count) {
        return linux.io_uring_register(fd, opcode, argument, count);
    }

    int features() {
        return features;
    }

    /** Whether the kernel was asked for a flag at setup, and took it. */
    boolean hasSetupFlag(int flag) {
        return (setupFlags & flag) != 0;
    }

    boolean isRegistered() {
        return (enterFlags & IORING_ENTER_REGISTERED_RING()) != 0;
    }

    boolean isNoIowait() {
        return (enterFlags & NewerThanHeaders.IORING_ENTER_NO_IOWAIT) != 0;
    }

    long entryCount() {
        return entryCount;
    }

    long overflowCount() {
        return overflowCount;
    }

    // ---------------------------------------------------------------------------------------------- submission

    boolean hasRoom() {
        if (sqTail - sqHeadSeen < sqEntries) {
            return true;
        }
        sqHeadSeen = Memory.getIntAcquire(sqHeadAddress);
        return sqTail - sqHeadSeen < sqEntries;
    }

    /** The address of the next submission entry, to be filled whole; {@link #hasRoom} must have been true. */
    long nextSqe() {
        return sqesAddress + (sqTail++ & sqMask) * SQE_BYTES;
    }

    /** The address of an entry that the kernel hasn't taken, the first of them at index 0. */
    long pendingSqe(int index) {
        return sqesAddress + ((Memory.getIntAcquire(sqHeadAddress) + index) & sqMask) * SQE_BYTES;
    }

    /** How many entries the kernel hasn't taken. */
    int pendingCount() {
        return sqTail - Memory.getIntAcquire(sqHeadAddress);
    }

    /** Hands what is pending to the kernel; doesn't wait, and with deferred task run nothing is reaped. */
    int submit() {
        return enter(pendingCount(), 0, 0);
    }

    /** Hands what is pending to the kernel, and has it deliver what it holds back. */
    int submitAndFetch() {
        return enter(pendingCount(), 0, IORING_ENTER_GETEVENTS());
    }

    /** Hands what is pending to the kernel and waits until a completion is there, or the time is over. */
    int submitAndWait(long timeoutNanos) {
        return await(pendingCount(), timeoutNanos);
    }

    /** Waits without handing anything over. */
    int await(long timeoutNanos) {
        return await(0, timeoutNanos);
    }

    private int await(int count, long timeoutNanos) {
        if (timeoutNanos == Long.MAX_VALUE) {
            return enter(count, 1, IORING_ENTER_GETEVENTS());
        }
        Memory.putLong(timespecAddress, timeoutNanos / NANOS_PER_SECOND);
        Memory.putLong(timespecAddress + Long.BYTES, timeoutNanos % NANOS_PER_SECOND);
        Memory.putIntRelease(sqTailAddress, sqTail);
        entryCount++;
        return linux.io_uring_enter(
                enterFd,
                count,
                1,
                enterFlags | IORING_ENTER_GETEVENTS() | IORING_ENTER_EXT_ARG(),
                waitArgument.address(),
                io_uring_getevents_arg.sizeof());
    }

    /** Fails seldom, so the reason is asked for only then: to have it at hand costs 20 ns each time (nop benchmark, batch 1). */
    private int enter(int count, int minComplete, int flags) {
        Memory.putIntRelease(sqTailAddress, sqTail);
        entryCount++;
        int result = linux.io_uring_enterWithoutErrno(enterFd, count, minComplete, enterFlags | flags);
        return result >= 0 ? result : enterAgain(flags);
    }

    /** After a failure, in which nothing was handed over: the same without waiting, for its reason, or to do it after all. */
    private int enterAgain(int flags) {
        entryCount++;
        return linux.io_uring_enter(enterFd, pendingCount(), 0, enterFlags | flags, 0, 0);
    }

    // ---------------------------------------------------------------------------------------------- completion

    /** Whether a completion can be read. */
    boolean hasCompletion() {
        return cqHead != Memory.getIntAcquire(cqTailAddress);
    }

    /** Whether the kernel holds completions back until it is entered: deferred task run, or an overflow. */
    boolean mustFetch() {
        return (Memory.getIntAcquire(sqFlagsAddress) & HELD_BACK) != 0;
    }

    /** Whether the kernel holds completions back because the queue was full. */
    boolean hasOverflowed() {
        boolean hasOverflowed = (Memory.getIntAcquire(sqFlagsAddress) & CQ_OVERFLOW) != 0;
        overflowCount += hasOverflowed ? 1 : 0;
        return hasOverflowed;
    }

    /** How far the kernel is: completions from {@link #cqHead} up to here can be read. */
    int cqTail() {
        return Memory.getIntAcquire(cqTailAddress);
    }

    int cqHead() {
        return cqHead;
    }

    /** The address of a completion entry. */
    long cqe(int index) {
        return cqesAddress + ((long) (index & cqMask) << CQE_BYTES_SHIFT);
    }

    /** Whether as many completions fit as one entry can submit operations. What doesn't fit costs the kernel an allocation. */
    boolean hasCompletionRoom() {
        return cqTail() - cqHead + sqEntries <= cqMask + 1;
    }

    /** Gives the entries before this one back to the kernel. */
    void advance(int index) {
        cqHead = index;
        Memory.putIntRelease(cqHeadAddress, index);
    }

    void close() {
        if (sqesAddress > 0) {
            linux.munmap(sqesAddress, sqesBytes);
        }
        if (ringAddress > 0) {
            linux.munmap(ringAddress, ringBytes);
        }
        // The registered descriptor goes with the thread or the ring's last reference; unregistering lets the ring go
        // now.
        if (isRegistered()) {
            unregisterRing();
        }
        linux.close(fd);
    }

    private void unregisterRing() {
        try (Arena arena = Arena.ofConfined()) {
            MemorySegment update = arena.allocate(io_uring_rsrc_update.layout());
            io_uring_rsrc_update.offset(update, enterFd);
            linux.io_uring_register(fd, IORING_UNREGISTER_RING_FDS(), update.address(), 1);
        }
    }
}
