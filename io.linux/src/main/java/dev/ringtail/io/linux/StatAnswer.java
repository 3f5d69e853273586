// SPDX-License-Identifier: Apache-2.0

package dev.ringtail.io.linux;

import static java.lang.foreign.MemoryLayout.PathElement.groupElement;

import dev.ringtail.io.linux.bindings.Headers;
import dev.ringtail.io.linux.bindings.statx;
import dev.ringtail.io.linux.bindings.statx_timestamp;
import java.lang.foreign.MemoryLayout.PathElement;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.StructLayout;

/** What fstatat(2) answers, as statx(2) would have answered it. */
final class StatAnswer {
    private static final StructLayout LAYOUT = Architecture.current().stat();

    private static final long DEV = offset("st_dev");
    private static final long INO = offset("st_ino");
    private static final long MODE = offset("st_mode");
    private static final long NLINK = offset("st_nlink");
    private static final long UID = offset("st_uid");
    private static final long GID = offset("st_gid");
    private static final long RDEV = offset("st_rdev");
    private static final long SIZE = offset("st_size");
    private static final long BLKSIZE = offset("st_blksize");
    private static final long BLOCKS = offset("st_blocks");
    private static final long ATIM = offset("st_atim");
    private static final long MTIM = offset("st_mtim");
    private static final long CTIM = offset("st_ctim");
    private static final long NSEC = LAYOUT.byteOffset(groupElement("st_atim"), groupElement("tv_nsec")) - ATIM;

    /** Its length in bytes. */
    static final long BYTES = LAYOUT.byteSize();

    private StatAnswer() {}

    /** Everything that statx(2) calls basic; the mask says that there is no more, such as the time of birth. */
    static void copyTo(long stat, MemorySegment answer) {
        answer.fill((byte) 0);
        statx.stx_mask(answer, Headers.STATX_BASIC_STATS());
        statx.stx_blksize(answer, Memory.getInt(stat + BLKSIZE));
        statx.stx_nlink(answer, Memory.getInt(stat + NLINK));
        statx.stx_uid(answer, Memory.getInt(stat + UID));
        statx.stx_gid(answer, Memory.getInt(stat + GID));
        statx.stx_mode(answer, (short) Memory.getInt(stat + MODE));
        statx.stx_ino(answer, Memory.getLong(stat + INO));
        statx.stx_size(answer, Memory.getLong(stat + SIZE));
        statx.stx_blocks(answer, Memory.getLong(stat + BLOCKS));
        copyTime(stat + ATIM, statx.stx_atime(answer));
        copyTime(stat + MTIM, statx.stx_mtime(answer));
        copyTime(stat + CTIM, statx.stx_ctime(answer));
        long device = Memory.getLong(stat + DEV);
        statx.stx_dev_major(answer, major(device));
        statx.stx_dev_minor(answer, minor(device));
        long special = Memory.getLong(stat + RDEV);
        statx.stx_rdev_major(answer, major(special));
        statx.stx_rdev_minor(answer, minor(special));
    }

    private static void copyTime(long time, MemorySegment answer) {
        statx_timestamp.tv_sec(answer, Memory.getLong(time));
        statx_timestamp.tv_nsec(answer, (int) Memory.getLong(time + NSEC));
    }

    /** makedev(3): 12 bits of the major number, between 8 and 12 of the minor one. */
    private static int major(long device) {
        return (int) (device >>> 8) & 0xfff;
    }

    private static int minor(long device) {
        return (int) (device & 0xff) | ((int) (device >>> 12) & 0xfff00);
    }

    private static long offset(String field) {
        PathElement path = groupElement(field);
        return LAYOUT.byteOffset(path);
    }
}
