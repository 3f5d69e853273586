// SPDX-License-Identifier: Apache-2.0

package dev.ringtail.io.spi;

import dev.ringtail.io.Address;
import dev.ringtail.io.Family;
import dev.ringtail.io.OpenFlags;
import dev.ringtail.io.Shutdown;
import dev.ringtail.io.SocketOption;
import dev.ringtail.io.SystemCallException;
import org.osgi.annotation.versioning.ProviderType;

/**
 * The system calls that need no completion: users reach them through {@link dev.ringtail.io.Sockets} and
 * {@link dev.ringtail.io.Files}, which check the arguments. Every descriptor made here is close-on-exec. Any thread.
 */
@ProviderType
public interface SystemCalls {
    /** socket(2), of type SOCK_STREAM. */
    int openStream(Family family) throws SystemCallException;

    /** socket(2), of type SOCK_DGRAM. */
    int openDatagram(Family family) throws SystemCallException;

    /** socketpair(2): two connected Unix stream sockets; the lower half of the result is one, the upper the other. */
    long openPair() throws SystemCallException;

    /** bind(2). */
    void bind(int fd, Address address) throws SystemCallException;

    /** listen(2). */
    void listen(int fd, int backlog) throws SystemCallException;

    /** setsockopt(2). */
    void setOption(int fd, SocketOption option, int value) throws SystemCallException;

    /** getsockopt(2). */
    int option(int fd, SocketOption option) throws SystemCallException;

    /** getsockname(2). */
    Address localAddress(int fd) throws SystemCallException;

    /** getpeername(2). */
    Address peerAddress(int fd) throws SystemCallException;

    /** shutdown(2). */
    void shutdown(int fd, Shutdown how) throws SystemCallException;

    /** openat(2), relative to the working directory. */
    int openFile(String path, OpenFlags flags, int mode) throws SystemCallException;

    /** pipe2(2): the lower half of the result is the end to read from, the upper the end to write to. */
    long openPipe() throws SystemCallException;

    /** eventfd(2), counting from 0. */
    int openEvent() throws SystemCallException;

    /** Adds 1 to an eventfd, which ends a read of it. Never blocks. */
    void triggerEvent(int fd) throws SystemCallException;

    /** Whether a descriptor is a regular file or a block device (statx(2)); false if it can't be told. */
    boolean isStorage(int fd);

    /** close(2). EINTR is success, as the descriptor is gone. */
    void close(int fd) throws SystemCallException;
}
