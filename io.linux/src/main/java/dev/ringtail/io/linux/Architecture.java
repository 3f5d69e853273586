// SPDX-License-Identifier: Apache-2.0
package dev.ringtail.io.linux;

import static java.lang.foreign.MemoryLayout.PathElement.groupElement;
import static java.lang.foreign.MemoryLayout.structLayout;

import java.lang.foreign.MemoryLayout;
import java.lang.foreign.StructLayout;
import java.lang.foreign.ValueLayout;

/**
 * What differs between the processor architectures that Ringtail runs on, and stands nowhere else: the generated
 * bindings hold only what is the same on all of them. Names are the kernel's.
 *
 * <p>Immutable, any thread. The values of every architecture can be read everywhere, so that a test can compare them
 * with the headers of a cross compiler; a program asks {@link #current()}.
 *
 * <p>{@code O_LARGEFILE} differs too and is left out: 64-bit kernels set it themselves, for io_uring's {@code openat}
 * as well.
 */
public enum Architecture {
    /** x86-64, {@code os.arch} "amd64". */
    X86_64("x86_64", 0x4000, 0x10000, 0x20000, 332, 327, 328, 262, packedEpollEvent(), x86Stat()),

    /** 64-bit Arm, {@code os.arch} "aarch64". */
    AARCH64("aarch64", 0x10000, 0x4000, 0x8000, 291, 286, 287, 79, alignedEpollEvent(), genericStat());

    /** {@code __O_TMPFILE}, which makes {@code O_TMPFILE} together with {@code O_DIRECTORY}. */
    private static final int TMPFILE_ALONE = 0x400000;

    private final String machine;
    private final int direct;
    private final int directory;
    private final int noFollow;
    private final int statx;
    private final int preadv2;
    private final int pwritev2;
    private final int newfstatat;

    @SuppressWarnings("ImmutableEnumChecker") // All memory layouts are immutable; the checker doesn't know them.
    private final StructLayout epollEvent;

    private final long epollEventData;

    @SuppressWarnings("ImmutableEnumChecker") // As above.
    private final StructLayout stat;

    Architecture(
            String machine,
            int direct,
            int directory,
            int noFollow,
            int statx,
            int preadv2,
            int pwritev2,
            int newfstatat,
            StructLayout epollEvent,
            StructLayout stat) {
        this.machine = machine;
        this.direct = direct;
        this.directory = directory;
        this.noFollow = noFollow;
        this.statx = statx;
        this.preadv2 = preadv2;
        this.pwritev2 = pwritev2;
        this.newfstatat = newfstatat;
        this.epollEvent = epollEvent;
        this.epollEventData = epollEvent.byteOffset(groupElement("data"));
        this.stat = stat;
    }

    /**
     * The architecture of the running virtual machine.
     *
     * @throws UnsupportedOperationException if it is none of these
     */
    public static Architecture current() {
        String name = System.getProperty("os.arch", "");
        return switch (name) {
            case "amd64", "x86_64" -> X86_64;
            case "aarch64" -> AARCH64;
            default -> throw new UnsupportedOperationException("os.arch: " + name + ", known are amd64 and aarch64");
        };
    }

    /** The name that the kernel gives it, {@code uname -m}; the first word of the name of a cross compiler. */
    public String machine() {
        return machine;
    }

    /** open(2): I/O goes past the page cache, with buffers, offsets and lengths aligned. */
    public int O_DIRECT() {
        return direct;
    }

    /** open(2): fail with {@code ENOTDIR} unless the path is a directory. */
    public int O_DIRECTORY() {
        return directory;
    }

    /** open(2): fail with {@code ELOOP} if the last part of the path is a symbolic link. */
    public int O_NOFOLLOW() {
        return noFollow;
    }

    /** open(2): a file without a name, in the directory that is given as the path. Contains {@link #O_DIRECTORY}. */
    public int O_TMPFILE() {
        return TMPFILE_ALONE | directory;
    }

    /** The number of statx(2). Calls from 424 on have one number everywhere and are in the bindings. */
    public int SYS_statx() {
        return statx;
    }

    /** The number of preadv2(2). */
    public int SYS_preadv2() {
        return preadv2;
    }

    /** The number of pwritev2(2). */
    public int SYS_pwritev2() {
        return pwritev2;
    }

    /** The number of fstatat(2), as the kernel calls it. */
    public int SYS_newfstatat() {
        return newfstatat;
    }

    /** The layout of {@code struct stat}, stat(2). */
    public StructLayout stat() {
        return stat;
    }

    /**
     * The layout of {@code struct epoll_event}, epoll_ctl(2): 12 bytes, packed, on x86-64; 16 bytes elsewhere. Its
     * members: {@code events} (an int, at offset 0) and {@code data} (a long).
     */
    public StructLayout epoll_event() {
        return epollEvent;
    }

    /**
     * The size of {@link #epoll_event} in bytes, which is also the distance from one to the next in an array of them.
     */
    public long epollEventBytes() {
        return epollEvent.byteSize();
    }

    /** The offset of {@code data} in {@link #epoll_event}, in bytes. On x86-64 a long at that offset isn't aligned. */
    public long epollEventDataOffset() {
        return epollEventData;
    }

    private static StructLayout packedEpollEvent() {
        return structLayout(
                ValueLayout.JAVA_INT_UNALIGNED.withName("events"), ValueLayout.JAVA_LONG_UNALIGNED.withName("data"));
    }

    private static StructLayout alignedEpollEvent() {
        return structLayout(
                ValueLayout.JAVA_INT.withName("events"),
                MemoryLayout.paddingLayout(Integer.BYTES),
                ValueLayout.JAVA_LONG.withName("data"));
    }

    private static StructLayout x86Stat() {
        return structLayout(
                ValueLayout.JAVA_LONG.withName("st_dev"),
                ValueLayout.JAVA_LONG.withName("st_ino"),
                ValueLayout.JAVA_LONG.withName("st_nlink"),
                ValueLayout.JAVA_INT.withName("st_mode"),
                ValueLayout.JAVA_INT.withName("st_uid"),
                ValueLayout.JAVA_INT.withName("st_gid"),
                MemoryLayout.paddingLayout(Integer.BYTES),
                ValueLayout.JAVA_LONG.withName("st_rdev"),
                ValueLayout.JAVA_LONG.withName("st_size"),
                ValueLayout.JAVA_LONG.withName("st_blksize"),
                ValueLayout.JAVA_LONG.withName("st_blocks"),
                time("st_atim"),
                time("st_mtim"),
                time("st_ctim"),
                MemoryLayout.paddingLayout(3 * Long.BYTES));
    }

    private static StructLayout genericStat() {
        return structLayout(
                ValueLayout.JAVA_LONG.withName("st_dev"),
                ValueLayout.JAVA_LONG.withName("st_ino"),
                ValueLayout.JAVA_INT.withName("st_mode"),
                ValueLayout.JAVA_INT.withName("st_nlink"),
                ValueLayout.JAVA_INT.withName("st_uid"),
                ValueLayout.JAVA_INT.withName("st_gid"),
                ValueLayout.JAVA_LONG.withName("st_rdev"),
                MemoryLayout.paddingLayout(Long.BYTES),
                ValueLayout.JAVA_LONG.withName("st_size"),
                ValueLayout.JAVA_INT.withName("st_blksize"),
                MemoryLayout.paddingLayout(Integer.BYTES),
                ValueLayout.JAVA_LONG.withName("st_blocks"),
                time("st_atim"),
                time("st_mtim"),
                time("st_ctim"),
                MemoryLayout.paddingLayout(Long.BYTES));
    }

    private static StructLayout time(String name) {
        return structLayout(ValueLayout.JAVA_LONG.withName("tv_sec"), ValueLayout.JAVA_LONG.withName("tv_nsec"))
                .withName(name);
    }
}
