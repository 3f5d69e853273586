// SPDX-License-Identifier: Apache-2.0

package dev.ringtail.io;

/**
 * The few of the kernel's numbers that the API itself needs, to encode an address and to read a statx answer without a
 * native call. The same on x86-64 and aarch64. A test compares them with the system's headers, by these names.
 */
final class Abi {
    static final int AF_UNIX = 1;
    static final int AF_INET = 2;
    static final int AF_INET6 = 10;

    static final int SOCKADDR_IN_BYTES = 16;
    static final int SOCKADDR_IN_PORT = 2;
    static final int SOCKADDR_IN_ADDR = 4;

    static final int SOCKADDR_IN6_BYTES = 28;
    static final int SOCKADDR_IN6_PORT = 2;
    static final int SOCKADDR_IN6_ADDR = 8;
    static final int SOCKADDR_IN6_SCOPE_ID = 24;

    static final int SOCKADDR_UN_BYTES = 110;
    static final int SOCKADDR_UN_PATH = 2;

    static final int STATX_BYTES = 256;
    static final int STATX_MASK = 0;
    static final int STATX_NLINK = 16;
    static final int STATX_UID = 20;
    static final int STATX_GID = 24;
    static final int STATX_MODE = 28;
    static final int STATX_INO = 32;
    static final int STATX_SIZE = 40;
    static final int STATX_BLOCKS = 48;
    static final int STATX_MTIME = 112;
    static final int STATX_DEV_MAJOR = 136;
    static final int STATX_DEV_MINOR = 140;
    static final int STATX_DIO_MEM_ALIGN = 152;
    static final int STATX_DIO_OFFSET_ALIGN = 156;

    static final int STATX_BASIC_STATS = 0x7ff;
    static final int STATX_BTIME = 0x800;
    static final int STATX_DIOALIGN = 0x2000;

    private Abi() {}
}
