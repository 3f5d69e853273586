// SPDX-License-Identifier: Apache-2.0

package dev.ringtail.io;

import org.jspecify.annotations.Nullable;

/**
 * Opens a file. The descriptor is close-on-exec, and the callback owns it, even if the openat was being cancelled or the
 * loop closed at the time. Source: openat(2).
 */
public final class Openat extends KernelOperation {
    private final PathName pathName = new PathName();
    private String path = "";
    private OpenFlags flags = OpenFlags.READ;
    private int mode;

    /** An openat for one loop, with the callback that it always runs. */
    public Openat(IoLoop loop, Callback<Openat> callback) {
        super(loop, callback);
    }

    /**
     * Opens a path, a relative one from the working directory.
     *
     * @param mode the permissions of a file that is made, such as 0644, less the process's umask; else without meaning
     * @throws IllegalArgumentException if the path has a NUL or half a surrogate pair in it, or mode isn't 0 to 07777
     * @throws IllegalStateException if in flight, if the loop is closed, or from another thread
     */
    public void submit(String path, OpenFlags flags, int mode) {
        checkSubmission();
        open(NO_FD, path, flags, mode);
    }

    /**
     * Opens a path, a relative one from a directory.
     *
     * @throws IllegalArgumentException if dirFd is negative, and as {@link #submit(String, OpenFlags, int)}
     */
    public void submit(int dirFd, String path, OpenFlags flags, int mode) {
        checkSubmission();
        open(checkFd("dirFd", dirFd), path, flags, mode);
    }

    private void open(int dirFd, String path, OpenFlags flags, int mode) {
        PathName.check(path);
        Files.checkMode(mode);
        if (flags == null) {
            throw new NullPointerException("flags is null");
        }
        this.fd = dirFd;
        this.path = path;
        this.flags = flags;
        this.mode = mode;
        if (pathName.set(path)) {
            enqueue();
        } else {
            fail(Errno.ENAMETOOLONG);
        }
    }

    /**
     * The descriptor: the caller's to close.
     *
     * @throws IllegalStateException after a failure (naming the error), while in flight, or if never submitted
     */
    public int openedFd() {
        return success();
    }

    /** The path that it was last submitted with. */
    public String path() {
        return path;
    }

    /** The flags that it was last submitted with. */
    public OpenFlags flags() {
        return flags;
    }

    /** The mode that it was last submitted with. */
    public int mode() {
        return mode;
    }

    /** For drivers: the path, ending in a NUL. */
    public long pathAddress() {
        return pathName.address();
    }

    @Override
    public @Nullable OpenatError error() {
        int outcome = outcome();
        return outcome >= 0 ? null : OpenatError.TABLE.error(outcome);
    }

    @Override
    ErrorTable<?> errors() {
        return OpenatError.TABLE;
    }

    @Override
    public String toString() {
        return "Openat(" + (fd == NO_FD ? "" : "fd " + fd + ", ") + path + ")";
    }
}
