// SPDX-License-Identifier: Apache-2.0

package dev.ringtail.io.uring;

import static dev.ringtail.io.linux.bindings.Headers.*;

import dev.ringtail.io.Accept;
import dev.ringtail.io.Close;
import dev.ringtail.io.Connect;
import dev.ringtail.io.Fsync;
import dev.ringtail.io.KernelOperation;
import dev.ringtail.io.Multishot;
import dev.ringtail.io.MultishotAccept;
import dev.ringtail.io.MultishotRecv;
import dev.ringtail.io.Nop;
import dev.ringtail.io.Openat;
import dev.ringtail.io.Read;
import dev.ringtail.io.Recv;
import dev.ringtail.io.Send;
import dev.ringtail.io.Statx;
import dev.ringtail.io.Transfer;
import dev.ringtail.io.Write;
import dev.ringtail.io.linux.LinuxCalls;
import dev.ringtail.io.linux.Memory;
import dev.ringtail.io.linux.bindings.io_uring_sqe;

/**
 * Operations as submission entries. An entry of 64 bytes is written as eight longs, each whole, as it holds what its last
 * use left. Field by field, in the order of struct io_uring_sqe: source io_uring_enter(2).
 */
final class Submission {
    private static final long HEAD = io_uring_sqe.opcode$offset();
    private static final long OFFSET = io_uring_sqe.off$offset();
    private static final long ADDRESS = io_uring_sqe.addr$offset();
    private static final long LENGTH_AND_FLAGS = io_uring_sqe.len$offset();
    private static final long USER_DATA = io_uring_sqe.user_data$offset();
    private static final long BUFFER_AND_FILE = io_uring_sqe.buf_index$offset();
    private static final long ADDRESS_3 = io_uring_sqe.addr3$offset();
    private static final long LAST = ADDRESS_3 + Long.BYTES;

    private static final long FLAGS = io_uring_sqe.flags$offset();
    private static final long FD = io_uring_sqe.fd$offset();

    private static final int FLAGS_SHIFT = (int) (FLAGS - HEAD) * Byte.SIZE;

    /** Where flags lie that only some operations have. */
    private static final int PRIORITY_SHIFT = (int) (io_uring_sqe.ioprio$offset() - HEAD) * Byte.SIZE;

    private static final int NOP = IORING_OP_NOP();
    private static final int READ = IORING_OP_READ();
    private static final int WRITE = IORING_OP_WRITE();
    private static final int FSYNC = IORING_OP_FSYNC();
    private static final int ACCEPT = IORING_OP_ACCEPT();
    private static final int CONNECT = IORING_OP_CONNECT();
    private static final int RECV = IORING_OP_RECV();
    private static final int SEND = IORING_OP_SEND();
    private static final int OPENAT = IORING_OP_OPENAT();
    private static final int STATX = IORING_OP_STATX();
    private static final int CLOSE = IORING_OP_CLOSE();
    private static final int ASYNC_CANCEL = IORING_OP_ASYNC_CANCEL();

    private static final int ACCEPT_FLAGS = SOCK_CLOEXEC();
    private static final int SEND_FLAGS = MSG_NOSIGNAL();
    private static final int DATA_ONLY = IORING_FSYNC_DATASYNC();
    private static final int CWD = AT_FDCWD();
    private static final int FIXED_FILE = IOSQE_FIXED_FILE();
    private static final int READ_FIXED = IORING_OP_READ_FIXED();
    private static final int WRITE_FIXED = IORING_OP_WRITE_FIXED();

    /** Of a receive that is likely to wait (Linux 5.19): without it an echo costs the kernel a receive in vain. */
    static final int POLL_FIRST = IORING_RECVSEND_POLL_FIRST() << PRIORITY_SHIFT;

    private static final int MULTISHOT_ACCEPT = IORING_ACCEPT_MULTISHOT() << PRIORITY_SHIFT;
    private static final int MULTISHOT_RECV =
            IORING_RECV_MULTISHOT() << PRIORITY_SHIFT | IOSQE_BUFFER_SELECT() << FLAGS_SHIFT;

    private Submission() {}

    /**
     * Fills an entry. Short, and each kind by itself: what is larger isn't inlined into the loop (the nop benchmark shows it).
     *
     * @param waitFirst {@link #POLL_FIRST} if the kernel knows it, else 0
     */
    static void fill(long sqe, long token, KernelOperation operation, int waitFirst) {
        switch (operation) {
            case Transfer transfer -> fillTransfer(sqe, token, transfer, waitFirst);
            case Nop nop -> fill(sqe, token, NOP, nop.fd(), 0, 0, 0, 0);
            case Fsync fsync -> fill(sqe, token, FSYNC, fsync.fd(), 0, 0, 0, fsync.isDataOnly() ? DATA_ONLY : 0);
            case Close close -> fill(sqe, token, CLOSE, close.fd(), 0, 0, 0, 0);
            case Accept accept -> fillAccept(sqe, token, accept);
            case Connect connect -> fillConnect(sqe, token, connect);
            case Multishot multishot -> fillMultishot(sqe, token, multishot);
            case Openat openat -> fillOpenat(sqe, token, openat);
            case Statx statx -> fillStatx(sqe, token, statx);
        }
    }

    private static void fillTransfer(long sqe, long token, Transfer transfer, int waitFirst) {
        int opcode;
        long offset = 0;
        int flags = 0;
        switch (transfer) {
            case Recv recv -> opcode = recv.isLikelyToWait() ? RECV | waitFirst : RECV;
            case Send _ -> {
                opcode = SEND;
                flags = SEND_FLAGS;
            }
            case Read read -> {
                opcode = READ;
                offset = read.offset();
            }
            case Write write -> {
                opcode = WRITE;
                offset = write.offset();
            }
        }
        fill(sqe, token, opcode, transfer.fd(), offset, transfer.bufferAddress(), transfer.lengthBytes(), flags);
    }

    private static void fillAccept(long sqe, long token, Accept accept) {
        long lengthAddress = accept.sockaddrLengthAddress();
        fill(sqe, token, ACCEPT, accept.fd(), lengthAddress, accept.sockaddrAddress(), 0, ACCEPT_FLAGS);
    }

    private static void fillConnect(long sqe, long token, Connect connect) {
        int lengthBytes = connect.sockaddrLengthBytes();
        fill(sqe, token, CONNECT, connect.fd(), lengthBytes, connect.sockaddrAddress(), 0, 0);
    }

    private static void fillMultishot(long sqe, long token, Multishot multishot) {
        switch (multishot) {
            case MultishotAccept accept ->
                fill(sqe, token, ACCEPT | MULTISHOT_ACCEPT, accept.fd(), 0, 0, 0, ACCEPT_FLAGS);
            case MultishotRecv recv -> {
                fill(sqe, token, RECV | MULTISHOT_RECV, recv.fd(), 0, 0, 0, 0);
                Memory.putLong(sqe + BUFFER_AND_FILE, ((UringBuffers) recv.group()).number());
            }
        }
    }

    private static void fillOpenat(long sqe, long token, Openat openat) {
        int flags = LinuxCalls.openFlags(openat.flags());
        fill(sqe, token, OPENAT, directory(openat.fd()), 0, openat.pathAddress(), openat.mode(), flags);
    }

    private static void fillStatx(long sqe, long token, Statx statx) {
        int flags = LinuxCalls.statxFlags(statx);
        fill(sqe, token, STATX, directory(statx.fd()), statx.answerAddress(), statx.pathAddress(), statx.mask(), flags);
    }

    /** A path's directory, the working directory if none was given. */
    private static int directory(int fd) {
        return fd < 0 ? CWD : fd;
    }

    /** Has a filled entry name a registered file, by its number in the kernel's table. */
    static void useRegisteredFile(long sqe, int index) {
        Memory.putByte(sqe + FLAGS, (byte) (Memory.getByte(sqe + FLAGS) | FIXED_FILE));
        Memory.putInt(sqe + FD, index);
    }

    /** Has a filled entry that names a registered file by this number name it by its descriptor again. */
    static void usePlainFile(long sqe, int index, int fd) {
        byte flags = Memory.getByte(sqe + FLAGS);
        if ((flags & FIXED_FILE) != 0 && Memory.getInt(sqe + FD) == index) {
            Memory.putByte(sqe + FLAGS, (byte) (flags & ~FIXED_FILE));
            Memory.putInt(sqe + FD, fd);
        }
    }

    /** Has a filled entry of a read or a write use registered memory. */
    static void useRegisteredMemory(long sqe, boolean isRead, int index) {
        Memory.putByte(sqe + HEAD, (byte) (isRead ? READ_FIXED : WRITE_FIXED));
        Memory.putLong(sqe + BUFFER_AND_FILE, index);
    }

    /** Fills an entry that asks for the end of another. Its own success is not reported, if the kernel can keep silent. */
    static void fillCancel(long sqe, long token, long target, int entryFlags) {
        fill(sqe, token, ASYNC_CANCEL | (entryFlags << FLAGS_SHIFT), -1, 0, target, 0, 0);
    }

    /** Fills an entry that reads from the beginning of what has no position. */
    static void fillRead(long sqe, long token, int fd, long address, int bytes) {
        fill(sqe, token, READ, fd, 0, address, bytes, 0);
    }

    private static void fill(
            long sqe, long token, int opcode, int fd, long offset, long address, int length, int operationFlags) {
        Memory.putLong(sqe + HEAD, pair(opcode, fd));
        Memory.putLong(sqe + OFFSET, offset);
        Memory.putLong(sqe + ADDRESS, address);
        Memory.putLong(sqe + LENGTH_AND_FLAGS, pair(length, operationFlags));
        Memory.putLong(sqe + USER_DATA, token);
        Memory.putLong(sqe + BUFFER_AND_FILE, 0);
        Memory.putLong(sqe + ADDRESS_3, 0);
        Memory.putLong(sqe + LAST, 0);
    }

    /** Two ints as they lie in memory on a little-endian machine: both that this runs on are. */
    private static long pair(int first, int second) {
        return (first & 0xffff_ffffL) | ((long) second << Integer.SIZE);
    }
}
