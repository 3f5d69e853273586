// SPDX-License-Identifier: Apache-2.0

package dev.ringtail.io;

import static java.lang.foreign.ValueLayout.JAVA_INT;
import static java.lang.foreign.ValueLayout.JAVA_LONG;
import static java.lang.foreign.ValueLayout.JAVA_SHORT;

import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.time.Instant;
import org.jspecify.annotations.Nullable;

/**
 * Asks about a file. What it learned stays readable on this object until its next submission. Source: statx(2).
 */
public final class Statx extends KernelOperation {
    private static final int S_IFMT = 0170000;
    private static final int S_IFDIR = 0040000;
    private static final int S_IFREG = 0100000;

    private final PathName pathName = new PathName();

    /** The kernel's answer, a struct statx. Native memory that lives as long as this object. */
    private final MemorySegment answer = Arena.ofAuto().allocate(Abi.STATX_BYTES, Long.BYTES);

    private String path = "";
    private boolean followsLinks;

    /** A statx for one loop, with the callback that it always runs. */
    public Statx(IoLoop loop, Callback<Statx> callback) {
        super(loop, callback);
    }

    /**
     * Asks about what a path leads to, a relative one from the working directory.
     *
     * @throws IllegalArgumentException if the path has a NUL or half a surrogate pair in it
     * @throws IllegalStateException if in flight, if the loop is closed, or from another thread
     */
    public void submit(String path) {
        checkSubmission();
        ask(NO_FD, path, true);
    }

    /**
     * Asks about what a path leads to, a relative one from a directory.
     *
     * @throws IllegalArgumentException if dirFd is negative, and as {@link #submit(String)}
     */
    public void submit(int dirFd, String path) {
        checkSubmission();
        ask(checkFd("dirFd", dirFd), path, true);
    }

    /** Asks about a path itself, even if it is a symbolic link. Throws as {@link #submit(String)} does. */
    public void submitNoFollow(String path) {
        checkSubmission();
        ask(NO_FD, path, false);
    }

    /**
     * Asks about an open file.
     *
     * @throws IllegalArgumentException if fd is negative
     * @throws IllegalStateException if in flight, if the loop is closed, or from another thread
     */
    public void submit(int fd) {
        checkSubmission();
        this.fd = checkFd("fd", fd);
        path = "";
        followsLinks = true;
        pathName.set(path);
        enqueue();
    }

    private void ask(int dirFd, String path, boolean followsLinks) {
        PathName.check(path);
        this.fd = dirFd;
        this.path = path;
        this.followsLinks = followsLinks;
        if (path.isEmpty()) {
            // The kernel's own answer, given here because with an empty path it would be asked about the descriptor.
            fail(Errno.ENOENT);
        } else if (pathName.set(path)) {
            enqueue();
        } else {
            fail(Errno.ENAMETOOLONG);
        }
    }

    /** The size in bytes. This and all that follows: IllegalStateException after a failure, or without a result. */
    public long size() {
        return longAnswer(Abi.STATX_SIZE);
    }

    /** The inode's number. */
    public long inode() {
        return longAnswer(Abi.STATX_INO);
    }

    /** The device that the file is on: major number in the upper half, minor in the lower. */
    public long device() {
        return (long) intAnswer(Abi.STATX_DEV_MAJOR) << 32 | (intAnswer(Abi.STATX_DEV_MINOR) & 0xffffffffL);
    }

    /** Type and permissions, st_mode of inode(7). */
    public int mode() {
        success();
        return Short.toUnsignedInt(answer.get(JAVA_SHORT, Abi.STATX_MODE));
    }

    /** Whether it is a directory. */
    public boolean isDirectory() {
        return (mode() & S_IFMT) == S_IFDIR;
    }

    /** Whether it is a regular file. */
    public boolean isRegularFile() {
        return (mode() & S_IFMT) == S_IFREG;
    }

    /** How many names it has. */
    public int linkCount() {
        return intAnswer(Abi.STATX_NLINK);
    }

    /** The owner's number. */
    public int userId() {
        return intAnswer(Abi.STATX_UID);
    }

    /** The group's number. */
    public int groupId() {
        return intAnswer(Abi.STATX_GID);
    }

    /** How many blocks of 512 bytes it takes up. */
    public long blockCount() {
        return longAnswer(Abi.STATX_BLOCKS);
    }

    /** The time of the last change of content. Makes an object. */
    public Instant modified() {
        return Instant.ofEpochSecond(longAnswer(Abi.STATX_MTIME), intAnswer(Abi.STATX_MTIME + Long.BYTES));
    }

    /** What a buffer's address must be a multiple of with O_DIRECT; 0 if not possible or not known (before Linux 6.1). */
    public int directMemoryAlignment() {
        return directAnswer(Abi.STATX_DIO_MEM_ALIGN);
    }

    /** What offset and length must be multiples of with O_DIRECT; 0 if not possible or not known (before Linux 6.1). */
    public int directOffsetAlignment() {
        return directAnswer(Abi.STATX_DIO_OFFSET_ALIGN);
    }

    /** The path that it was last submitted with; empty for an open file. */
    public String path() {
        return path;
    }

    /** Whether a symbolic link at the path's end is followed. */
    public boolean followsLinks() {
        return followsLinks;
    }

    /** For drivers: the path, ending in a NUL; an empty one asks about {@link #fd} itself (AT_EMPTY_PATH). */
    public long pathAddress() {
        return pathName.address();
    }

    /** For drivers: where the answer goes, a struct statx. */
    public long answerAddress() {
        return answer.address();
    }

    /** For drivers: what is asked for, the mask argument. */
    public int mask() {
        return Abi.STATX_BASIC_STATS | Abi.STATX_BTIME | Abi.STATX_DIOALIGN;
    }

    @Override
    public @Nullable StatxError error() {
        int outcome = outcome();
        return outcome >= 0 ? null : StatxError.TABLE.error(outcome);
    }

    @Override
    ErrorTable<?> errors() {
        return StatxError.TABLE;
    }

    @Override
    public String toString() {
        return path.isEmpty() ? super.toString() : "Statx(" + (fd == NO_FD ? "" : "fd " + fd + ", ") + path + ")";
    }

    private long longAnswer(long offset) {
        success();
        return answer.get(JAVA_LONG, offset);
    }

    private int intAnswer(long offset) {
        success();
        return answer.get(JAVA_INT, offset);
    }

    private int directAnswer(long offset) {
        return (intAnswer(Abi.STATX_MASK) & Abi.STATX_DIOALIGN) == 0 ? 0 : intAnswer(offset);
    }
}
