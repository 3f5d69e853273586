// SPDX-License-Identifier: Apache-2.0

package dev.ringtail.io;

import static dev.ringtail.io.Errno.EAGAIN;
import static dev.ringtail.io.Errno.EBADF;
import static dev.ringtail.io.Errno.ECANCELED;
import static dev.ringtail.io.Errno.ECONNABORTED;
import static dev.ringtail.io.Errno.EFAULT;
import static dev.ringtail.io.Errno.EINTR;
import static dev.ringtail.io.Errno.EINVAL;
import static dev.ringtail.io.Errno.EMFILE;
import static dev.ringtail.io.Errno.ENFILE;
import static dev.ringtail.io.Errno.ENOBUFS;
import static dev.ringtail.io.Errno.ENOMEM;
import static dev.ringtail.io.Errno.ENOTSOCK;
import static dev.ringtail.io.Errno.EOPNOTSUPP;
import static dev.ringtail.io.Errno.EPERM;
import static dev.ringtail.io.Errno.EPROTO;

/**
 * What a {@link Accept} can end with instead of a result. Source: accept(2).
 */
public enum AcceptError implements OperationError {
    /** The operation would have to wait, and waiting can't cure it. */
    WOULD_BLOCK(EAGAIN),
    /** The descriptor isn't open. */
    FILE_DESCRIPTOR_INVALID(EBADF),
    /** The operation was cancelled before it had a result. */
    CANCELED(ECANCELED),
    /** The connection was aborted before it was established. */
    CONNECTION_ABORTED(ECONNABORTED),
    /** The socket isn't listening. */
    SOCKET_NOT_LISTENING(EINVAL),
    /** The process has as many descriptors open as it may (RLIMIT_NOFILE). */
    PROCESS_FD_QUOTA_EXCEEDED(EMFILE),
    /** The system has as many files open as it may (fs.file-max). */
    SYSTEM_FD_QUOTA_EXCEEDED(ENFILE),
    /** The kernel lacks memory or buffer space. */
    SYSTEM_RESOURCES(ENOBUFS, ENOMEM),
    /** The descriptor isn't a socket. */
    FILE_DESCRIPTOR_NOT_A_SOCKET(ENOTSOCK),
    /** This type of socket doesn't support the operation. */
    OPERATION_NOT_SUPPORTED(EOPNOTSUPP),
    /** A firewall rule or a security module forbids it. */
    PERMISSION_DENIED(EPERM),
    /** A protocol error. */
    PROTOCOL_FAILURE(EPROTO),
    /** Any other errno: see {@link Completion#errno}. */
    UNEXPECTED;

    static final ErrorTable<AcceptError> TABLE =
            new ErrorTable<>(values(), UNEXPECTED).retried(EINTR).bug(EFAULT);

    private final int[] errnos;

    AcceptError(int... errnos) {
        this.errnos = errnos;
    }

    @Override
    public int[] errnos() {
        return errnos.clone();
    }
}
