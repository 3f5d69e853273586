// SPDX-License-Identifier: Apache-2.0

package dev.ringtail.io;

import dev.ringtail.io.spi.SystemCalls;
import java.lang.foreign.MemorySegment;
import java.lang.ref.Reference;

/**
 * What is done to sockets without a completion: none of these calls blocks. Had from {@link IoLoop#sockets}; used on the
 * loop's thread. Every descriptor is the caller's to close.
 */
public final class Sockets {
    private final IoLoop loop;
    private final SystemCalls calls;

    Sockets(IoLoop loop, SystemCalls calls) {
        this.loop = loop;
        this.calls = calls;
    }

    /** Two descriptors: the ends of a connection. */
    public record Pair(int first, int second) {}

    /**
     * A TCP socket, or a Unix stream socket, close-on-exec. Source: socket(2).
     *
     * @return its descriptor
     * @throws SystemCallException if there is no descriptor or memory left, or the kernel lacks the family
     * @throws IllegalStateException if the loop is closed, or from another thread
     */
    public int openStream(Family family) throws SystemCallException {
        loop.checkUse();
        return calls.openStream(family);
    }

    /**
     * A UDP socket, or a Unix datagram socket, close-on-exec. Source: socket(2).
     *
     * @return its descriptor
     * @throws SystemCallException if there is no descriptor or memory left, or the kernel lacks the family
     * @throws IllegalStateException if the loop is closed, or from another thread
     */
    public int openDatagram(Family family) throws SystemCallException {
        loop.checkUse();
        return calls.openDatagram(family);
    }

    /**
     * Two connected Unix stream sockets, close-on-exec. Source: socketpair(2).
     *
     * @throws SystemCallException if there is no descriptor or memory left
     * @throws IllegalStateException if the loop is closed, or from another thread
     */
    public Pair openPair() throws SystemCallException {
        loop.checkUse();
        long pair = calls.openPair();
        return new Pair((int) pair, (int) (pair >>> 32));
    }

    /**
     * A stream socket that listens: opened, {@link SocketOption#REUSE_ADDRESS} set (unless Unix), bound, listening. If any
     * of these fails, no descriptor is left.
     *
     * @param backlog how many connections may wait to be accepted, 0 or more; the system cuts it to net.core.somaxconn
     * @return its descriptor
     * @throws IllegalArgumentException if backlog is negative
     * @throws SystemCallException if any of them fails: the address may be in use, none of this machine's, or need a privilege
     * @throws IllegalStateException if the loop is closed, or from another thread
     */
    public int openListening(Address address, int backlog) throws SystemCallException {
        checkBacklog(backlog);
        int fd = openStream(address.family());
        try {
            if (address.family() != Family.UNIX) {
                setOption(fd, SocketOption.REUSE_ADDRESS, 1);
            }
            bind(fd, address);
            listen(fd, backlog);
            return fd;
        } catch (SystemCallException | RuntimeException e) {
            calls.close(fd);
            throw e;
        }
    }

    /**
     * Gives a socket its local address. Port 0 is one of the system's choice. Source: bind(2).
     *
     * @throws IllegalArgumentException if fd is negative
     * @throws SystemCallException if fd is no open socket, is bound already or of another family, or the address is in use, none of
     *     this machine's, or needs a privilege
     * @throws IllegalStateException if the loop is closed, or from another thread
     */
    public void bind(int fd, Address address) throws SystemCallException {
        loop.checkUse();
        calls.bind(KernelOperation.checkFd("fd", fd), address);
    }

    /**
     * Makes a bound stream socket take connections. Source: listen(2).
     *
     * @param backlog as in {@link #openListening}
     * @throws IllegalArgumentException if fd or backlog is negative
     * @throws SystemCallException if fd is no open stream socket, or its address is in use
     * @throws IllegalStateException if the loop is closed, or from another thread
     */
    public void listen(int fd, int backlog) throws SystemCallException {
        loop.checkUse();
        checkBacklog(backlog);
        calls.listen(KernelOperation.checkFd("fd", fd), backlog);
    }

    /**
     * Sets an option. Source: setsockopt(2).
     *
     * @param value of the option's own range, which {@link SocketOption} says; 0 or 1 for one that is off or on
     * @throws IllegalArgumentException if fd is negative
     * @throws SystemCallException if fd is no open socket, or one that has no such option or takes no such value
     * @throws IllegalStateException if the loop is closed, or from another thread
     */
    public void setOption(int fd, SocketOption option, int value) throws SystemCallException {
        loop.checkUse();
        calls.setOption(KernelOperation.checkFd("fd", fd), option, value);
    }

    /**
     * An option's value. Source: getsockopt(2).
     *
     * @throws IllegalArgumentException if fd is negative
     * @throws SystemCallException if fd is no open socket, or one that has no such option
     * @throws IllegalStateException if the loop is closed, or from another thread
     */
    public int option(int fd, SocketOption option) throws SystemCallException {
        loop.checkUse();
        return calls.option(KernelOperation.checkFd("fd", fd), option);
    }

    /**
     * Where a socket is bound. Source: getsockname(2).
     *
     * @throws IllegalArgumentException if fd is negative, or the address of a family that {@link Address} has not
     * @throws SystemCallException if fd is no open socket
     * @throws IllegalStateException if the loop is closed, or from another thread
     */
    public Address localAddress(int fd) throws SystemCallException {
        loop.checkUse();
        return calls.localAddress(KernelOperation.checkFd("fd", fd));
    }

    /**
     * Whom a socket is connected to. Source: getpeername(2).
     *
     * @throws IllegalArgumentException if fd is negative, or the address of a family that {@link Address} has not
     * @throws SystemCallException if fd is no open socket, or not connected
     * @throws IllegalStateException if the loop is closed, or from another thread
     */
    public Address peerAddress(int fd) throws SystemCallException {
        loop.checkUse();
        return calls.peerAddress(KernelOperation.checkFd("fd", fd));
    }

    /**
     * Tries to send at once, by a system call of its own, without a completion: for a small reply that is to leave before the
     * callback goes on, to a peer that takes it most likely. Cheaper than {@link Send} it is not (docs/performance.md): one
     * kernel entry takes the sends of a whole pass. It overtakes every {@link Send} on the socket that is queued or in flight:
     * use it when there is none. Never blocks, never raises SIGPIPE, makes no object. Source: send(2).
     *
     * @param from where in the buffer the bytes begin
     * @param length how many, cut to 0x7ffff000
     * @return how many were sent; -1 if none could be, for whatever reason: submit a {@link Send}, which waits or says why
     * @throws IllegalArgumentException if fd is negative, the buffer is closed or on the heap, or the bytes aren't all in it
     * @throws IllegalStateException if the loop is closed, or from another thread
     */
    public int sendNow(int fd, MemorySegment buffer, long from, long length) {
        loop.checkUse();
        KernelOperation.checkFd("fd", fd);
        Transfer.checkBuffer(buffer, from, length);
        try {
            return Math.max(-1, loop.driver().sendNow(fd, buffer.address() + from, (int)
                    Math.min(length, Transfer.LENGTH_MAX)));
        } finally {
            // The call must be over before the buffer's memory may go.
            Reference.reachabilityFence(buffer);
        }
    }

    /**
     * Ends one half of a connection, or both; the descriptor stays open. Source: shutdown(2).
     *
     * @throws IllegalArgumentException if fd is negative
     * @throws SystemCallException if fd is no open socket, or not connected
     * @throws IllegalStateException if the loop is closed, or from another thread
     */
    public void shutdown(int fd, Shutdown how) throws SystemCallException {
        loop.checkUse();
        calls.shutdown(KernelOperation.checkFd("fd", fd), how);
    }

    /**
     * Closes a socket at once. For one that nothing is in flight on: {@link Close} is for the others. Source: close(2).
     *
     * @throws IllegalArgumentException if fd is negative
     * @throws SystemCallException if fd isn't open, or something was lost; it is closed all the same
     * @throws IllegalStateException if the loop is closed, or from another thread
     */
    public void close(int fd) throws SystemCallException {
        loop.unregisterFile(fd);
        calls.close(fd);
    }

    private static void checkBacklog(int backlog) {
        if (backlog < 0) {
            throw new IllegalArgumentException("backlog: " + backlog);
        }
    }
}
