// SPDX-License-Identifier: Apache-2.0

package dev.ringtail.io.tests.conformance;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.ringtail.io.Accept;
import dev.ringtail.io.Address;
import dev.ringtail.io.Close;
import dev.ringtail.io.Completion;
import dev.ringtail.io.Connect;
import dev.ringtail.io.Family;
import dev.ringtail.io.IoLoop;
import dev.ringtail.io.Recv;
import dev.ringtail.io.Send;
import dev.ringtail.io.Shutdown;
import dev.ringtail.io.SocketOption;
import dev.ringtail.io.SystemCallException;
import java.util.ArrayList;
import java.util.List;

/** Connections that end badly, in each state that they can be in: nothing hangs, nothing completes twice, nothing leaks. */
final class HardshipTest {
    /** How a connection is torn down. */
    private enum End {
        CLOSE,
        RESET,
        SHUT_DOWN,
        CLOSE_HERE
    }

    /** Counts how often each of its completions comes. */
    private static final class Tally {
        final List<Completion> submitted = new ArrayList<>();
        int completedCount;

        <C extends Completion> void onCompleted(C done) {
            assertTrue(submitted.contains(done));
            completedCount++;
        }
    }

    private static void end(IoLoop loop, Descriptors open, Descriptors.Connection connection, End how)
            throws SystemCallException {
        switch (how) {
            case CLOSE -> open.closeOnLoop(connection.serverFd());
            case RESET -> {
                loop.sockets().setOption(connection.serverFd(), SocketOption.LINGER_SECONDS, 0);
                open.closeOnLoop(connection.serverFd());
            }
            case SHUT_DOWN -> {
                loop.sockets().shutdown(connection.serverFd(), Shutdown.BOTH);
                loop.sockets().shutdown(connection.clientFd(), Shutdown.BOTH);
            }
            case CLOSE_HERE -> open.closeOnLoop(connection.clientFd());
        }
    }

    @Promise({"2.2", "3.5"})
    @OnEveryProvider
    void a_connection_torn_down_while_both_directions_wait(IoLoop loop) throws SystemCallException {
        for (End how : End.values()) {
            try (Descriptors open = new Descriptors(loop)) {
                Descriptors.Connection connection = open.tcp();
                Tally tally = new Tally();
                Send stuck = Congestion.send(loop, connection.clientFd());
                for (int i = 0; i < 3; i++) {
                    Recv recv = new Recv(loop, tally::onCompleted);
                    tally.submitted.add(recv);
                    recv.submit(connection.clientFd(), Bytes.empty(loop, 16));
                    Send send = new Send(loop, tally::onCompleted);
                    tally.submitted.add(send);
                    send.submit(connection.clientFd(), Bytes.empty(loop, 16));
                }
                loop.tick();
                end(loop, open, connection, how);
                Bounded.until(loop, "all have ended by " + how, () -> loop.inFlightCount() == 0);
                loop.tick();
                assertEquals(6, tally.completedCount, how::name);
                assertFalse(stuck.isInFlight());
            }
        }
    }

    @Promise({"2.2", "3.3"})
    @OnEveryProvider
    void a_connection_torn_down_before_it_is_accepted(IoLoop loop) throws SystemCallException {
        try (Descriptors open = new Descriptors(loop)) {
            int listenFd = open.listening();
            int clientFd = open.stream(Family.INET);
            open.connect(clientFd, loop.sockets().localAddress(listenFd));
            loop.sockets().setOption(clientFd, SocketOption.LINGER_SECONDS, 0);
            open.closeOnLoop(clientFd);
            // Linux hands it out all the same; it is dead on arrival.
            Accept accept = new Accept(loop, done -> {});
            accept.submit(listenFd);
            Recv recv = new Recv(loop, done -> {});
            recv.submit(open.keep(Bounded.complete(loop, accept).acceptedFd()), Bytes.empty(loop, 8));
            Failure.assertFails(loop, recv, dev.ringtail.io.RecvError.CONNECTION_RESET_BY_PEER, "ECONNRESET");
        }
    }

    @Promise({"2.2", "3.10"})
    @OnEveryProvider
    void a_connection_torn_down_while_it_is_being_made(IoLoop loop) throws SystemCallException {
        try (Descriptors open = new Descriptors(loop)) {
            int listenFd = open.listening(Address.loopback(0), 0);
            Connect stuck = Congestion.of(loop, open, listenFd);
            int[] count = {0};
            new Close(loop, done -> count[0]++).submit(open.release(stuck.fd()));
            Bounded.until(loop, "closed", () -> count[0] == 1);
            assertFalse(stuck.isInFlight());
        }
    }

    @Promise({"1.8", "3.3"})
    @OnEveryProvider
    void a_peer_that_never_reads_does_not_keep_the_loop_from_closing(IoLoop loop) throws SystemCallException {
        Descriptors open = new Descriptors(loop);
        Descriptors.Connection connection = open.tcp();
        Send stuck = Congestion.send(loop, connection.clientFd());
        int[] count = {0};
        for (int i = 0; i < 100; i++) {
            new Send(loop, done -> count[0]++).submit(connection.clientFd(), Bytes.empty(loop, 1000));
        }
        loop.tick();
        new Close(loop, done -> count[0]++).submit(connection.clientFd());
        new Close(loop, done -> count[0]++).submit(connection.serverFd());
        loop.close();
        assertFalse(stuck.isInFlight());
        assertEquals(102, count[0]);
    }

    @Promise({"2.2", "3.4"})
    @OnEveryProvider
    void hundreds_of_connections_that_come_and_go(IoLoop loop) throws SystemCallException {
        try (Descriptors open = new Descriptors(loop)) {
            int listenFd = open.listening(Address.loopback(0), 512);
            Address address = loop.sockets().localAddress(listenFd);
            int[] closedCount = {0};
            Accept accept = new Accept(loop, done -> {
                if (done.error() == null) {
                    new Close(loop, closed -> closedCount[0]++).submit(done.acceptedFd());
                    done.submit(listenFd);
                }
            });
            accept.submit(listenFd);
            for (int i = 0; i < 300; i++) {
                int fd = open.stream(Family.INET);
                Connect connect = new Connect(
                        loop,
                        connected -> new Recv(
                                        loop,
                                        received ->
                                                new Close(loop, closed -> closedCount[0]++).submit(open.release(fd)))
                                .submit(fd, Bytes.empty(loop, 1)));
                connect.submit(fd, address);
            }
            Bounded.until(loop, "all are closed", () -> closedCount[0] == 600);
            open.closeOnLoop(listenFd);
        }
    }
}
