// SPDX-License-Identifier: Apache-2.0

package dev.ringtail.io.tests.differential;

/**
 * One instruction of a random program.
 *
 * @param object which of the things of its kind it is about; taken modulo their number
 * @param bytes how many
 */
record Step(Kind kind, int object, int bytes) {
    enum Kind {
        SEND,
        RECV,
        SHUTDOWN,
        PIPE_WRITE,
        PIPE_READ,
        FILE_WRITE,
        FILE_READ,
        FILE_FSYNC,
        FILE_STATX,
        ACCEPT,
        CONNECT,
        TIMEOUT_SHORT,
        TIMEOUT_LONG,
        NEXT_TICK,
        NOP,
        OPEN_MISSING,
        RECV_FROM_FILE,
        WRITE_TO_READ_END,
        ACCEPT_ON_CONNECTED,
        READ_DIRECTORY,
        FSYNC_PIPE,
        CANCEL_RECV,
        CANCEL_PIPE_READ,
        CANCEL_ACCEPT,
        CANCEL_TIMEOUT,
        CLOSE_SOCKET,
        CLOSE_PIPE_READ_END,
        CLOSE_LISTENER,
        /** What was submitted so far is given the time to complete. */
        SETTLE
    }
}
