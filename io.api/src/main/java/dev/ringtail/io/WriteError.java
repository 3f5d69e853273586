// SPDX-License-Identifier: Apache-2.0

package dev.ringtail.io;

import static dev.ringtail.io.Errno.EAGAIN;
import static dev.ringtail.io.Errno.EBADF;
import static dev.ringtail.io.Errno.ECANCELED;
import static dev.ringtail.io.Errno.ECONNREFUSED;
import static dev.ringtail.io.Errno.ECONNRESET;
import static dev.ringtail.io.Errno.EDESTADDRREQ;
import static dev.ringtail.io.Errno.EDQUOT;
import static dev.ringtail.io.Errno.EFAULT;
import static dev.ringtail.io.Errno.EFBIG;
import static dev.ringtail.io.Errno.EINTR;
import static dev.ringtail.io.Errno.EINVAL;
import static dev.ringtail.io.Errno.EIO;
import static dev.ringtail.io.Errno.EMSGSIZE;
import static dev.ringtail.io.Errno.ENOBUFS;
import static dev.ringtail.io.Errno.ENOMEM;
import static dev.ringtail.io.Errno.ENOSPC;
import static dev.ringtail.io.Errno.ENOTCONN;
import static dev.ringtail.io.Errno.ENXIO;
import static dev.ringtail.io.Errno.EOVERFLOW;
import static dev.ringtail.io.Errno.EPERM;
import static dev.ringtail.io.Errno.EPIPE;
import static dev.ringtail.io.Errno.ESPIPE;
import static dev.ringtail.io.Errno.ETIMEDOUT;

/**
 * What a {@link Write} can end with instead of a result. Source: pwrite(2).
 */
public enum WriteError implements OperationError {
    /** The operation would have to wait, and waiting can't cure it. */
    WOULD_BLOCK(EAGAIN),
    /** The descriptor isn't open, or not for writing. */
    NOT_OPEN_FOR_WRITING(EBADF),
    /** The operation was cancelled before it had a result. */
    CANCELED(ECANCELED),
    /** Nothing listens at the other end. */
    CONNECTION_REFUSED(ECONNREFUSED),
    /** The peer reset the connection. */
    CONNECTION_RESET_BY_PEER(ECONNRESET),
    /** The datagram socket has no peer. */
    NOT_CONNECTED(EDESTADDRREQ),
    /** The user's disk quota is used up. */
    DISK_QUOTA(EDQUOT),
    /** The file would exceed a limit on its size. */
    FILE_TOO_BIG(EFBIG),
    /** The buffer, its length or the offset isn't aligned as O_DIRECT asks; or another argument that this kind of descriptor refuses (an eventfd read of fewer than 8 bytes, say). */
    ALIGNMENT(EINVAL),
    /** The device or the file system failed. */
    INPUT_OUTPUT(EIO),
    /** The datagram is larger than the socket can send in one piece. */
    MESSAGE_TOO_BIG(EMSGSIZE),
    /** The kernel lacks memory or buffer space. */
    SYSTEM_RESOURCES(ENOBUFS, ENOMEM),
    /** The device is full. */
    NO_SPACE_LEFT(ENOSPC),
    /** The socket isn't connected. */
    SOCKET_NOT_CONNECTED(ENOTCONN),
    /** The descriptor has no position, or the offset is beyond what it can have. */
    UNSEEKABLE(ENXIO, EOVERFLOW, ESPIPE),
    /** The permissions of the file, socket or directory forbid it. */
    ACCESS_DENIED(EPERM),
    /** The other end no longer reads, or this end was shut down for writing. */
    BROKEN_PIPE(EPIPE),
    /** The peer didn't answer in time. */
    CONNECTION_TIMED_OUT(ETIMEDOUT),
    /** Any other errno: see {@link Completion#errno}. */
    UNEXPECTED;

    static final ErrorTable<WriteError> TABLE =
            new ErrorTable<>(values(), UNEXPECTED).retried(EINTR).bug(EFAULT);

    private final int[] errnos;

    WriteError(int... errnos) {
        this.errnos = errnos;
    }

    @Override
    public int[] errnos() {
        return errnos.clone();
    }
}
