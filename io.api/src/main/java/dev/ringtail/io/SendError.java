// SPDX-License-Identifier: Apache-2.0

package dev.ringtail.io;

import static dev.ringtail.io.Errno.EACCES;
import static dev.ringtail.io.Errno.EAFNOSUPPORT;
import static dev.ringtail.io.Errno.EAGAIN;
import static dev.ringtail.io.Errno.EALREADY;
import static dev.ringtail.io.Errno.EBADF;
import static dev.ringtail.io.Errno.ECANCELED;
import static dev.ringtail.io.Errno.ECONNREFUSED;
import static dev.ringtail.io.Errno.ECONNRESET;
import static dev.ringtail.io.Errno.EDESTADDRREQ;
import static dev.ringtail.io.Errno.EFAULT;
import static dev.ringtail.io.Errno.EHOSTUNREACH;
import static dev.ringtail.io.Errno.EINTR;
import static dev.ringtail.io.Errno.EINVAL;
import static dev.ringtail.io.Errno.EISCONN;
import static dev.ringtail.io.Errno.EMSGSIZE;
import static dev.ringtail.io.Errno.ENETDOWN;
import static dev.ringtail.io.Errno.ENETUNREACH;
import static dev.ringtail.io.Errno.ENOBUFS;
import static dev.ringtail.io.Errno.ENOMEM;
import static dev.ringtail.io.Errno.ENOTCONN;
import static dev.ringtail.io.Errno.ENOTSOCK;
import static dev.ringtail.io.Errno.EOPNOTSUPP;
import static dev.ringtail.io.Errno.EPERM;
import static dev.ringtail.io.Errno.EPIPE;
import static dev.ringtail.io.Errno.ETIMEDOUT;

/**
 * What a {@link Send} can end with instead of a result. Source: send(2).
 */
public enum SendError implements OperationError {
    /** The permissions of the file, socket or directory forbid it. */
    ACCESS_DENIED(EACCES),
    /** The address is of a family that the socket doesn't have. */
    ADDRESS_FAMILY_NOT_SUPPORTED(EAFNOSUPPORT),
    /** The operation would have to wait, and waiting can't cure it. */
    WOULD_BLOCK(EAGAIN),
    /** A TCP fast open is in progress. */
    FAST_OPEN_ALREADY_IN_PROGRESS(EALREADY),
    /** The descriptor isn't open. */
    FILE_DESCRIPTOR_INVALID(EBADF),
    /** The operation was cancelled before it had a result. */
    CANCELED(ECANCELED),
    /** Nothing listens at the other end. */
    CONNECTION_REFUSED(ECONNREFUSED),
    /** The peer reset the connection. */
    CONNECTION_RESET_BY_PEER(ECONNRESET),
    /** The datagram socket has no peer. */
    DESTINATION_ADDRESS_REQUIRED(EDESTADDRREQ),
    /** No route to the host. */
    HOST_UNREACHABLE(EHOSTUNREACH),
    /** The kernel refuses this combination of arguments for this kind of descriptor. */
    ARGUMENTS_INVALID(EINVAL),
    /** The socket is connected already. */
    ALREADY_CONNECTED(EISCONN),
    /** The datagram is larger than the socket can send in one piece. */
    MESSAGE_TOO_BIG(EMSGSIZE),
    /** The network interface is down. */
    NETWORK_DOWN(ENETDOWN),
    /** No route to the network. */
    NETWORK_UNREACHABLE(ENETUNREACH),
    /** The kernel lacks memory or buffer space. */
    SYSTEM_RESOURCES(ENOBUFS, ENOMEM),
    /** The socket isn't connected. */
    SOCKET_NOT_CONNECTED(ENOTCONN),
    /** The descriptor isn't a socket. */
    FILE_DESCRIPTOR_NOT_A_SOCKET(ENOTSOCK),
    /** This type of socket doesn't support the operation. */
    OPERATION_NOT_SUPPORTED(EOPNOTSUPP),
    /** A firewall rule or a security module forbids it. */
    PERMISSION_DENIED(EPERM),
    /** The other end no longer reads, or this end was shut down for writing. */
    BROKEN_PIPE(EPIPE),
    /** The peer didn't answer in time. */
    CONNECTION_TIMED_OUT(ETIMEDOUT),
    /** Any other errno: see {@link Completion#errno}. */
    UNEXPECTED;

    static final ErrorTable<SendError> TABLE =
            new ErrorTable<>(values(), UNEXPECTED).retried(EINTR).bug(EFAULT);

    private final int[] errnos;

    SendError(int... errnos) {
        this.errnos = errnos;
    }

    @Override
    public int[] errnos() {
        return errnos.clone();
    }
}
