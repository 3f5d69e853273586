// SPDX-License-Identifier: Apache-2.0

package dev.ringtail.io;

import static dev.ringtail.io.Errno.EACCES;
import static dev.ringtail.io.Errno.EBADF;
import static dev.ringtail.io.Errno.ECANCELED;
import static dev.ringtail.io.Errno.EFAULT;
import static dev.ringtail.io.Errno.EINTR;
import static dev.ringtail.io.Errno.EINVAL;
import static dev.ringtail.io.Errno.EIO;
import static dev.ringtail.io.Errno.ELOOP;
import static dev.ringtail.io.Errno.ENAMETOOLONG;
import static dev.ringtail.io.Errno.ENOENT;
import static dev.ringtail.io.Errno.ENOMEM;
import static dev.ringtail.io.Errno.ENOTDIR;
import static dev.ringtail.io.Errno.ESTALE;

/**
 * What a {@link Statx} can end with instead of a result. Source: statx(2).
 */
public enum StatxError implements OperationError {
    /** The permissions of the file, socket or directory forbid it. */
    ACCESS_DENIED(EACCES),
    /** The descriptor isn't open. */
    FILE_DESCRIPTOR_INVALID(EBADF),
    /** The operation was cancelled before it had a result. */
    CANCELED(ECANCELED),
    /** The kernel refuses this combination of arguments for this kind of descriptor. */
    ARGUMENTS_INVALID(EINVAL),
    /** The device or the file system failed. */
    INPUT_OUTPUT(EIO),
    /** Too many symbolic links in the path, or a link where none is allowed. */
    SYM_LINK_LOOP(ELOOP),
    /** The path, or a name in it, is too long. */
    NAME_TOO_LONG(ENAMETOOLONG),
    /** The path, or a directory in it, doesn't exist. */
    FILE_NOT_FOUND(ENOENT),
    /** The kernel lacks memory or buffer space. */
    SYSTEM_RESOURCES(ENOMEM),
    /** A part of the path that should be a directory isn't one. */
    NOT_DIR(ENOTDIR),
    /** The file is gone from the server of a network file system. */
    FILE_HANDLE_STALE(ESTALE),
    /** Any other errno: see {@link Completion#errno}. */
    UNEXPECTED;

    static final ErrorTable<StatxError> TABLE =
            new ErrorTable<>(values(), UNEXPECTED).retried(EINTR).bug(EFAULT);

    private final int[] errnos;

    StatxError(int... errnos) {
        this.errnos = errnos;
    }

    @Override
    public int[] errnos() {
        return errnos.clone();
    }
}
