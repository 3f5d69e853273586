// SPDX-License-Identifier: Apache-2.0

package dev.ringtail.io;

import static dev.ringtail.io.Errno.EAGAIN;
import static dev.ringtail.io.Errno.EBADF;
import static dev.ringtail.io.Errno.ECANCELED;
import static dev.ringtail.io.Errno.ECONNREFUSED;
import static dev.ringtail.io.Errno.ECONNRESET;
import static dev.ringtail.io.Errno.EFAULT;
import static dev.ringtail.io.Errno.EINTR;
import static dev.ringtail.io.Errno.EINVAL;
import static dev.ringtail.io.Errno.EIO;
import static dev.ringtail.io.Errno.EISDIR;
import static dev.ringtail.io.Errno.ENOBUFS;
import static dev.ringtail.io.Errno.ENOMEM;
import static dev.ringtail.io.Errno.ENOTCONN;
import static dev.ringtail.io.Errno.ENXIO;
import static dev.ringtail.io.Errno.EOVERFLOW;
import static dev.ringtail.io.Errno.ESPIPE;
import static dev.ringtail.io.Errno.ETIMEDOUT;

/**
 * What a {@link Read} can end with instead of a result. Source: pread(2).
 */
public enum ReadError implements OperationError {
    /** The operation would have to wait, and waiting can't cure it. */
    WOULD_BLOCK(EAGAIN),
    /** The descriptor isn't open, or not for reading. */
    NOT_OPEN_FOR_READING(EBADF),
    /** The operation was cancelled before it had a result. */
    CANCELED(ECANCELED),
    /** Nothing listens at the other end. */
    CONNECTION_REFUSED(ECONNREFUSED),
    /** The peer reset the connection. */
    CONNECTION_RESET_BY_PEER(ECONNRESET),
    /** The buffer, its length or the offset isn't aligned as O_DIRECT asks; or another argument that this kind of descriptor refuses (an eventfd read of fewer than 8 bytes, say). */
    ALIGNMENT(EINVAL),
    /** The device or the file system failed. */
    INPUT_OUTPUT(EIO),
    /** It is a directory. */
    IS_DIR(EISDIR),
    /** The kernel lacks memory or buffer space. */
    SYSTEM_RESOURCES(ENOBUFS, ENOMEM),
    /** The socket isn't connected. */
    SOCKET_NOT_CONNECTED(ENOTCONN),
    /** The descriptor has no position, or the offset is beyond what it can have. */
    UNSEEKABLE(ENXIO, EOVERFLOW, ESPIPE),
    /** The peer didn't answer in time. */
    CONNECTION_TIMED_OUT(ETIMEDOUT),
    /** Any other errno: see {@link Completion#errno}. */
    UNEXPECTED;

    static final ErrorTable<ReadError> TABLE =
            new ErrorTable<>(values(), UNEXPECTED).retried(EINTR).bug(EFAULT);

    private final int[] errnos;

    ReadError(int... errnos) {
        this.errnos = errnos;
    }

    @Override
    public int[] errnos() {
        return errnos.clone();
    }
}
