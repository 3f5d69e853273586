// SPDX-License-Identifier: Apache-2.0

package dev.ringtail.io.linux;

import static dev.ringtail.io.linux.bindings.Headers.*;

import dev.ringtail.io.Address;
import dev.ringtail.io.Family;
import dev.ringtail.io.OpenFlag;
import dev.ringtail.io.OpenFlags;
import dev.ringtail.io.Shutdown;
import dev.ringtail.io.SocketOption;
import dev.ringtail.io.Statx;
import dev.ringtail.io.SystemCallException;
import dev.ringtail.io.linux.bindings.linger;
import dev.ringtail.io.spi.SystemCalls;
import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;

/** The calls that need no completion, for every provider. Any thread: each call has memory of its own. */
public class LinuxCalls implements SystemCalls {
    private static final int SOCKADDR_BYTES = 128;

    /** For {@link #triggerEvent}, which is called often, from any thread, and allocates nothing. Guarded by itself. */
    private final Linux eventLinux = new Linux();

    private final MemorySegment one = Arena.ofAuto().allocateFrom(ValueLayout.JAVA_LONG, 1);

    /** Nothing but memory for errno, one per call, as calls come from any thread. */
    private static Linux linux() {
        return new Linux();
    }

    @Override
    public int openStream(Family family) throws SystemCallException {
        return (int) checked(
                "socket(" + family + ", SOCK_STREAM)",
                linux().socket(number(family), SOCK_STREAM() | SOCK_CLOEXEC(), 0));
    }

    @Override
    public int openDatagram(Family family) throws SystemCallException {
        return (int) checked(
                "socket(" + family + ", SOCK_DGRAM)", linux().socket(number(family), SOCK_DGRAM() | SOCK_CLOEXEC(), 0));
    }

    @Override
    public long openPair() throws SystemCallException {
        try (Arena arena = Arena.ofConfined()) {
            MemorySegment fds = arena.allocate(ValueLayout.JAVA_LONG);
            checked("socketpair()", linux().socketpair(AF_UNIX(), SOCK_STREAM() | SOCK_CLOEXEC(), 0, fds.address()));
            return fds.get(ValueLayout.JAVA_LONG, 0);
        }
    }

    @Override
    public void bind(int fd, Address address) throws SystemCallException {
        int result = linux().bind(fd, address.sockaddrAddress(), address.sockaddrLengthBytes());
        // The message also keeps the address, and with it its memory, until the call is over.
        checked("bind(fd " + fd + ", " + address + ")", result);
    }

    @Override
    public void listen(int fd, int backlog) throws SystemCallException {
        checked("listen(fd " + fd + ", " + backlog + ")", linux().listen(fd, backlog));
    }

    @Override
    public void setOption(int fd, SocketOption option, int value) throws SystemCallException {
        try (Arena arena = Arena.ofConfined()) {
            MemorySegment memory = arena.allocate(linger.layout());
            long bytes = Integer.BYTES;
            if (option == SocketOption.LINGER_SECONDS) {
                linger.l_onoff(memory, value < 0 ? 0 : 1);
                linger.l_linger(memory, Math.max(0, value));
                bytes = linger.sizeof();
            } else {
                memory.set(ValueLayout.JAVA_INT, 0, value);
            }
            checked(
                    "setsockopt(fd " + fd + ", " + option + ", " + value + ")",
                    linux().setsockopt(fd, level(option), name(option), memory.address(), (int) bytes));
        }
    }

    @Override
    public int option(int fd, SocketOption option) throws SystemCallException {
        try (Arena arena = Arena.ofConfined()) {
            MemorySegment memory = arena.allocate(linger.layout());
            MemorySegment length = arena.allocateFrom(ValueLayout.JAVA_INT, (int) linger.sizeof());
            checked(
                    "getsockopt(fd " + fd + ", " + option + ")",
                    linux().getsockopt(fd, level(option), name(option), memory.address(), length.address()));
            if (option == SocketOption.LINGER_SECONDS) {
                return linger.l_onoff(memory) == 0 ? -1 : linger.l_linger(memory);
            }
            return memory.get(ValueLayout.JAVA_INT, 0);
        }
    }

    @Override
    public Address localAddress(int fd) throws SystemCallException {
        try (Arena arena = Arena.ofConfined()) {
            MemorySegment sockaddr = arena.allocate(SOCKADDR_BYTES, Long.BYTES);
            MemorySegment length = arena.allocateFrom(ValueLayout.JAVA_INT, SOCKADDR_BYTES);
            checked("getsockname(fd " + fd + ")", linux().getsockname(fd, sockaddr.address(), length.address()));
            return Address.of(sockaddr, length.get(ValueLayout.JAVA_INT, 0));
        }
    }

    @Override
    public Address peerAddress(int fd) throws SystemCallException {
        try (Arena arena = Arena.ofConfined()) {
            MemorySegment sockaddr = arena.allocate(SOCKADDR_BYTES, Long.BYTES);
            MemorySegment length = arena.allocateFrom(ValueLayout.JAVA_INT, SOCKADDR_BYTES);
            checked("getpeername(fd " + fd + ")", linux().getpeername(fd, sockaddr.address(), length.address()));
            return Address.of(sockaddr, length.get(ValueLayout.JAVA_INT, 0));
        }
    }

    @Override
    public void shutdown(int fd, Shutdown how) throws SystemCallException {
        int number = switch (how) {
            case READ -> SHUT_RD();
            case WRITE -> SHUT_WR();
            case BOTH -> SHUT_RDWR();
        };
        checked("shutdown(fd " + fd + ", " + how + ")", linux().shutdown(fd, number));
    }

    @Override
    public int openFile(String path, OpenFlags flags, int mode) throws SystemCallException {
        try (Arena arena = Arena.ofConfined()) {
            return (int) checked(
                    "open(" + path + ", " + flags + ")",
                    linux().openat(AT_FDCWD(), arena.allocateFrom(path).address(), openFlags(flags), mode));
        }
    }

    @Override
    public long openPipe() throws SystemCallException {
        try (Arena arena = Arena.ofConfined()) {
            MemorySegment fds = arena.allocate(ValueLayout.JAVA_LONG);
            checked("pipe()", linux().pipe2(fds.address(), O_CLOEXEC()));
            return fds.get(ValueLayout.JAVA_LONG, 0);
        }
    }

    @Override
    public int openEvent() throws SystemCallException {
        return (int) checked("eventfd()", linux().eventfd(0, EFD_CLOEXEC()));
    }

    @Override
    public void triggerEvent(int fd) throws SystemCallException {
        long result;
        synchronized (eventLinux) {
            result = eventLinux.write(fd, one.address(), Long.BYTES);
        }
        if (result < 0) {
            throw new SystemCallException("write(eventfd " + fd + ")", (int) -result);
        }
    }

    @Override
    public boolean isStorage(int fd) {
        try (Arena arena = Arena.ofConfined()) {
            MemorySegment answer = arena.allocate(dev.ringtail.io.linux.bindings.statx.layout());
            int result = linux().statx(
                            fd, arena.allocateFrom("").address(), AT_EMPTY_PATH(), STATX_TYPE(), answer.address());
            int type = dev.ringtail.io.linux.bindings.statx.stx_mode(answer) & S_IFMT();
            return result == 0 && (type == S_IFREG() || type == S_IFBLK());
        }
    }

    @Override
    public void close(int fd) throws SystemCallException {
        int result = linux().close(fd);
        if (result != -EINTR()) {
            checked("close(fd " + fd + ")", result);
        }
    }

    /** The flags as this machine's openat(2) takes them, O_CLOEXEC among them. */
    public static int openFlags(OpenFlags flags) {
        Architecture machine = Architecture.current();
        boolean isBoth = flags.has(OpenFlag.READ) && flags.has(OpenFlag.WRITE);
        int access = isBoth ? O_RDWR() : flags.has(OpenFlag.WRITE) ? O_WRONLY() : O_RDONLY();
        return access
                | O_CLOEXEC()
                | bits(flags, OpenFlag.APPEND, O_APPEND())
                | bits(flags, OpenFlag.CREATE, O_CREAT())
                | bits(flags, OpenFlag.EXCLUSIVE, O_EXCL())
                | bits(flags, OpenFlag.TRUNCATE, O_TRUNC())
                | bits(flags, OpenFlag.DIRECT, machine.O_DIRECT())
                | bits(flags, OpenFlag.DATA_SYNC, O_DSYNC())
                | bits(flags, OpenFlag.SYNC, O_SYNC())
                | bits(flags, OpenFlag.DIRECTORY, machine.O_DIRECTORY())
                | bits(flags, OpenFlag.NO_FOLLOW, machine.O_NOFOLLOW())
                | bits(flags, OpenFlag.NON_BLOCKING, O_NONBLOCK())
                | bits(flags, OpenFlag.NO_ACCESS_TIME, O_NOATIME())
                | bits(flags, OpenFlag.TEMPORARY, machine.O_TMPFILE());
    }

    /** The flags argument of statx(2). */
    public static int statxFlags(Statx statx) {
        return (statx.path().isEmpty() ? AT_EMPTY_PATH() : 0) | (statx.followsLinks() ? 0 : AT_SYMLINK_NOFOLLOW());
    }

    private static int bits(OpenFlags flags, OpenFlag flag, int bits) {
        return flags.has(flag) ? bits : 0;
    }

    private static int number(Family family) {
        return switch (family) {
            case INET -> AF_INET();
            case INET6 -> AF_INET6();
            case UNIX -> AF_UNIX();
        };
    }

    private static int level(SocketOption option) {
        return switch (option) {
            case NO_DELAY -> IPPROTO_TCP();
            case IPV6_ONLY -> IPPROTO_IPV6();
            case ERROR,
                    KEEP_ALIVE,
                    LINGER_SECONDS,
                    RECEIVE_BUFFER_BYTES,
                    REUSE_ADDRESS,
                    REUSE_PORT,
                    SEND_BUFFER_BYTES -> SOL_SOCKET();
        };
    }

    private static int name(SocketOption option) {
        return switch (option) {
            case REUSE_ADDRESS -> SO_REUSEADDR();
            case REUSE_PORT -> SO_REUSEPORT();
            case KEEP_ALIVE -> SO_KEEPALIVE();
            case NO_DELAY -> TCP_NODELAY();
            case IPV6_ONLY -> IPV6_V6ONLY();
            case SEND_BUFFER_BYTES -> SO_SNDBUF();
            case RECEIVE_BUFFER_BYTES -> SO_RCVBUF();
            case LINGER_SECONDS -> SO_LINGER();
            case ERROR -> SO_ERROR();
        };
    }

    private static long checked(String call, long result) throws SystemCallException {
        if (result < 0) {
            throw new SystemCallException(call, (int) -result);
        }
        return result;
    }
}
