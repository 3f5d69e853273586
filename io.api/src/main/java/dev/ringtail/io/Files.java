// SPDX-License-Identifier: Apache-2.0

package dev.ringtail.io;

import dev.ringtail.io.spi.SystemCalls;

/**
 * What is done to files and pipes without a completion. Had from {@link IoLoop#files}; used on the loop's thread. Every
 * descriptor is the caller's to close.
 */
public final class Files {
    private static final int MODE_MAX = 07777;

    private final IoLoop loop;
    private final SystemCalls calls;

    Files(IoLoop loop, SystemCalls calls) {
        this.loop = loop;
        this.calls = calls;
    }

    /** The two ends of a pipe. */
    public record Pipe(int readFd, int writeFd) {}

    /**
     * Opens a file at once, which can block on a slow file system: {@link Openat} doesn't. Source: open(2).
     *
     * @param path as the kernel has it, encoded in UTF-8; if relative, to the process's working directory
     * @param mode the permissions of a file that is made, 0 to 07777, such as 0644, less the process's umask; else without
     *     meaning
     * @return its descriptor, close-on-exec
     * @throws IllegalArgumentException if path has a NUL or half a surrogate pair in it, or mode is out of range
     * @throws SystemCallException if it can't be opened, for any of the reasons that {@link OpenatError} has
     * @throws IllegalStateException if the loop is closed, or from another thread
     */
    public int open(String path, OpenFlags flags, int mode) throws SystemCallException {
        loop.checkUse();
        PathName.check(path);
        checkMode(mode);
        return calls.openFile(path, flags, mode);
    }

    /**
     * A pipe, both ends close-on-exec. Source: pipe(2).
     *
     * @throws SystemCallException if there is no descriptor left, or the user's share of pipe buffers is used up
     * @throws IllegalStateException if the loop is closed, or from another thread
     */
    public Pipe openPipe() throws SystemCallException {
        loop.checkUse();
        long pipe = calls.openPipe();
        return new Pipe((int) pipe, (int) (pipe >>> 32));
    }

    /**
     * Closes a descriptor at once, which can block on a slow file system. For one that nothing is in flight on:
     * {@link Close} is for the others. Source: close(2).
     *
     * @throws IllegalArgumentException if fd is negative
     * @throws SystemCallException if fd isn't open, or something was lost; it is closed all the same
     * @throws IllegalStateException if the loop is closed, or from another thread
     */
    public void close(int fd) throws SystemCallException {
        loop.unregisterFile(fd);
        calls.close(fd);
    }

    static void checkMode(int mode) {
        if (mode < 0 || mode > MODE_MAX) {
            throw new IllegalArgumentException("mode: 0" + Integer.toOctalString(mode));
        }
    }
}
