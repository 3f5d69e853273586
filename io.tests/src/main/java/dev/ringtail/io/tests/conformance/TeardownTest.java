// SPDX-License-Identifier: Apache-2.0

package dev.ringtail.io.tests.conformance;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertNull;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.ringtail.io.Accept;
import dev.ringtail.io.Address;
import dev.ringtail.io.Close;
import dev.ringtail.io.Connect;
import dev.ringtail.io.ConnectError;
import dev.ringtail.io.Family;
import dev.ringtail.io.IoLoop;
import dev.ringtail.io.Recv;
import dev.ringtail.io.RecvError;
import dev.ringtail.io.Send;
import dev.ringtail.io.SendError;
import dev.ringtail.io.Shutdown;
import dev.ringtail.io.SocketOption;
import dev.ringtail.io.SystemCallException;

/**
 * A connection that ends in each of the states between the first packet and the last. {@link HardshipTest} ends connections
 * in which both directions are stuck.
 */
final class TeardownTest {
    private static void reset(IoLoop loop, Descriptors open, int fd) throws SystemCallException {
        loop.sockets().setOption(fd, SocketOption.LINGER_SECONDS, 0);
        open.closeOnLoop(fd);
    }

    private static Recv receive(IoLoop loop, int fd) {
        Recv recv = new Recv(loop, done -> {});
        recv.submit(fd, Bytes.empty(loop, 16));
        return recv;
    }

    @Promise({"2.2", "2.6"})
    @OnEveryProvider
    void half_closed_the_other_half_still_works(IoLoop loop) throws SystemCallException {
        try (Descriptors open = new Descriptors(loop)) {
            Descriptors.Connection connection = open.tcp();
            Recv atServer = receive(loop, connection.serverFd());
            Recv atClient = receive(loop, connection.clientFd());
            loop.tick();
            loop.sockets().shutdown(connection.clientFd(), Shutdown.WRITE);
            assertEquals(0, Bounded.complete(loop, atServer).bytes());
            assertTrue(atClient.isInFlight());
            Send send = new Send(loop, done -> {});
            send.submit(connection.serverFd(), Bytes.of(loop, "late"));
            assertEquals(
                    "late",
                    Bytes.text(
                            atClient.buffer(), Bounded.complete(loop, atClient).bytes()));
            assertNull(Bounded.complete(loop, send).error());
        }
    }

    @Promise({"2.2", "3.1"})
    @OnEveryProvider
    void half_closed_and_then_reset_what_waits_on_the_other_half_hears_of_it(IoLoop loop) throws SystemCallException {
        try (Descriptors open = new Descriptors(loop)) {
            Descriptors.Connection connection = open.tcp();
            loop.sockets().shutdown(connection.clientFd(), Shutdown.WRITE);
            Recv waiting = receive(loop, connection.clientFd());
            loop.tick();
            assertTrue(waiting.isInFlight());
            reset(loop, open, connection.serverFd());
            Bounded.complete(loop, waiting);
            assertEquals(RecvError.CONNECTION_RESET_BY_PEER, waiting.error());
        }
    }

    @Promise({"2.2", "3.5"})
    @OnEveryProvider
    void half_closed_and_then_closed_a_send_that_is_stuck_ends(IoLoop loop) throws SystemCallException {
        try (Descriptors open = new Descriptors(loop)) {
            Descriptors.Connection connection = open.tcp();
            loop.sockets().shutdown(connection.serverFd(), Shutdown.WRITE);
            Send stuck = Congestion.send(loop, connection.clientFd());
            // With data unread it is a reset, whatever the option says.
            open.closeOnLoop(connection.serverFd());
            Bounded.complete(loop, stuck);
            assertTrue(
                    stuck.error() == SendError.CONNECTION_RESET_BY_PEER || stuck.error() == SendError.BROKEN_PIPE,
                    () -> String.valueOf(stuck.error()));
        }
    }

    /** The listener answers a connection in progress with nothing, as its queue is full, and then with a reset. */
    @Promise({"2.2", "3.3"})
    @OnEveryProvider
    void a_listener_that_goes_away_refuses_the_connections_in_progress(IoLoop loop) throws SystemCallException {
        try (Descriptors open = new Descriptors(loop)) {
            int listenFd = open.listening(Address.loopback(0), 0);
            Connect stuck = Congestion.of(loop, open, listenFd);
            open.closeOnLoop(listenFd);
            Bounded.complete(loop, stuck);
            assertEquals(ConnectError.CONNECTION_REFUSED, stuck.error());
        }
    }

    @Promise({"2.2", "3.3"})
    @OnEveryProvider
    void a_listener_that_goes_away_resets_the_connections_that_nobody_accepted(IoLoop loop) throws SystemCallException {
        try (Descriptors open = new Descriptors(loop)) {
            int listenFd = open.listening();
            int clientFd = open.stream(Family.INET);
            open.connect(clientFd, loop.sockets().localAddress(listenFd));
            Recv waiting = receive(loop, clientFd);
            loop.tick();
            open.closeOnLoop(listenFd);
            Bounded.complete(loop, waiting);
            assertEquals(RecvError.CONNECTION_RESET_BY_PEER, waiting.error());
        }
    }

    /** The accept was there first; connection and reset come together, before it is looked after. */
    @Promise({"2.2", "3.3", "3.11"})
    @OnEveryProvider
    void a_peer_that_is_gone_while_an_accept_waits_does_not_end_accepting(IoLoop loop) throws SystemCallException {
        try (Descriptors open = new Descriptors(loop)) {
            int listenFd = open.listening();
            Address address = loop.sockets().localAddress(listenFd);
            int[] deadCount = {0};
            Accept accept = new Accept(loop, done -> {});
            accept.submit(listenFd);
            loop.tick();
            for (int i = 0; i < 3; i++) {
                int goneFd = open.stream(Family.INET);
                new Connect(loop, done -> {
                            assertNull(done.error());
                            deadCount[0]++;
                        })
                        .submit(goneFd, address);
                int before = i;
                Bounded.until(loop, "connected", () -> deadCount[0] > before);
                reset(loop, open, goneFd);
            }
            // Linux hands them out, one after the other; each is dead on arrival.
            for (int i = 0; i < 3; i++) {
                int deadFd = open.keep(Bounded.complete(loop, accept).acceptedFd());
                assertEquals(
                        RecvError.CONNECTION_RESET_BY_PEER,
                        Bounded.complete(loop, receive(loop, deadFd)).error());
                accept.submit(listenFd);
            }
            loop.tick();
            int clientFd = open.stream(Family.INET);
            open.connect(clientFd, address);
            Bytes.assertConnected(
                    loop, clientFd, open.keep(Bounded.complete(loop, accept).acceptedFd()));
        }
    }

    @Promise({"2.2", "3.10"})
    @OnEveryProvider
    void both_ends_closed_in_one_pass_end_what_waits_on_each(IoLoop loop) throws SystemCallException {
        try (Descriptors open = new Descriptors(loop)) {
            Descriptors.Connection connection = open.tcp();
            int[] endedCount = {0};
            Recv[] waiting = {new Recv(loop, done -> endedCount[0]++), new Recv(loop, done -> endedCount[0]++)};
            waiting[0].submit(connection.clientFd(), Bytes.empty(loop, 16));
            waiting[1].submit(connection.serverFd(), Bytes.empty(loop, 16));
            loop.tick();
            new Close(loop, done -> endedCount[0]++).submit(open.release(connection.clientFd()));
            new Close(loop, done -> endedCount[0]++).submit(open.release(connection.serverFd()));
            Bounded.until(loop, "all have ended", () -> endedCount[0] == 4);
            assertFalse(waiting[0].isInFlight() || waiting[1].isInFlight());
            assertEquals(0, loop.inFlightCount());
        }
    }
}
