// SPDX-License-Identifier: Apache-2.0

package dev.ringtail.io.linux;

import dev.ringtail.io.linux.bindings.Headers;
import dev.ringtail.io.linux.bindings.statx;
import java.lang.foreign.Arena;
import java.lang.foreign.FunctionDescriptor;
import java.lang.foreign.Linker;
import java.lang.foreign.MemoryLayout;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;
import java.lang.invoke.MethodHandle;
import java.util.Collections;

/**
 * The system calls, named and documented by their manual pages, pointers as addresses. Each gives what the kernel does: a
 * result, or a negated errno. An instance holds the memory that errno is read from, so it belongs to one thread.
 *
 * <p>Every argument and result is passed as a long, and zeros after the last: an ABI of 64 bits takes an int from the lower half
 * of a register, and a function doesn't look at registers that it has no arguments for. So one shape does for all, and the
 * virtual machine makes one stub instead of one for each number of arguments, which is most of the time that a first loop
 * takes to open. The new calls go through syscall(2), as the C library on an old system doesn't have them.
 */
@SuppressWarnings({"restricted", "MethodName"}) // The module that is granted native access; the kernel's names.
public final class Linux {
    private static final Linker LINKER = Linker.nativeLinker();
    private static final Linker.Option ERRNO = Linker.Option.captureCallState("errno");

    /** The most arguments that a call has: as many as go in registers. */
    static final int ARITY = 6;

    static final MethodHandle SYSCALL = function("syscall", ARITY + 1, ERRNO);

    /** Nothing is captured, so nothing can become garbage however it is inlined: see {@link FrequentCalls}. */
    private static final MethodHandle SYSCALL_WITHOUT_ERRNO = function("syscall", ARITY + 1);

    private static final MethodHandle MMAP = function("mmap");
    private static final MethodHandle MUNMAP = function("munmap");
    private static final MethodHandle SOCKET = function("socket");
    private static final MethodHandle SOCKETPAIR = function("socketpair");
    private static final MethodHandle BIND = function("bind");
    private static final MethodHandle LISTEN = function("listen");
    private static final MethodHandle SETSOCKOPT = function("setsockopt");
    private static final MethodHandle GETSOCKOPT = function("getsockopt");
    private static final MethodHandle GETSOCKNAME = function("getsockname");
    private static final MethodHandle GETPEERNAME = function("getpeername");
    private static final MethodHandle SHUTDOWN = function("shutdown");
    private static final MethodHandle PIPE2 = function("pipe2");
    private static final MethodHandle EVENTFD = function("eventfd");
    private static final MethodHandle EPOLL_CREATE1 = function("epoll_create1");
    private static final MethodHandle GETRLIMIT = function("getrlimit");

    /** For preadv2 and pwritev2, Linux 4.14: fail with EAGAIN instead of waiting, with EOPNOTSUPP if the file can't tell. */
    public static final int RWF_NOWAIT = 0x8;

    private final MemorySegment state = Arena.ofAuto().allocate(Linker.Option.captureStateLayout());

    static MethodHandle function(String symbol) {
        return function(symbol, ARITY, ERRNO);
    }

    private static MethodHandle function(String symbol, int arity, Linker.Option... options) {
        MemoryLayout[] arguments =
                Collections.nCopies(arity, ValueLayout.JAVA_LONG).toArray(MemoryLayout[]::new);
        return LINKER.downcallHandle(
                LINKER.defaultLookup().findOrThrow(symbol),
                FunctionDescriptor.of(ValueLayout.JAVA_LONG, arguments),
                options);
    }

    /** io_uring_setup(2). */
    public int io_uring_setup(int entries, long params) {
        try {
            return result((int) (long) SYSCALL.invokeExact(
                    state, (long) Headers.SYS_io_uring_setup(), (long) entries, params, 0L, 0L, 0L, 0L));
        } catch (Throwable e) {
            throw impossible(e);
        }
    }

    /** io_uring_enter(2). */
    public int io_uring_enter(int fd, int toSubmit, int minComplete, int flags, long argument, long argumentBytes) {
        return result((int) FrequentCalls.call(
                state, FrequentCalls.IO_URING_ENTER, fd, toSubmit, minComplete, flags, argument, argumentBytes));
    }

    /** io_uring_enter(2) without an argument by the shortest way: -1 if it failed, without a reason. */
    public int io_uring_enterWithoutErrno(int fd, int toSubmit, int minComplete, int flags) {
        try {
            return (int) (long) SYSCALL_WITHOUT_ERRNO.invokeExact(
                    (long) Headers.SYS_io_uring_enter(),
                    (long) fd,
                    (long) toSubmit,
                    (long) minComplete,
                    (long) flags,
                    0L,
                    0L);
        } catch (Throwable e) {
            throw impossible(e);
        }
    }

    /** io_uring_register(2). */
    public int io_uring_register(int fd, int opcode, long argument, int count) {
        try {
            return result((int) (long) SYSCALL.invokeExact(
                    state,
                    (long) Headers.SYS_io_uring_register(),
                    (long) fd,
                    (long) opcode,
                    argument,
                    (long) count,
                    0L,
                    0L));
        } catch (Throwable e) {
            throw impossible(e);
        }
    }

    /** epoll_pwait2(2), Linux 5.11; no signal mask. */
    public int epoll_pwait2(int epollFd, long events, int capacity, long timeout) {
        return result(
                (int) FrequentCalls.call(state, FrequentCalls.EPOLL_PWAIT2, epollFd, events, capacity, timeout, 0, 0));
    }

    /** mmap(2). */
    public long mmap(long address, long bytes, int protection, int flags, int fd, long offset) {
        try {
            return result(
                    (long) MMAP.invokeExact(state, address, bytes, (long) protection, (long) flags, (long) fd, offset));
        } catch (Throwable e) {
            throw impossible(e);
        }
    }

    /** munmap(2). */
    public int munmap(long address, long bytes) {
        try {
            return result((int) (long) MUNMAP.invokeExact(state, address, bytes, 0L, 0L, 0L, 0L));
        } catch (Throwable e) {
            throw impossible(e);
        }
    }

    /** close(2). */
    public int close(int fd) {
        return result((int) FrequentCalls.call(state, FrequentCalls.CLOSE, fd, 0, 0, 0, 0, 0));
    }

    /** socket(2). */
    public int socket(int family, int type, int protocol) {
        try {
            return result(
                    (int) (long) SOCKET.invokeExact(state, (long) family, (long) type, (long) protocol, 0L, 0L, 0L));
        } catch (Throwable e) {
            throw impossible(e);
        }
    }

    /** socketpair(2). */
    public int socketpair(int family, int type, int protocol, long fds) {
        try {
            return result((int)
                    (long) SOCKETPAIR.invokeExact(state, (long) family, (long) type, (long) protocol, fds, 0L, 0L));
        } catch (Throwable e) {
            throw impossible(e);
        }
    }

    /** bind(2). */
    public int bind(int fd, long sockaddr, int lengthBytes) {
        try {
            return result((int) (long) BIND.invokeExact(state, (long) fd, sockaddr, (long) lengthBytes, 0L, 0L, 0L));
        } catch (Throwable e) {
            throw impossible(e);
        }
    }

    /** listen(2). */
    public int listen(int fd, int backlog) {
        try {
            return result((int) (long) LISTEN.invokeExact(state, (long) fd, (long) backlog, 0L, 0L, 0L, 0L));
        } catch (Throwable e) {
            throw impossible(e);
        }
    }

    /** accept4(2). */
    public int accept4(int fd, long sockaddr, long lengthAddress, int flags) {
        return result((int) FrequentCalls.call(state, FrequentCalls.ACCEPT4, fd, sockaddr, lengthAddress, flags, 0, 0));
    }

    /** connect(2). */
    public int connect(int fd, long sockaddr, int lengthBytes) {
        return result((int) FrequentCalls.call(state, FrequentCalls.CONNECT, fd, sockaddr, lengthBytes, 0, 0, 0));
    }

    /** recv(2). */
    public long recv(int fd, long buffer, long bytes, int flags) {
        return result(FrequentCalls.call(state, FrequentCalls.RECV, fd, buffer, bytes, flags, 0, 0));
    }

    /** send(2). */
    public long send(int fd, long buffer, long bytes, int flags) {
        return result(FrequentCalls.call(state, FrequentCalls.SEND, fd, buffer, bytes, flags, 0, 0));
    }

    /** setsockopt(2). */
    public int setsockopt(int fd, int level, int name, long value, int bytes) {
        try {
            return result((int) (long)
                    SETSOCKOPT.invokeExact(state, (long) fd, (long) level, (long) name, value, (long) bytes, 0L));
        } catch (Throwable e) {
            throw impossible(e);
        }
    }

    /** getsockopt(2). */
    public int getsockopt(int fd, int level, int name, long value, long bytesAddress) {
        try {
            return result((int) (long)
                    GETSOCKOPT.invokeExact(state, (long) fd, (long) level, (long) name, value, bytesAddress, 0L));
        } catch (Throwable e) {
            throw impossible(e);
        }
    }

    /** getsockname(2). */
    public int getsockname(int fd, long sockaddr, long lengthAddress) {
        try {
            return result((int) (long) GETSOCKNAME.invokeExact(state, (long) fd, sockaddr, lengthAddress, 0L, 0L, 0L));
        } catch (Throwable e) {
            throw impossible(e);
        }
    }

    /** getpeername(2). */
    public int getpeername(int fd, long sockaddr, long lengthAddress) {
        try {
            return result((int) (long) GETPEERNAME.invokeExact(state, (long) fd, sockaddr, lengthAddress, 0L, 0L, 0L));
        } catch (Throwable e) {
            throw impossible(e);
        }
    }

    /** shutdown(2). */
    public int shutdown(int fd, int how) {
        try {
            return result((int) (long) SHUTDOWN.invokeExact(state, (long) fd, (long) how, 0L, 0L, 0L, 0L));
        } catch (Throwable e) {
            throw impossible(e);
        }
    }

    /** openat(2). */
    public int openat(int dirFd, long path, int flags, int mode) {
        return result((int) FrequentCalls.call(state, FrequentCalls.OPENAT, dirFd, path, flags, mode, 0, 0));
    }

    /**
     * statx(2). Where a seccomp filter from before it doesn't let it through, what fstatat(2) knows: the basic part. Such a
     * filter's answer is mostly EPERM, which statx itself hardly ever gives; the C library has a way out for ENOSYS alone.
     */
    public int statx(int dirFd, long path, int flags, int mask, long answer) {
        int result = result((int) FrequentCalls.call(state, FrequentCalls.STATX, dirFd, path, flags, mask, answer, 0));
        if (result != -Headers.EPERM() && result != -Headers.ENOSYS()) {
            return result;
        }
        try (Arena arena = Arena.ofConfined()) {
            MemorySegment stat = arena.allocate(StatAnswer.BYTES, Long.BYTES);
            int older = newfstatat(dirFd, path, stat.address(), flags);
            if (older >= 0) {
                StatAnswer.copyTo(stat.address(), Memory.segment(answer, statx.sizeof()));
            }
            return older;
        }
    }

    private int newfstatat(int dirFd, long path, long stat, int flags) {
        try {
            return result((int) (long) SYSCALL.invokeExact(
                    state,
                    (long) Architecture.current().SYS_newfstatat(),
                    (long) dirFd,
                    path,
                    stat,
                    (long) flags,
                    0L,
                    0L));
        } catch (Throwable e) {
            throw impossible(e);
        }
    }

    /** pipe2(2). */
    public int pipe2(long fds, int flags) {
        try {
            return result((int) (long) PIPE2.invokeExact(state, fds, (long) flags, 0L, 0L, 0L, 0L));
        } catch (Throwable e) {
            throw impossible(e);
        }
    }

    /** eventfd(2). */
    public int eventfd(int count, int flags) {
        try {
            return result((int) (long) EVENTFD.invokeExact(state, (long) count, (long) flags, 0L, 0L, 0L, 0L));
        } catch (Throwable e) {
            throw impossible(e);
        }
    }

    /** read(2). */
    public long read(int fd, long buffer, long bytes) {
        return result(FrequentCalls.call(state, FrequentCalls.READ, fd, buffer, bytes, 0, 0, 0));
    }

    /** write(2). */
    public long write(int fd, long buffer, long bytes) {
        return result(FrequentCalls.call(state, FrequentCalls.WRITE, fd, buffer, bytes, 0, 0, 0));
    }

    /** preadv2(2), of one piece of memory or more; at offset -1 the descriptor's position. */
    public long preadv2(int fd, long iovecs, int count, long offset, int flags) {
        return result(FrequentCalls.call(state, FrequentCalls.PREADV2, fd, iovecs, count, offset, 0, flags));
    }

    /** pwritev2(2), of one piece of memory or more; at offset -1 the descriptor's position. */
    public long pwritev2(int fd, long iovecs, int count, long offset, int flags) {
        return result(FrequentCalls.call(state, FrequentCalls.PWRITEV2, fd, iovecs, count, offset, 0, flags));
    }

    /** fsync(2). */
    public int fsync(int fd) {
        return result((int) FrequentCalls.call(state, FrequentCalls.FSYNC, fd, 0, 0, 0, 0, 0));
    }

    /** fdatasync(2). */
    public int fdatasync(int fd) {
        return result((int) FrequentCalls.call(state, FrequentCalls.FDATASYNC, fd, 0, 0, 0, 0, 0));
    }

    /** fcntl(2). */
    public int fcntl(int fd, int command, long argument) {
        return result((int) FrequentCalls.call(state, FrequentCalls.FCNTL, fd, command, argument, 0, 0, 0));
    }

    /** epoll_create1(2). */
    public int epoll_create1(int flags) {
        try {
            return result((int) (long) EPOLL_CREATE1.invokeExact(state, (long) flags, 0L, 0L, 0L, 0L, 0L));
        } catch (Throwable e) {
            throw impossible(e);
        }
    }

    /** epoll_ctl(2). */
    public int epoll_ctl(int epollFd, int operation, int fd, long event) {
        return result((int) FrequentCalls.call(state, FrequentCalls.EPOLL_CTL, epollFd, operation, fd, event, 0, 0));
    }

    /** epoll_wait(2). */
    public int epoll_wait(int epollFd, long events, int capacity, int timeoutMillis) {
        return result((int)
                FrequentCalls.call(state, FrequentCalls.EPOLL_WAIT, epollFd, events, capacity, timeoutMillis, 0, 0));
    }

    /** getrlimit(2). */
    public int getrlimit(int resource, long limit) {
        try {
            return result((int) (long) GETRLIMIT.invokeExact(state, (long) resource, limit, 0L, 0L, 0L, 0L));
        } catch (Throwable e) {
            throw impossible(e);
        }
    }

    private int result(int result) {
        return result == -1 ? -errno() : result;
    }

    private long result(long result) {
        return result == -1 ? -errno() : result;
    }

    private int errno() {
        // The one member of the captured state's layout on Linux.
        return state.get(ValueLayout.JAVA_INT, 0);
    }

    static AssertionError impossible(Throwable e) {
        return new AssertionError("a downcall throws nothing", e);
    }
}
