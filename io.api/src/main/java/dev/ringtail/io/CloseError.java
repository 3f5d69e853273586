// SPDX-License-Identifier: Apache-2.0

package dev.ringtail.io;

import static dev.ringtail.io.Errno.EBADF;
import static dev.ringtail.io.Errno.ECANCELED;
import static dev.ringtail.io.Errno.EDQUOT;
import static dev.ringtail.io.Errno.EINTR;
import static dev.ringtail.io.Errno.EIO;
import static dev.ringtail.io.Errno.ENOSPC;
import static dev.ringtail.io.Errno.ESTALE;

/**
 * What a {@link Close} can end with instead of a result. Source: close(2).
 */
public enum CloseError implements OperationError {
    /** The descriptor isn't open. */
    FILE_DESCRIPTOR_INVALID(EBADF),
    /** The operation was cancelled before it had a result. */
    CANCELED(ECANCELED),
    /** The user's disk quota is used up. */
    DISK_QUOTA(EDQUOT),
    /** The device or the file system failed. */
    INPUT_OUTPUT(EIO),
    /** The device is full. */
    NO_SPACE_LEFT(ENOSPC),
    /** The file is gone from the server of a network file system. */
    FILE_HANDLE_STALE(ESTALE),
    /** Any other errno: see {@link Completion#errno}. */
    UNEXPECTED;

    static final ErrorTable<CloseError> TABLE = new ErrorTable<>(values(), UNEXPECTED).success(EINTR);

    private final int[] errnos;

    CloseError(int... errnos) {
        this.errnos = errnos;
    }

    @Override
    public int[] errnos() {
        return errnos.clone();
    }
}
