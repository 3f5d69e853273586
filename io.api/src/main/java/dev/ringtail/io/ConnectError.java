// SPDX-License-Identifier: Apache-2.0

package dev.ringtail.io;

import static dev.ringtail.io.Errno.EACCES;
import static dev.ringtail.io.Errno.EADDRINUSE;
import static dev.ringtail.io.Errno.EADDRNOTAVAIL;
import static dev.ringtail.io.Errno.EAFNOSUPPORT;
import static dev.ringtail.io.Errno.EAGAIN;
import static dev.ringtail.io.Errno.EALREADY;
import static dev.ringtail.io.Errno.EBADF;
import static dev.ringtail.io.Errno.ECANCELED;
import static dev.ringtail.io.Errno.ECONNABORTED;
import static dev.ringtail.io.Errno.ECONNREFUSED;
import static dev.ringtail.io.Errno.ECONNRESET;
import static dev.ringtail.io.Errno.EFAULT;
import static dev.ringtail.io.Errno.EHOSTUNREACH;
import static dev.ringtail.io.Errno.EINPROGRESS;
import static dev.ringtail.io.Errno.EINTR;
import static dev.ringtail.io.Errno.EINVAL;
import static dev.ringtail.io.Errno.EISCONN;
import static dev.ringtail.io.Errno.ELOOP;
import static dev.ringtail.io.Errno.ENETUNREACH;
import static dev.ringtail.io.Errno.ENOBUFS;
import static dev.ringtail.io.Errno.ENOENT;
import static dev.ringtail.io.Errno.ENOMEM;
import static dev.ringtail.io.Errno.ENOTDIR;
import static dev.ringtail.io.Errno.ENOTSOCK;
import static dev.ringtail.io.Errno.EPERM;
import static dev.ringtail.io.Errno.EPROTOTYPE;
import static dev.ringtail.io.Errno.ETIMEDOUT;

/**
 * What a {@link Connect} can end with instead of a result. Source: connect(2).
 */
public enum ConnectError implements OperationError {
    /** The permissions of the file, socket or directory forbid it. */
    ACCESS_DENIED(EACCES),
    /** The local address is taken, or no local port is free. */
    ADDRESS_IN_USE(EADDRINUSE),
    /** The address isn't one of this machine's, or no local port is free. */
    ADDRESS_NOT_AVAILABLE(EADDRNOTAVAIL),
    /** The address is of a family that the socket doesn't have. */
    ADDRESS_FAMILY_NOT_SUPPORTED(EAFNOSUPPORT),
    /** No local port is free for automatic binding, or an error of a kind that waiting can't cure. */
    WOULD_BLOCK(EAGAIN, EINPROGRESS),
    /** An earlier connect on this socket isn't finished. */
    OPEN_ALREADY_IN_PROGRESS(EALREADY),
    /** The descriptor isn't open. */
    FILE_DESCRIPTOR_INVALID(EBADF),
    /** The operation was cancelled before it had a result. */
    CANCELED(ECANCELED),
    /** The connection was aborted before it was established. */
    CONNECTION_ABORTED(ECONNABORTED),
    /** Nothing listens at the other end. */
    CONNECTION_REFUSED(ECONNREFUSED),
    /** The peer reset the connection. */
    CONNECTION_RESET_BY_PEER(ECONNRESET),
    /** No route to the host. */
    HOST_UNREACHABLE(EHOSTUNREACH),
    /** The address has the wrong length or form, or the socket is listening. */
    ADDRESS_INVALID(EINVAL),
    /** The socket is connected already. */
    ALREADY_CONNECTED(EISCONN),
    /** Too many symbolic links in the path, or a link where none is allowed. */
    SYM_LINK_LOOP(ELOOP),
    /** No route to the network. */
    NETWORK_UNREACHABLE(ENETUNREACH),
    /** The kernel lacks memory or buffer space. */
    SYSTEM_RESOURCES(ENOBUFS, ENOMEM),
    /** No Unix socket is bound to that path. */
    FILE_NOT_FOUND(ENOENT),
    /** A part of the path that should be a directory isn't one. */
    NOT_DIR(ENOTDIR),
    /** The descriptor isn't a socket. */
    FILE_DESCRIPTOR_NOT_A_SOCKET(ENOTSOCK),
    /** A firewall rule or a security module forbids it. */
    PERMISSION_DENIED(EPERM),
    /** The socket at that address is of another type. */
    PROTOCOL_NOT_SUPPORTED(EPROTOTYPE),
    /** The peer didn't answer in time. */
    CONNECTION_TIMED_OUT(ETIMEDOUT),
    /** Any other errno: see {@link Completion#errno}. */
    UNEXPECTED;

    static final ErrorTable<ConnectError> TABLE =
            new ErrorTable<>(values(), UNEXPECTED).retried(EINTR).bug(EFAULT);

    private final int[] errnos;

    ConnectError(int... errnos) {
        this.errnos = errnos;
    }

    @Override
    public int[] errnos() {
        return errnos.clone();
    }
}
