// SPDX-License-Identifier: Apache-2.0

package dev.ringtail.io.tests.conformance;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertNull;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.ringtail.io.Cancel;
import dev.ringtail.io.IoLoop;
import dev.ringtail.io.Recv;
import dev.ringtail.io.RecvError;
import dev.ringtail.io.Send;
import dev.ringtail.io.Shutdown;
import dev.ringtail.io.Sockets;
import dev.ringtail.io.SystemCallException;
import java.lang.foreign.MemorySegment;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Set;

final class RecvTest {
    private static Recv recv(IoLoop loop) {
        return new Recv(loop, done -> {});
    }

    @Promise("3.3")
    @OnEveryProvider
    void a_recv_waits_for_data(IoLoop loop) throws SystemCallException {
        try (Descriptors open = new Descriptors(loop)) {
            Descriptors.Connection connection = open.tcp();
            Recv recv = recv(loop);
            recv.submit(connection.serverFd(), Bytes.empty(loop, 8));
            loop.runFor(10_000_000);
            assertTrue(recv.isInFlight());
            Bytes.send(loop, connection.clientFd(), "now");
            assertEquals(
                    "now",
                    Bytes.text(recv.buffer(), Bounded.complete(loop, recv).bytes()));
        }
    }

    @Promise("2.6")
    @OnEveryProvider
    void what_does_not_fit_stays_for_the_next(IoLoop loop) throws SystemCallException {
        try (Descriptors open = new Descriptors(loop)) {
            Sockets.Pair pair = open.pair();
            Bytes.send(loop, pair.first(), "abcdef");
            Recv recv = recv(loop);
            recv.submit(pair.second(), Bytes.empty(loop, 4));
            assertEquals(
                    "abcd",
                    Bytes.text(recv.buffer(), Bounded.complete(loop, recv).bytes()));
            recv.submit(pair.second(), Bytes.empty(loop, 4));
            assertEquals(
                    "ef", Bytes.text(recv.buffer(), Bounded.complete(loop, recv).bytes()));
        }
    }

    @Promise("2.6")
    @OnEveryProvider
    void into_a_part_of_the_buffer(IoLoop loop) throws SystemCallException {
        try (Descriptors open = new Descriptors(loop)) {
            Sockets.Pair pair = open.pair();
            Bytes.send(loop, pair.first(), "abc");
            Recv recv = recv(loop);
            MemorySegment buffer = Bytes.of(loop, "----------");
            recv.submit(pair.second(), buffer, 4, 2);
            assertEquals(2, Bounded.complete(loop, recv).bytes());
            assertEquals("----ab----", Bytes.text(buffer, 10));
        }
    }

    @Promise("2.6")
    @OnEveryProvider
    void nothing_once_the_peer_has_shut_down(IoLoop loop) throws SystemCallException {
        try (Descriptors open = new Descriptors(loop)) {
            Descriptors.Connection connection = open.tcp();
            Recv recv = recv(loop);
            recv.submit(connection.serverFd(), Bytes.empty(loop, 8));
            loop.tick();
            Bytes.send(loop, connection.clientFd(), "last");
            loop.sockets().shutdown(connection.clientFd(), Shutdown.WRITE);
            assertEquals(
                    "last",
                    Bytes.text(recv.buffer(), Bounded.complete(loop, recv).bytes()));
            for (int i = 0; i < 2; i++) {
                recv.submit(connection.serverFd(), Bytes.empty(loop, 8));
                assertEquals(0, Bounded.complete(loop, recv).bytes());
            }
            // The other direction still works.
            Bytes.send(loop, connection.serverFd(), "back");
            assertEquals("back", Bytes.recv(loop, connection.clientFd()));
        }
    }

    @Promise("2.6")
    @OnEveryProvider
    void a_recv_that_waits_when_the_peer_closes(IoLoop loop) throws SystemCallException {
        try (Descriptors open = new Descriptors(loop)) {
            Descriptors.Connection connection = open.tcp();
            Recv recv = recv(loop);
            recv.submit(connection.serverFd(), Bytes.empty(loop, 8));
            loop.tick();
            open.closeOnLoop(connection.clientFd());
            assertEquals(0, Bounded.complete(loop, recv).bytes());
        }
    }

    @Promise("2.6")
    @OnEveryProvider
    void an_empty_datagram_is_no_bytes(IoLoop loop) throws SystemCallException {
        try (Descriptors open = new Descriptors(loop)) {
            Descriptors.Connection connection = open.udp();
            Bytes.send(loop, connection.clientFd(), "");
            Bytes.send(loop, connection.clientFd(), "next");
            assertEquals("", Bytes.recv(loop, connection.serverFd()));
            assertEquals("next", Bytes.recv(loop, connection.serverFd()));
        }
    }

    @Promise("2.6")
    @OnEveryProvider
    void a_datagram_that_does_not_fit_is_cut(IoLoop loop) throws SystemCallException {
        try (Descriptors open = new Descriptors(loop)) {
            Descriptors.Connection connection = open.udp();
            Bytes.send(loop, connection.clientFd(), "abcdef");
            Bytes.send(loop, connection.clientFd(), "next");
            Recv recv = recv(loop);
            recv.submit(connection.serverFd(), Bytes.empty(loop, 4));
            assertEquals(
                    "abcd",
                    Bytes.text(recv.buffer(), Bounded.complete(loop, recv).bytes()));
            assertEquals("next", Bytes.recv(loop, connection.serverFd()));
        }
    }

    @Promise("2.6")
    @OnEveryProvider
    void nothing_is_received_into_nothing_from_a_stream_with_data(IoLoop loop) throws SystemCallException {
        try (Descriptors open = new Descriptors(loop)) {
            Sockets.Pair pair = open.pair();
            Bytes.send(loop, pair.first(), "data");
            Recv recv = recv(loop);
            recv.submit(pair.second(), Bytes.empty(loop, 4), 4, 0);
            assertEquals(0, Bounded.complete(loop, recv).bytes());
            assertEquals("data", Bytes.recv(loop, pair.second()));
        }
    }

    @Promise("3.5")
    @OnEveryProvider
    void several_on_one_socket_share_what_comes(IoLoop loop) throws SystemCallException {
        try (Descriptors open = new Descriptors(loop)) {
            Descriptors.Connection connection = open.udp();
            List<Recv> recvs = new ArrayList<>();
            for (int i = 0; i < 8; i++) {
                Recv recv = recv(loop);
                recv.submit(connection.serverFd(), Bytes.empty(loop, 8));
                recvs.add(recv);
            }
            loop.tick();
            Set<String> sent = new HashSet<>();
            for (int i = 0; i < 8; i++) {
                Bytes.send(loop, connection.clientFd(), "#" + i);
                sent.add("#" + i);
            }
            Set<String> received = new HashSet<>();
            for (Recv recv : recvs) {
                received.add(
                        Bytes.text(recv.buffer(), Bounded.complete(loop, recv).bytes()));
            }
            assertEquals(sent, received);
        }
    }

    @Promise("3.5")
    @OnEveryProvider
    void recv_and_send_on_one_socket_at_once(IoLoop loop) throws SystemCallException {
        try (Descriptors open = new Descriptors(loop)) {
            Descriptors.Connection connection = open.tcp();
            Recv recv = recv(loop);
            recv.submit(connection.clientFd(), Bytes.empty(loop, 8));
            Send send = Congestion.send(loop, connection.clientFd());
            assertTrue(recv.isInFlight() && send.isInFlight());
            Bytes.send(loop, connection.serverFd(), "through");
            assertEquals(
                    "through",
                    Bytes.text(recv.buffer(), Bounded.complete(loop, recv).bytes()));
            assertTrue(send.isInFlight());
            Recv drain = recv(loop);
            Bounded.until(loop, "the send is complete", () -> {
                if (send.isInFlight() && !drain.isInFlight()) {
                    drain.submit(connection.serverFd(), Bytes.empty(loop, 1 << 18));
                }
                return !send.isInFlight() && !drain.isInFlight();
            });
            assertNull(send.error());
        }
    }

    @Promise("3.1")
    @Provokes("recv ECONNRESET")
    @OnEveryProvider
    void a_connection_that_is_reset(IoLoop loop) throws SystemCallException {
        try (Descriptors open = new Descriptors(loop)) {
            Descriptors.Connection connection = open.tcp();
            Recv recv = recv(loop);
            recv.submit(connection.serverFd(), Bytes.empty(loop, 8));
            loop.tick();
            loop.sockets().setOption(connection.clientFd(), dev.ringtail.io.SocketOption.LINGER_SECONDS, 0);
            open.closeOnLoop(connection.clientFd());
            Failure.assertFails(loop, recv, RecvError.CONNECTION_RESET_BY_PEER, "ECONNRESET");
        }
    }

    @Promise({"3.1", "3.8"})
    @Provokes("recv ECANCELED")
    @OnEveryProvider
    void of_several_recvs_the_one_that_is_cancelled(IoLoop loop) throws SystemCallException {
        try (Descriptors open = new Descriptors(loop)) {
            Sockets.Pair pair = open.pair();
            Recv first = recv(loop);
            Recv second = recv(loop);
            Recv third = recv(loop);
            first.submit(pair.first(), Bytes.empty(loop, 8));
            second.submit(pair.first(), Bytes.empty(loop, 8));
            third.submit(pair.first(), Bytes.empty(loop, 8));
            loop.tick();
            Cancel cancel = new Cancel(loop, done -> {});
            cancel.submit(second);
            Failure.assertFails(loop, second, RecvError.CANCELED, "ECANCELED");
            assertTrue(first.isInFlight() && third.isInFlight());
            loop.sockets().shutdown(pair.second(), Shutdown.BOTH);
            assertEquals(0, Bounded.complete(loop, first).bytes());
            assertEquals(0, Bounded.complete(loop, third).bytes());
        }
    }

    @Promise({"2.5", "3.9"})
    @OnEveryProvider
    void wrong_arguments_are_refused(IoLoop loop) {
        Recv recv = recv(loop);
        MemorySegment buffer = Bytes.empty(loop, 8);
        Failure.assertRefused("fd: -1", recv, () -> recv.submit(-1, buffer));
        Failure.assertRefused("read-only", recv, () -> recv.submit(0, buffer.asReadOnly()));
        Failure.assertRefused("heap", recv, () -> recv.submit(0, MemorySegment.ofArray(new byte[8])));
        Failure.assertRefused("from: 4, length: 5", recv, () -> recv.submit(0, buffer, 4, 5));
    }

    @Promise("3.9")
    @OnEveryProvider
    @SuppressWarnings("NullAway") // That null is refused is the point.
    void a_null_buffer_is_refused(IoLoop loop) {
        Recv recv = recv(loop);
        Failure.assertNullRefused("buffer", () -> recv.submit(0, null));
        assertEquals(0, loop.inFlightCount());
    }
}
