// SPDX-License-Identifier: Apache-2.0

package dev.ringtail.io;

import static dev.ringtail.io.Errno.EAGAIN;
import static dev.ringtail.io.Errno.EBADF;
import static dev.ringtail.io.Errno.ECANCELED;
import static dev.ringtail.io.Errno.ECONNREFUSED;
import static dev.ringtail.io.Errno.ECONNRESET;
import static dev.ringtail.io.Errno.EFAULT;
import static dev.ringtail.io.Errno.EHOSTUNREACH;
import static dev.ringtail.io.Errno.EINTR;
import static dev.ringtail.io.Errno.EINVAL;
import static dev.ringtail.io.Errno.ENETUNREACH;
import static dev.ringtail.io.Errno.ENOBUFS;
import static dev.ringtail.io.Errno.ENOMEM;
import static dev.ringtail.io.Errno.ENOTCONN;
import static dev.ringtail.io.Errno.ENOTSOCK;
import static dev.ringtail.io.Errno.EOPNOTSUPP;
import static dev.ringtail.io.Errno.ETIMEDOUT;

/**
 * What a {@link Recv} can end with instead of a result. Source: recv(2).
 */
public enum RecvError implements OperationError {
    /** The operation would have to wait, and waiting can't cure it. */
    WOULD_BLOCK(EAGAIN),
    /** The descriptor isn't open. */
    FILE_DESCRIPTOR_INVALID(EBADF),
    /** The operation was cancelled before it had a result. */
    CANCELED(ECANCELED),
    /** Nothing listens at the other end. */
    CONNECTION_REFUSED(ECONNREFUSED),
    /** The peer reset the connection. */
    CONNECTION_RESET_BY_PEER(ECONNRESET),
    /** No route to the host. */
    HOST_UNREACHABLE(EHOSTUNREACH),
    /** The kernel refuses this combination of arguments for this kind of descriptor. */
    ARGUMENTS_INVALID(EINVAL),
    /** No route to the network. */
    NETWORK_UNREACHABLE(ENETUNREACH),
    /** No buffer was left to receive into. */
    BUFFERS_EXHAUSTED(ENOBUFS),
    /** The kernel lacks memory or buffer space. */
    SYSTEM_RESOURCES(ENOMEM),
    /** The socket isn't connected. */
    SOCKET_NOT_CONNECTED(ENOTCONN),
    /** The descriptor isn't a socket. */
    FILE_DESCRIPTOR_NOT_A_SOCKET(ENOTSOCK),
    /** This type of socket doesn't support the operation. */
    OPERATION_NOT_SUPPORTED(EOPNOTSUPP),
    /** The peer didn't answer in time. */
    CONNECTION_TIMED_OUT(ETIMEDOUT),
    /** Any other errno: see {@link Completion#errno}. */
    UNEXPECTED;

    static final ErrorTable<RecvError> TABLE =
            new ErrorTable<>(values(), UNEXPECTED).retried(EINTR).bug(EFAULT);

    private final int[] errnos;

    RecvError(int... errnos) {
        this.errnos = errnos;
    }

    @Override
    public int[] errnos() {
        return errnos.clone();
    }
}
