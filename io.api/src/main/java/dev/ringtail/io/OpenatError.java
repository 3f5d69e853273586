// SPDX-License-Identifier: Apache-2.0

package dev.ringtail.io;

import static dev.ringtail.io.Errno.EACCES;
import static dev.ringtail.io.Errno.EAGAIN;
import static dev.ringtail.io.Errno.EBADF;
import static dev.ringtail.io.Errno.EBUSY;
import static dev.ringtail.io.Errno.ECANCELED;
import static dev.ringtail.io.Errno.EDQUOT;
import static dev.ringtail.io.Errno.EEXIST;
import static dev.ringtail.io.Errno.EFAULT;
import static dev.ringtail.io.Errno.EFBIG;
import static dev.ringtail.io.Errno.EINTR;
import static dev.ringtail.io.Errno.EINVAL;
import static dev.ringtail.io.Errno.EIO;
import static dev.ringtail.io.Errno.EISDIR;
import static dev.ringtail.io.Errno.ELOOP;
import static dev.ringtail.io.Errno.EMFILE;
import static dev.ringtail.io.Errno.ENAMETOOLONG;
import static dev.ringtail.io.Errno.ENFILE;
import static dev.ringtail.io.Errno.ENODEV;
import static dev.ringtail.io.Errno.ENOENT;
import static dev.ringtail.io.Errno.ENOMEM;
import static dev.ringtail.io.Errno.ENOSPC;
import static dev.ringtail.io.Errno.ENOTDIR;
import static dev.ringtail.io.Errno.ENXIO;
import static dev.ringtail.io.Errno.EOPNOTSUPP;
import static dev.ringtail.io.Errno.EOVERFLOW;
import static dev.ringtail.io.Errno.EPERM;
import static dev.ringtail.io.Errno.EROFS;
import static dev.ringtail.io.Errno.ETXTBSY;

/**
 * What a {@link Openat} can end with instead of a result. Source: openat(2).
 */
public enum OpenatError implements OperationError {
    /** The permissions of the file, socket or directory forbid it. */
    ACCESS_DENIED(EACCES, EPERM),
    /** The file has a lease held by another process, or the device would block. */
    WOULD_BLOCK(EAGAIN),
    /** The descriptor isn't open. */
    FILE_DESCRIPTOR_INVALID(EBADF),
    /** The device is in use and can't be opened exclusively. */
    DEVICE_BUSY(EBUSY),
    /** The operation was cancelled before it had a result. */
    CANCELED(ECANCELED),
    /** The user's disk quota is used up. */
    DISK_QUOTA(EDQUOT),
    /** The path exists, and the flags ask for a new file. */
    PATH_ALREADY_EXISTS(EEXIST),
    /** The file would exceed a limit on its size. */
    FILE_TOO_BIG(EFBIG, EOVERFLOW),
    /** The kernel refuses this combination of arguments for this kind of descriptor. */
    ARGUMENTS_INVALID(EINVAL),
    /** The device or the file system failed. */
    INPUT_OUTPUT(EIO),
    /** It is a directory. */
    IS_DIR(EISDIR),
    /** Too many symbolic links in the path, or a link where none is allowed. */
    SYM_LINK_LOOP(ELOOP),
    /** The process has as many descriptors open as it may (RLIMIT_NOFILE). */
    PROCESS_FD_QUOTA_EXCEEDED(EMFILE),
    /** The path, or a name in it, is too long. */
    NAME_TOO_LONG(ENAMETOOLONG),
    /** The system has as many files open as it may (fs.file-max). */
    SYSTEM_FD_QUOTA_EXCEEDED(ENFILE),
    /** There is no such device. */
    NO_DEVICE(ENODEV),
    /** The path, or a directory in it, doesn't exist. */
    FILE_NOT_FOUND(ENOENT),
    /** The kernel lacks memory or buffer space. */
    SYSTEM_RESOURCES(ENOMEM),
    /** The device is full. */
    NO_SPACE_LEFT(ENOSPC),
    /** A part of the path that should be a directory isn't one. */
    NOT_DIR(ENOTDIR),
    /** A FIFO without a reader opened for writing without blocking, a socket, or a device that is gone. */
    NO_DEVICE_OR_PEER(ENXIO),
    /** The file system doesn't support what the flags ask for (locks, or an unnamed temporary file). */
    FILE_LOCKS_NOT_SUPPORTED(EOPNOTSUPP),
    /** The file system is mounted read-only. */
    READ_ONLY_FILE_SYSTEM(EROFS),
    /** The file is a program being executed, or a swap file. */
    FILE_BUSY(ETXTBSY),
    /** Any other errno: see {@link Completion#errno}. */
    UNEXPECTED;

    static final ErrorTable<OpenatError> TABLE =
            new ErrorTable<>(values(), UNEXPECTED).retried(EINTR).bug(EFAULT);

    private final int[] errnos;

    OpenatError(int... errnos) {
        this.errnos = errnos;
    }

    @Override
    public int[] errnos() {
        return errnos.clone();
    }
}
