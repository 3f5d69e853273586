// SPDX-License-Identifier: Apache-2.0

package dev.ringtail.io.epoll;

import static dev.ringtail.io.linux.bindings.Headers.*;

import dev.ringtail.io.Accept;
import dev.ringtail.io.Address;
import dev.ringtail.io.Connect;
import dev.ringtail.io.Family;
import dev.ringtail.io.MultishotAccept;
import dev.ringtail.io.MultishotRecv;
import dev.ringtail.io.Read;
import dev.ringtail.io.Recv;
import dev.ringtail.io.Send;
import dev.ringtail.io.Transfer;
import dev.ringtail.io.Write;
import dev.ringtail.io.linux.Linux;
import dev.ringtail.io.linux.Memory;
import dev.ringtail.io.linux.bindings.iovec;
import dev.ringtail.io.linux.bindings.linger;
import dev.ringtail.io.linux.bindings.statx;
import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import org.jspecify.annotations.Nullable;

/**
 * One try of an operation, which never blocks, whether or not the descriptor is non-blocking. The loop's thread only.
 *
 * <p>Every result is what the system call returns, or one of the values below, which no system call returns.
 */
final class Attempts implements AutoCloseable {
    /** Try again when the descriptor is ready. */
    static final int WAIT = -5000;

    /** It needs a thread that may block. */
    static final int WORK = -5001;

    /** Try again after a while: there is no readiness to wait for. */
    static final int LATER = -5002;

    /** {@link #WAIT}, unless epoll doesn't take it: then a thread that may block is always needed. */
    static final int UNSUPPORTED = -5003;

    private static final long IOV_BASE = iovec.iov_base$offset();
    private static final long IOV_LEN = iovec.iov_len$offset();

    /**
     * Held while O_NONBLOCK is set on a file for the duration of a call. Another loop may be doing the same to the same
     * listening socket: it must not take the flag for the file's own, and block because this loop takes it back.
     */
    private static final Object FLAGS_LOCK = new Object();

    private final Linux linux;
    private final Arena arena = Arena.ofConfined();
    private final long vector = arena.allocate(iovec.layout()).address();
    private final MemorySegment status = arena.allocate(statx.layout());
    private final long emptyPath = arena.allocate(1).address();

    /** The value of a socket's option, and its length behind it. */
    private final long option =
            arena.allocate(linger.sizeof() + Integer.BYTES, Integer.BYTES).address();

    /** System calls made. */
    long callCount;

    /** What was transferred by an attempt that ended in {@link #WAIT} all the same: the rest is for a worker. */
    int doneBytes;

    /** The buffer that was received into last. */
    int bufferId;

    Attempts(Linux linux) {
        this.linux = linux;
    }

    @Override
    public void close() {
        arena.close();
    }

    // ---------------------------------------------------------------------------------------------- sockets

    int recv(Recv recv) {
        callCount++;
        return outcome(linux.recv(recv.fd(), recv.bufferAddress(), recv.lengthBytes(), MSG_DONTWAIT()));
    }

    /** Into a buffer that is taken from a group for it. Gives it back if nothing came. */
    int recv(MultishotRecv recv, FreeBuffers buffers) {
        int id = buffers.take();
        if (id < 0) {
            return -ENOBUFS();
        }
        callCount++;
        int result = outcome(linux.recv(recv.fd(), buffers.address(id), buffers.bufferBytes(), MSG_DONTWAIT()));
        if (result <= 0) {
            buffers.provide(id);
        }
        bufferId = id;
        return result;
    }

    int send(Send send) {
        callCount++;
        return outcome(
                linux.send(send.fd(), send.bufferAddress(), send.lengthBytes(), MSG_DONTWAIT() | MSG_NOSIGNAL()));
    }

    /** accept4(2) has no flag against blocking, so the file is made non-blocking for the duration of the call. */
    int accept(Accept accept) {
        return accept(accept.fd(), accept.sockaddrAddress(), accept.sockaddrLengthAddress());
    }

    int accept(MultishotAccept accept) {
        return accept(accept.fd(), 0, 0);
    }

    private int accept(int fd, long sockaddrAddress, long sockaddrLengthAddress) {
        synchronized (FLAGS_LOCK) {
            int flags = startNonBlocking(fd);
            if (flags < 0) {
                return flags;
            }
            callCount++;
            int result = linux.accept4(fd, sockaddrAddress, sockaddrLengthAddress, SOCK_CLOEXEC());
            stopNonBlocking(fd, flags);
            return outcome(result);
        }
    }

    /**
     * connect(2), again once the socket is ready: that tells the result and, unlike reading SO_ERROR, lets the kernel know
     * that it was told, so that a later connect finds a connected socket, as it does after io_uring's.
     */
    int connect(Connect connect, boolean isStarted) {
        Address address = connect.address();
        if (address == null) {
            throw new AssertionError(connect);
        }
        int fd = connect.fd();
        int result;
        synchronized (FLAGS_LOCK) {
            int flags = startNonBlocking(fd);
            if (flags < 0) {
                return flags;
            }
            callCount++;
            result = linux.connect(fd, address.sockaddrAddress(), address.sockaddrLengthBytes());
            stopNonBlocking(fd, flags);
        }
        if (result == -EAGAIN() && address.family() == Family.UNIX) {
            return LATER; // Its backlog is full, and nothing tells when it isn't (connect(2)).
        }
        if (result == -EINPROGRESS() || (isStarted && result == -EALREADY())) {
            return WAIT;
        }
        return isStarted && result == -EISCONN() ? 0 : result;
    }

    /** The flags before, or a negated errno. */
    private int startNonBlocking(int fd) {
        callCount++;
        int flags = linux.fcntl(fd, F_GETFL(), 0);
        if (flags >= 0 && (flags & O_NONBLOCK()) == 0) {
            callCount++;
            int result = linux.fcntl(fd, F_SETFL(), flags | O_NONBLOCK());
            if (result < 0) {
                return result; // A call all the same could block the loop.
            }
        }
        return flags;
    }

    private void stopNonBlocking(int fd, int flags) {
        if ((flags & O_NONBLOCK()) == 0) {
            callCount++;
            linux.fcntl(fd, F_SETFL(), flags);
        }
    }

    /** Whether closing it may wait until what was sent is acknowledged (SO_LINGER, socket(7)). */
    boolean lingers(int fd) {
        callCount++;
        long length = option + linger.sizeof();
        Memory.putInt(length, (int) linger.sizeof());
        int result = linux.getsockopt(fd, SOL_SOCKET(), SO_LINGER(), option, length);
        return result == 0
                && Memory.getInt(option + linger.l_onoff$offset()) != 0
                && Memory.getInt(option + linger.l_linger$offset()) != 0;
    }

    // ---------------------------------------------------------------------------------------------- read and write

    /**
     * A read or a write.
     *
     * @param descriptor what is known of it, if anything is
     * @param isReady whether epoll says that it is
     */
    int transfer(Transfer transfer, long offset, @Nullable Descriptor descriptor, boolean isReady) {
        doneBytes = 0;
        if (descriptor == null) {
            return withoutWaiting(transfer, offset, null);
        }
        if (descriptor.needsWorker(transfer)) {
            return WORK;
        }
        int result = byKind(transfer, offset, descriptor, isReady);
        if (result == -ENOTSOCK()) {
            // Another file by now, behind the loop's back: only what is taken for a socket is asked as one.
            descriptor.kind = Descriptor.Kind.UNKNOWN;
            result = byKind(transfer, offset, descriptor, isReady);
        }
        return result;
    }

    private int byKind(Transfer transfer, long offset, Descriptor descriptor, boolean isReady) {
        // A socket has no offsets: the kernel says so, and also if it is no socket any more.
        boolean isUnknown = descriptor.kind == Descriptor.Kind.UNKNOWN
                || (descriptor.kind == Descriptor.Kind.SOCKET && offset != -1);
        // A slow one is asked all the same before it is ready: that is how a FIFO's wrong end is found out.
        if (isUnknown || (descriptor.kind == Descriptor.Kind.SLOW && !isReady)) {
            int result = withoutWaiting(transfer, offset, descriptor);
            if (result != UNSUPPORTED || !descriptor.isRegistered) {
                return result;
            }
            if (isUnknown) {
                descriptor.kind = kind(transfer.fd());
            }
        }
        return switch (descriptor.kind) {
            case SOCKET -> offset == -1 ? onSocket(transfer) : -ESPIPE();
            // As io_uring does: a FIFO without a writer isn't at its end before there was one.
            case SLOW -> isReady ? nonBlocking(transfer, offset) : WAIT;
            case STORAGE, UNKNOWN -> WORK;
        };
    }

    private int withoutWaiting(Transfer transfer, long offset, @Nullable Descriptor descriptor) {
        long result = vectored(transfer, 0, offset, Linux.RWF_NOWAIT);
        if (result == -ESPIPE() && offset != -1 && ignoresOffset(transfer)) {
            result = vectored(transfer, 0, -1, Linux.RWF_NOWAIT);
        } else if (result > 0 && result < transfer.lengthBytes() && isMaybeFile(transfer, offset, descriptor)) {
            return rest(transfer, offset, (int) result);
        }
        return result == -EOPNOTSUPP() ? UNSUPPORTED : outcome(result);
    }

    /** Whether the kernel would have given more if it had been allowed to wait. Reads at a file's position don't come here. */
    private static boolean isMaybeFile(Transfer transfer, long offset, @Nullable Descriptor descriptor) {
        boolean isStream = descriptor != null && descriptor.isStream;
        return offset != -1 || (transfer instanceof Write && !isStream);
    }

    /**
     * A file took or gave less than was asked for: because it ends there, or because the rest isn't in memory. io_uring would
     * transfer the rest too, so a worker will, if it can't be had at once. Its position, if that is where, has moved on.
     */
    private int rest(Transfer transfer, long offset, int first) {
        int done = first;
        while (done < transfer.lengthBytes()) {
            long more = vectored(transfer, done, offset == -1 ? -1 : offset + done, Linux.RWF_NOWAIT);
            if (more == -EAGAIN()) {
                doneBytes = done;
                return WAIT;
            }
            if (more <= 0) {
                return done;
            }
            done += (int) more;
        }
        return done;
    }

    private long vectored(Transfer transfer, int done, long offset, int flags) {
        callCount++;
        Memory.putLong(vector + IOV_BASE, transfer.bufferAddress() + done);
        Memory.putLong(vector + IOV_LEN, transfer.lengthBytes() - done);
        return transfer instanceof Read
                ? linux.preadv2(transfer.fd(), vector, 1, offset, flags)
                : linux.pwritev2(transfer.fd(), vector, 1, offset, flags);
    }

    // Before Linux 6.4 a socket doesn't take RWF_NOWAIT.
    private int onSocket(Transfer transfer) {
        callCount++;
        int fd = transfer.fd();
        long address = transfer.bufferAddress();
        int length = transfer.lengthBytes();
        return outcome(
                transfer instanceof Read
                        ? linux.recv(fd, address, length, MSG_DONTWAIT())
                        : linux.send(fd, address, length, MSG_DONTWAIT() | MSG_NOSIGNAL()));
    }

    private int nonBlocking(Transfer transfer, long offset) {
        int fd = transfer.fd();
        synchronized (FLAGS_LOCK) {
            int flags = startNonBlocking(fd);
            if (flags < 0) {
                return flags;
            }
            long result = vectored(transfer, 0, offset, 0);
            if (result == -ESPIPE() && offset != -1) {
                result = vectored(transfer, 0, -1, 0);
            }
            stopNonBlocking(fd, flags);
            return outcome(result);
        }
    }

    Descriptor.Kind kind(int fd) {
        callCount++;
        if (linux.statx(fd, emptyPath, AT_EMPTY_PATH(), STATX_TYPE(), status.address()) < 0) {
            return Descriptor.Kind.SLOW;
        }
        int type = statx.stx_mode(status) & S_IFMT();
        if (type == S_IFSOCK()) {
            return Descriptor.Kind.SOCKET;
        }
        boolean isStorage = type == S_IFREG() || type == S_IFBLK() || type == S_IFDIR();
        return isStorage ? Descriptor.Kind.STORAGE : Descriptor.Kind.SLOW;
    }

    /** io_uring ignores an offset where there are none; but on a socket only if nothing is to be read. */
    private boolean ignoresOffset(Transfer transfer) {
        if (transfer instanceof Read && transfer.lengthBytes() == 0) {
            return true;
        }
        callCount++;
        long length = option + linger.sizeof();
        Memory.putInt(length, Integer.BYTES);
        return linux.getsockopt(transfer.fd(), SOL_SOCKET(), SO_TYPE(), option, length) == -ENOTSOCK();
    }

    private static int outcome(long result) {
        return result == -EAGAIN() ? WAIT : (int) result;
    }
}
