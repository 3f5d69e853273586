// SPDX-License-Identifier: Apache-2.0

package dev.ringtail.io;

import static dev.ringtail.io.Errno.EBADF;
import static dev.ringtail.io.Errno.ECANCELED;
import static dev.ringtail.io.Errno.EDQUOT;
import static dev.ringtail.io.Errno.EINTR;
import static dev.ringtail.io.Errno.EINVAL;
import static dev.ringtail.io.Errno.EIO;
import static dev.ringtail.io.Errno.ENOMEM;
import static dev.ringtail.io.Errno.ENOSPC;
import static dev.ringtail.io.Errno.EROFS;
import static dev.ringtail.io.Errno.ESTALE;

/**
 * What a {@link Fsync} can end with instead of a result. Source: fsync(2).
 */
public enum FsyncError implements OperationError {
    /** The descriptor isn't open. */
    FILE_DESCRIPTOR_INVALID(EBADF),
    /** The operation was cancelled before it had a result. */
    CANCELED(ECANCELED),
    /** The user's disk quota is used up. */
    DISK_QUOTA(EDQUOT),
    /** The kernel refuses this combination of arguments for this kind of descriptor. */
    ARGUMENTS_INVALID(EINVAL),
    /** The device or the file system failed. */
    INPUT_OUTPUT(EIO),
    /** The kernel lacks memory or buffer space. */
    SYSTEM_RESOURCES(ENOMEM),
    /** The device is full. */
    NO_SPACE_LEFT(ENOSPC),
    /** The file system is mounted read-only. */
    READ_ONLY_FILE_SYSTEM(EROFS),
    /** The file is gone from the server of a network file system. */
    FILE_HANDLE_STALE(ESTALE),
    /** Any other errno: see {@link Completion#errno}. */
    UNEXPECTED;

    static final ErrorTable<FsyncError> TABLE = new ErrorTable<>(values(), UNEXPECTED).retried(EINTR);

    private final int[] errnos;

    FsyncError(int... errnos) {
        this.errnos = errnos;
    }

    @Override
    public int[] errnos() {
        return errnos.clone();
    }
}
