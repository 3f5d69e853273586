// SPDX-License-Identifier: Apache-2.0

package dev.ringtail.io.tests.linux;

import static dev.ringtail.io.linux.bindings.Headers.F_GETFL;
import static dev.ringtail.io.linux.bindings.Headers.F_SETFL;
import static dev.ringtail.io.linux.bindings.Headers.O_NONBLOCK;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertNotEquals;
import static org.junit.jupiter.api.Assertions.assertNull;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.ringtail.io.Accept;
import dev.ringtail.io.Address;
import dev.ringtail.io.Completion;
import dev.ringtail.io.Connect;
import dev.ringtail.io.Family;
import dev.ringtail.io.IoLoop;
import dev.ringtail.io.Read;
import dev.ringtail.io.Recv;
import dev.ringtail.io.Send;
import dev.ringtail.io.Sockets;
import dev.ringtail.io.SystemCallException;
import dev.ringtail.io.Write;
import dev.ringtail.io.linux.Linux;
import dev.ringtail.io.tests.conformance.Bounded;
import dev.ringtail.io.tests.conformance.Bytes;
import dev.ringtail.io.tests.conformance.Descriptors;
import dev.ringtail.io.tests.conformance.OnEveryProvider;
import dev.ringtail.io.tests.conformance.Promise;

/** Operations wait on a non-blocking socket too: no EAGAIN reaches the caller, and the socket stays as it was. */
final class NonBlockingTest {
    private static final Linux LINUX = new Linux();

    private static int nonBlocking(int fd) {
        assertEquals(0, LINUX.fcntl(fd, F_SETFL(), LINUX.fcntl(fd, F_GETFL(), 0) | O_NONBLOCK()));
        return fd;
    }

    private static void assertNonBlocking(int fd) {
        assertNotEquals(0, LINUX.fcntl(fd, F_GETFL(), 0) & O_NONBLOCK());
    }

    private static void assertWaits(IoLoop loop, Completion completion) {
        loop.runFor(5_000_000);
        assertTrue(completion.isInFlight(), completion::toString);
    }

    @Promise("3.3")
    @OnEveryProvider
    void accept_and_connect(IoLoop loop) throws SystemCallException {
        try (Descriptors open = new Descriptors(loop)) {
            int listenFd = nonBlocking(open.listening());
            Accept accept = new Accept(loop, done -> {});
            accept.submit(listenFd);
            assertWaits(loop, accept);
            int clientFd = nonBlocking(open.stream(Family.INET));
            Connect connect = new Connect(loop, done -> {});
            connect.submit(clientFd, loop.sockets().localAddress(listenFd));
            assertNull(Bounded.complete(loop, connect).error());
            int serverFd = open.keep(Bounded.complete(loop, accept).acceptedFd());
            Bytes.assertConnected(loop, clientFd, serverFd);
            assertNonBlocking(clientFd);
            assertNonBlocking(listenFd);
        }
    }

    @Promise("3.3")
    @OnEveryProvider
    void a_connect_that_takes_a_while(IoLoop loop) throws SystemCallException {
        try (Descriptors open = new Descriptors(loop)) {
            int listenFd = open.listening(Address.loopback(0), 0);
            Connect connect = new Connect(loop, done -> {});
            for (int i = 0; i < 8 && !connect.isInFlight(); i++) {
                connect.submit(
                        nonBlocking(open.stream(Family.INET)), loop.sockets().localAddress(listenFd));
                loop.runFor(20_000_000);
            }
            assertWaits(loop, connect);
            for (int i = 0; i < 2; i++) {
                Accept accept = new Accept(loop, done -> {});
                accept.submit(listenFd);
                open.keep(Bounded.complete(loop, accept).acceptedFd());
            }
            assertNull(Bounded.complete(loop, connect).error());
        }
    }

    @Promise("3.3")
    @OnEveryProvider
    void recv_and_send(IoLoop loop) throws SystemCallException {
        try (Descriptors open = new Descriptors(loop)) {
            Sockets.Pair pair = open.pair();
            nonBlocking(pair.first());
            Recv recv = new Recv(loop, done -> {});
            recv.submit(pair.first(), Bytes.empty(loop, 8));
            assertWaits(loop, recv);
            Bytes.send(loop, pair.second(), "now");
            assertEquals(3, Bounded.complete(loop, recv).bytes());
            Send send = new Send(loop, done -> {});
            Bounded.until(loop, "the socket is full", () -> {
                if (!send.isInFlight()) {
                    send.submit(pair.first(), Bytes.empty(loop, 1 << 16));
                    loop.runFor(5_000_000);
                }
                return send.isInFlight();
            });
            open.closeOnLoop(pair.second());
            assertEquals(
                    dev.ringtail.io.SendError.BROKEN_PIPE,
                    Bounded.complete(loop, send).error());
            assertNonBlocking(pair.first());
        }
    }

    @Promise("3.3")
    @OnEveryProvider
    void read_and_write(IoLoop loop) throws SystemCallException {
        try (Descriptors open = new Descriptors(loop)) {
            Descriptors.Connection connection = open.tcp();
            nonBlocking(connection.clientFd());
            Read read = new Read(loop, done -> {});
            read.submit(connection.clientFd(), Bytes.empty(loop, 8), -1);
            assertWaits(loop, read);
            Write write = new Write(loop, done -> {});
            write.submit(connection.clientFd(), Bytes.of(loop, "out"), -1);
            assertEquals(3, Bounded.complete(loop, write).bytes());
            assertEquals("out", Bytes.recv(loop, connection.serverFd()));
            Bytes.send(loop, connection.serverFd(), "in");
            assertEquals(2, Bounded.complete(loop, read).bytes());
        }
    }
}
