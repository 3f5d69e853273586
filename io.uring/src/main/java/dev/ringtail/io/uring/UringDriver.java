// SPDX-License-Identifier: Apache-2.0

package dev.ringtail.io.uring;

import static dev.ringtail.io.linux.bindings.Headers.*;

import dev.ringtail.io.Capability;
import dev.ringtail.io.Errno;
import dev.ringtail.io.KernelOperation;
import dev.ringtail.io.Options;
import dev.ringtail.io.SystemCallException;
import dev.ringtail.io.linux.Limits;
import dev.ringtail.io.linux.Linux;
import dev.ringtail.io.linux.LinuxCalls;
import dev.ringtail.io.linux.Memory;
import dev.ringtail.io.linux.NewerThanHeaders;
import dev.ringtail.io.linux.bindings.io_uring_cqe;
import dev.ringtail.io.spi.BufferGroup;
import dev.ringtail.io.spi.Driver;
import dev.ringtail.io.spi.SystemCalls;
import java.io.IOException;
import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;
import java.util.ArrayList;
import java.util.EnumSet;
import java.util.List;
import java.util.Set;

/**
 * Operations to submission entries, completion entries to results. Keeps nothing per operation: the token travels through
 * the kernel. Owned by one loop and its thread, {@link #wakeup} apart.
 */
final class UringDriver implements Driver {
    /** Where a completion entry's result lies, and behind it its flags: a little-endian long's lower and upper half. */
    private static final long RESULT_AND_FLAGS = io_uring_cqe.res$offset();

    /** Tokens of the driver's own. */
    private static final long WAKEUP = -1;

    private static final long CANCEL = -2;

    private static final int CQE_MORE = IORING_CQE_F_MORE();
    private static final int CQE_MORE_THERE = IORING_CQE_F_SOCK_NONEMPTY();
    private static final int CQE_BUFFER = IORING_CQE_F_BUFFER();

    /** The number of a buffer, which lies where the waist has it too. */
    private static final int BUFFER_MASK = -1 << IORING_CQE_BUFFER_SHIFT();

    /** How long to wait at most while the kernel takes no submissions. */
    private static final long CONGESTION_NANOS = 1_000_000;

    /** The first and the last of the kernel's codes for beginning a call again: linux/errno.h, not for programs. */
    private static final int ERESTARTSYS = 512;

    private static final int ERESTART_RESTARTBLOCK = 516;

    /**
     * How many are cancelled until results are fetched. The kernel finds an operation by walking a chain, the newest first, in
     * which those that were cancelled stay until then; of their results an entry fetches some 20 (Linux 6.18). Cancelled all at
     * once, 40,000 took 8 to 27 seconds; so few at a time, 0.1 (docs/performance-notes.md).
     */
    private static final int CANCELS_MAX = 16;

    private final Ring ring;
    private final Linux linux = new Linux();
    private final SystemCalls systemCalls = new LinuxCalls();
    private final Set<Capability> capabilities;

    private final Registrations registrations;

    /** By their numbers, in order. */
    private final List<UringBuffers> groups = new ArrayList<>();

    /** What a receive that is likely to wait is marked with. It came with multishot accept. */
    private final int waitFirst;

    /** IOSQE_CQE_SKIP_SUCCESS, where the kernel has it. */
    private final int cancelFlags;

    /** What {@link #wakeup} writes to and a read in the ring waits for, so that waiting ends. */
    private final int wakeupFd;

    private final MemorySegment wakeupCounter = Arena.ofAuto().allocate(ValueLayout.JAVA_LONG);

    /** Whether the read of {@link #wakeupFd} is in the ring. */
    private boolean isWakeupArmed;

    /** Cancel requests since results were fetched. */
    private int cancelCount;

    /** @throws IOException if something ran out; nothing is left behind */
    UringDriver(Options options) throws IOException {
        ring = new Ring(options);
        wakeupFd = linux.eventfd(0, EFD_CLOEXEC());
        if (wakeupFd < 0) {
            ring.close();
            throw Limits.exception("eventfd", -wakeupFd);
        }
        cancelFlags = (ring.features() & IORING_FEAT_CQE_SKIP()) == 0 ? 0 : IOSQE_CQE_SKIP_SUCCESS();
        capabilities = capabilities(ring, options);
        waitFirst = capabilities.contains(Capability.MULTISHOT_ACCEPT) ? Submission.POLL_FIRST : 0;
        registrations = new Registrations(
                ring,
                capabilities.contains(Capability.REGISTERED_FILES),
                capabilities.contains(Capability.REGISTERED_BUFFERS));
        armWakeup();
    }

    private static Set<Capability> capabilities(Ring ring, Options options) {
        Set<Capability> found = EnumSet.of(Capability.KERNEL_COMPLETIONS, Capability.NANOSECOND_WAIT);
        add(found, Capability.SINGLE_ISSUER, ring.hasSetupFlag(IORING_SETUP_SINGLE_ISSUER()));
        add(found, Capability.DEFER_TASKRUN, ring.hasSetupFlag(IORING_SETUP_DEFER_TASKRUN()));
        add(found, Capability.COOP_TASKRUN, ring.hasSetupFlag(IORING_SETUP_COOP_TASKRUN()));
        add(found, Capability.NO_SQARRAY, ring.hasSetupFlag(NewerThanHeaders.IORING_SETUP_NO_SQARRAY));
        add(found, Capability.LARGE_COMPLETION_QUEUE, ring.hasSetupFlag(IORING_SETUP_CQSIZE()));
        add(found, Capability.REGISTERED_RING, ring.isRegistered());
        add(found, Capability.NO_IOWAIT, ring.isNoIowait());
        for (Capability probed : KernelProbe.capabilities(ring)) {
            add(found, probed, options.allows(probed));
        }
        return found;
    }

    private static void add(Set<Capability> found, Capability capability, boolean isThere) {
        if (isThere) {
            found.add(capability);
        }
    }

    @Override
    public boolean start(long token, KernelOperation operation) {
        if (!ring.hasRoom()) {
            return false;
        }
        long sqe = ring.nextSqe();
        Submission.fill(sqe, token, operation, waitFirst);
        if (registrations.isUsed()) {
            registrations.apply(sqe, operation);
        }
        return true;
    }

    @Override
    public boolean cancel(long token) {
        if (cancelCount >= CANCELS_MAX || !ring.hasRoom()) {
            return false;
        }
        cancelCount++;
        Submission.fillCancel(ring.nextSqe(), CANCEL, token, cancelFlags);
        return true;
    }

    @Override
    public boolean submit() {
        if (ring.pendingCount() > 0) {
            check(ring.submit());
        }
        // Else the loop is to reap first: submitting on and on, 10,000 nops at once cost five times as much each.
        return ring.hasRoom() && ring.hasCompletionRoom();
    }

    @Override
    public void await(long timeoutNanos, Sink sink) {
        if (!isWakeupArmed) {
            armWakeup();
        }
        // Deaf to wake-ups, as the kernel took nothing and there is no room for their read, it must soon be back.
        long timeout = isWakeupArmed ? timeoutNanos : Math.min(timeoutNanos, CONGESTION_NANOS);
        // The kernel is entered only if it has something to do: submissions, results that it holds back, or a wait.
        if (timeout > 0 && !ring.hasCompletion()) {
            waitFor(timeout);
        } else if (ring.pendingCount() > 0 || ring.mustFetch()) {
            check(ring.submitAndFetch());
        }
        cancelCount = 0;
        reap(sink);
        while (ring.hasOverflowed()) {
            // What didn't fit into the completion queue comes now that there is room in it.
            check(ring.submitAndFetch());
            reap(sink);
        }
    }

    private void waitFor(long timeoutNanos) {
        int result = ring.submitAndWait(timeoutNanos);
        check(result);
        if (isCongested(result) && !ring.hasCompletion()) {
            // Nothing was taken, so nothing was waited for: EBUSY and EAGAIN end when completions have been reaped.
            check(ring.await(Math.min(timeoutNanos, CONGESTION_NANOS)));
        }
    }

    private void reap(Sink sink) {
        int head = ring.cqHead();
        int tail = ring.cqTail();
        while (head != tail) {
            long cqe = ring.cqe(head++);
            long token = Memory.getLong(cqe);
            if (token >= 0) {
                long outcome = Memory.getLong(cqe + RESULT_AND_FLAGS);
                sink.completed(token, result((int) outcome), flags((int) (outcome >>> Integer.SIZE)));
            } else if (token == WAKEUP) {
                isWakeupArmed = false;
            }
            // What becomes of a cancel request shows in its target alone.
        }
        ring.advance(head);
    }

    /**
     * What a cancellation interrupts can end with the kernel's own codes for beginning it again, which a system call turns
     * into EINTR and io_uring doesn't: openat of a leased file, on Linux 6.18.
     */
    private static int result(int result) {
        return result <= -ERESTARTSYS && result >= -ERESTART_RESTARTBLOCK ? -EINTR() : result;
    }

    /** The waist's flags: more to come, and the number of the buffer. */
    private static int flags(int cqeFlags) {
        if (cqeFlags == 0) {
            return 0;
        }
        int buffer = (cqeFlags & CQE_BUFFER) == 0 ? 0 : (cqeFlags & BUFFER_MASK) | BUFFER;
        return buffer | ((cqeFlags & CQE_MORE) == 0 ? 0 : MORE) | ((cqeFlags & CQE_MORE_THERE) == 0 ? 0 : MORE_THERE);
    }

    private void armWakeup() {
        if (!ring.hasRoom()) {
            check(ring.submit());
        }
        if (ring.hasRoom()) {
            Submission.fillRead(ring.nextSqe(), WAKEUP, wakeupFd, wakeupCounter.address(), Long.BYTES);
            isWakeupArmed = true;
        }
    }

    // ---------------------------------------------------------------------------------------------- registrations

    @Override
    public BufferGroup openBufferGroup(long address, int count, int bufferBytes) throws IOException {
        UringBuffers opened = new UringBuffers(ring, groupNumber(), address, count, bufferBytes);
        groups.add(opened.number(), opened);
        return opened;
    }

    /** The kernel knows a group by 16 bits: the lowest number that is free, which is its place in the list. */
    private int groupNumber() {
        groups.removeIf(UringBuffers::isClosed);
        int number = 0;
        while (number < groups.size() && groups.get(number).number() == number) {
            number++;
        }
        return number;
    }

    @Override
    public boolean registerFile(int fd) throws SystemCallException {
        return registrations.registerFile(fd);
    }

    @Override
    public void unregisterFile(int fd) {
        registrations.unregisterFile(fd);
    }

    @Override
    public boolean registerMemory(long address, long bytes) throws IOException {
        return registrations.registerMemory(address, bytes);
    }

    @Override
    public int sendNow(int fd, long address, int lengthBytes) {
        return (int) linux.send(fd, address, lengthBytes, MSG_DONTWAIT() | MSG_NOSIGNAL());
    }

    @Override
    public void wakeup() {
        try {
            systemCalls.triggerEvent(wakeupFd);
        } catch (IOException e) {
            throw new AssertionError("the wake-up descriptor was closed behind the loop's back", e);
        }
    }

    private static boolean isCongested(int result) {
        return result == -EAGAIN() || result == -EBUSY();
    }

    /** What an entry may give besides success is dealt with by entering again; anything else is a bug of this library. */
    private static void check(int result) {
        if (result < 0 && !isCongested(result) && result != -EINTR() && result != -ETIME()) {
            throw new IllegalStateException("io_uring_enter: " + Errno.name(-result));
        }
    }

    @Override
    public Set<Capability> capabilities() {
        return capabilities;
    }

    @Override
    public long kernelEntries() {
        return ring.entryCount();
    }

    @Override
    public long overflows() {
        return ring.overflowCount();
    }

    @Override
    public SystemCalls systemCalls() {
        return systemCalls;
    }

    @Override
    public void close() {
        // The read of the wake-up must be over before its buffer goes.
        wakeup();
        try {
            groups.forEach(UringBuffers::close);
            while (isWakeupArmed) {
                waitFor(Long.MAX_VALUE);
                reap((token, result, flags) -> {});
            }
        } finally {
            // Also where the kernel can't be entered, because of a seccomp filter set meanwhile, say.
            ring.close();
            linux.close(wakeupFd);
        }
    }
}
