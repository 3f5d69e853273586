// SPDX-License-Identifier: Apache-2.0

package dev.ringtail.io;

/** How a file is opened. Source: open(2), where each has the name given here. */
public enum OpenFlag {
    /** O_RDONLY, or with {@link #WRITE} O_RDWR. */
    READ,
    /** O_WRONLY, or with {@link #READ} O_RDWR. */
    WRITE,
    /** O_APPEND: every write goes to the end. */
    APPEND,
    /** O_CREAT: made if it doesn't exist. */
    CREATE,
    /** O_EXCL: with {@link #CREATE}, an error if it exists. */
    EXCLUSIVE,
    /** O_TRUNC: emptied. */
    TRUNCATE,
    /** O_DIRECT: past the page cache; buffer, length and offset must be aligned (see {@link Statx#directOffsetAlignment}). */
    DIRECT,
    /** O_DSYNC: each write is durable, with the metadata needed to read it back. */
    DATA_SYNC,
    /** O_SYNC: each write is durable, with all metadata. */
    SYNC,
    /** O_DIRECTORY: an error if it isn't a directory. */
    DIRECTORY,
    /** O_NOFOLLOW: an error if the last name is a symbolic link. */
    NO_FOLLOW,
    /** O_NONBLOCK: opening doesn't wait, for a FIFO's other end say. */
    NON_BLOCKING,
    /** O_NOATIME: reading doesn't change the time of last access; for the owner only. */
    NO_ACCESS_TIME,
    /** O_TMPFILE: an unnamed file in the directory that the path names. */
    TEMPORARY
}
