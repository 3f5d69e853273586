// SPDX-License-Identifier: Apache-2.0

package dev.ringtail.io.tests.conformance;

import dev.ringtail.io.Address;
import dev.ringtail.io.Completion;
import dev.ringtail.io.Connect;
import dev.ringtail.io.Family;
import dev.ringtail.io.IoLoop;
import dev.ringtail.io.Send;
import dev.ringtail.io.SystemCallException;
import dev.ringtail.io.Write;
import org.junit.jupiter.api.Assertions;

/** Operations that wait, because the other side takes no more. */
final class Congestion {
    private static final int ATTEMPT_COUNT = 1000;

    /** Of a pipe's buffer; what it has no room for isn't written in part (PIPE_BUF, pipe(7)). */
    private static final int PAGE_BYTES = 4096;

    private Congestion() {}

    /** A connect that waits: the listener's queue is full, and the kernel drops what comes beside (for a second or so). */
    static Connect of(IoLoop loop, Descriptors open, int listenFd) throws SystemCallException {
        Address address = loop.sockets().localAddress(listenFd);
        for (int i = 0; i < 8; i++) {
            Connect connect = new Connect(loop, done -> {});
            connect.submit(open.stream(Family.INET), address);
            if (waits(loop, connect)) {
                return connect;
            }
        }
        return Assertions.fail("a queue of 0 takes 8 connections");
    }

    /** A send that waits: the socket's buffer is full. */
    static Send send(IoLoop loop, int fd) {
        Send send = new Send(loop, done -> {});
        for (int i = 0; i < ATTEMPT_COUNT; i++) {
            send.submit(fd, Bytes.empty(loop, 1 << 18));
            if (waits(loop, send)) {
                return send;
            }
        }
        return Assertions.fail("the socket takes everything");
    }

    /**
     * A write that waits: the pipe is full. None of it is written yet: a larger one would be cut short, or, under io_uring
     * before Linux 6.4, wait with a part written and then end with that part, whatever ends it.
     */
    static Write write(IoLoop loop, int fd) {
        Write write = new Write(loop, done -> {});
        for (int i = 0; i < ATTEMPT_COUNT; i++) {
            write.submit(fd, Bytes.empty(loop, PAGE_BYTES), -1);
            if (waits(loop, write)) {
                return write;
            }
        }
        return Assertions.fail("it takes everything");
    }

    /** Whether it is still in flight after a time in which it would have completed. */
    private static boolean waits(IoLoop loop, Completion completion) {
        for (int i = 0; i < 20 && completion.isInFlight(); i++) {
            loop.runFor(1_000_000);
        }
        return completion.isInFlight();
    }
}
