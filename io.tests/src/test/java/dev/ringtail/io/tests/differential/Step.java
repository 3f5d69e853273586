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
        // Streams: a pair of Unix sockets and a TCP connection.
        SEND,
        SEND_NOTHING,
        SEND_NOW,
        RECV,
        SHUTDOWN,
        CANCEL_RECV,
        RECV_AND_CANCEL,
        RECV_AND_CLOSE,
        CLOSE_SOCKET,
        ACCEPT_ON_CONNECTED,
        // Listeners: TCP and Unix.
        ACCEPT,
        CONNECT,
        CANCEL_ACCEPT,
        ACCEPT_AND_CANCEL,
        CLOSE_LISTENER,
        // Datagrams, over UDP.
        DATAGRAM_SEND,
        DATAGRAM_SEND_NOTHING,
        DATAGRAM_RECV,
        CANCEL_DATAGRAM_RECV,
        // Several results of one operation.
        SHOTS_ACCEPT,
        SHOTS_CONNECT,
        CANCEL_SHOTS_ACCEPT,
        CLOSE_SHOTS_LISTENER,
        SHOTS_RECV,
        SHOTS_SEND,
        SHOTS_SHUTDOWN,
        CANCEL_SHOTS_RECV,
        CLOSE_SHOTS_SOCKET,
        // A pipe.
        PIPE_WRITE,
        PIPE_WRITE_NOTHING,
        PIPE_READ,
        CANCEL_PIPE_READ,
        CLOSE_PIPE_READ_END,
        WRITE_TO_READ_END,
        FSYNC_PIPE,
        // Files.
        FILE_WRITE,
        FILE_WRITE_NEXT,
        FILE_WRITE_NOTHING,
        FILE_READ,
        FILE_READ_NEXT,
        FILE_READ_NOTHING,
        FILE_FSYNC,
        FILE_STATX,
        OPEN_MISSING,
        RECV_FROM_FILE,
        READ_DIRECTORY,
        // The loop's own.
        TIMEOUT_SHORT,
        TIMEOUT_LONG,
        CANCEL_TIMEOUT,
        TIMEOUT_AND_CANCEL,
        NEXT_TICK,
        NOP,
        /** What was submitted so far is given the time to complete. */
        SETTLE
    }
}
