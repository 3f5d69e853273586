// SPDX-License-Identifier: Apache-2.0

package dev.ringtail.io.epoll;

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
import dev.ringtail.io.Transfer;
import dev.ringtail.io.Write;
import dev.ringtail.io.linux.Architecture;
import dev.ringtail.io.linux.Linux;
import dev.ringtail.io.linux.LinuxCalls;
import dev.ringtail.io.linux.Memory;
import dev.ringtail.io.linux.bindings.iovec;
import dev.ringtail.io.linux.bindings.statx;
import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;

/** One thread of {@link Workers}: carries out one operation after the other, in calls that may block. */
final class Worker implements Runnable {
    private static final long IOV_BASE = iovec.iov_base$offset();
    private static final long IOV_LEN = iovec.iov_len$offset();

    /** A result that no system call has: what was taken for a file isn't one any more. */
    static final int NO_FILE = -5004;

    /** What fcntl(2) can change of an open file, and openat(2) would have set. */
    private static final int CHANGEABLE_FLAGS =
            O_APPEND() | O_NOATIME() | Architecture.current().O_DIRECT();

    private final Workers workers;
    private final Linux linux = new Linux();
    private final MemorySegment vectorSegment = Arena.ofAuto().allocate(iovec.layout());
    private final MemorySegment statusSegment = Arena.ofAuto().allocate(statx.layout());
    private final MemorySegment emptyPathSegment = Arena.ofAuto().allocate(1);

    // The segment is kept beside its address: the collector frees its memory once nobody does.
    private final long vector = vectorSegment.address();

    Worker(Workers workers) {
        this.workers = workers;
    }

    @Override
    public void run() {
        Pending pending;
        while ((pending = workers.take()) != null) {
            carryOut(pending);
        }
    }

    /** Does what is queued, on the calling thread. */
    void runQueued() {
        Pending pending;
        while ((pending = workers.takeNow()) != null) {
            carryOut(pending);
        }
    }

    /**
     * Whatever happens, the operation completes (semantics 2.2): the loop waits for it, above all when it closes. A bug's
     * error goes where uncaught ones go, and the thread goes on, as there is nobody to replace it.
     */
    private void carryOut(Pending pending) {
        int result = -EIO();
        try {
            boolean isStale =
                    pending.isUnverified && !isFile(pending.operation().fd());
            result = isStale ? NO_FILE : perform(pending.operation(), pending.doneBytes);
        } catch (Throwable e) {
            Thread thread = Thread.currentThread();
            thread.getUncaughtExceptionHandler().uncaughtException(thread, e);
        } finally {
            workers.finish(pending, result);
        }
    }

    /** What isn't open at all is as good as a file: the call doesn't block, and tells. */
    private boolean isFile(int fd) {
        if (linux.statx(fd, emptyPathSegment.address(), AT_EMPTY_PATH(), STATX_TYPE(), statusSegment.address()) < 0) {
            return true;
        }
        int type = statx.stx_mode(statusSegment) & S_IFMT();
        return type == S_IFREG() || type == S_IFBLK() || type == S_IFDIR();
    }

    private int perform(KernelOperation operation, int doneBytes) {
        return switch (operation) {
            case Read read -> transfer(read, doneBytes, read.offset());
            case Write write -> transfer(write, doneBytes, write.offset());
            case Fsync fsync -> fsync.isDataOnly() ? linux.fdatasync(fsync.fd()) : linux.fsync(fsync.fd());
            case Openat openat -> open(openat);
            case Statx asked -> status(asked);
            case Close close -> linux.close(close.fd());
            case Accept _, Connect _, Multishot _, Nop _, Recv _, Send _ -> throw new AssertionError(operation);
        };
    }

    private int transfer(Transfer transfer, int doneBytes, long offset) {
        Memory.putLong(vector + IOV_BASE, transfer.bufferAddress() + doneBytes);
        Memory.putLong(vector + IOV_LEN, transfer.lengthBytes() - doneBytes);
        long at = offset == -1 ? -1 : offset + doneBytes;
        long result = transfer instanceof Read
                ? linux.preadv2(transfer.fd(), vector, 1, at, 0)
                : linux.pwritev2(transfer.fd(), vector, 1, at, 0);
        if (doneBytes == 0) {
            return (int) result;
        }
        return doneBytes + (int) Math.max(0, result);
    }

    /**
     * Opening doesn't wait for the other end of a FIFO, as io_uring's doesn't, which opens with O_NONBLOCK and then takes
     * the flag off. A wait for a lease to be given up is bounded by the kernel (fs.lease-break-time).
     */
    private int open(Openat openat) {
        int flags = LinuxCalls.openFlags(openat.flags());
        int directory = openat.fd() < 0 ? AT_FDCWD() : openat.fd();
        int fd = linux.openat(directory, openat.pathAddress(), flags | O_NONBLOCK(), openat.mode());
        if ((flags & O_NONBLOCK()) != 0) {
            return fd;
        }
        if (fd == -EAGAIN()) {
            return linux.openat(directory, openat.pathAddress(), flags, openat.mode());
        }
        if (fd >= 0) {
            linux.fcntl(fd, F_SETFL(), flags & CHANGEABLE_FLAGS);
        }
        return fd;
    }

    private int status(Statx asked) {
        int directory = asked.fd() < 0 ? AT_FDCWD() : asked.fd();
        return linux.statx(
                directory, asked.pathAddress(), LinuxCalls.statxFlags(asked), asked.mask(), asked.answerAddress());
    }
}
