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
     * @param mode the permissions of a file that is made, such as 0644, less the process's umask; else without meaning
     */
    public int open(String path, OpenFlags flags, int mode) throws SystemCallException {
        loop.checkUse();
        PathName.check(path);
        checkMode(mode);
        return calls.openFile(path, flags, mode);
    }

    /** A pipe. Source: pipe(2). */
    public Pipe openPipe() throws SystemCallException {
        loop.checkUse();
        long pipe = calls.openPipe();
        return new Pipe((int) pipe, (int) (pipe >>> 32));
    }

    /**
     * Closes a descriptor at once, which can block on a slow file system. For one that nothing is in flight on:
     * {@link Close} is for the others. Source: close(2).
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
