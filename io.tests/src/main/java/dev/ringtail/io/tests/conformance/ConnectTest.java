// SPDX-License-Identifier: Apache-2.0

package dev.ringtail.io.tests.conformance;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertNull;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.ringtail.io.Accept;
import dev.ringtail.io.Address;
import dev.ringtail.io.Cancel;
import dev.ringtail.io.Connect;
import dev.ringtail.io.ConnectError;
import dev.ringtail.io.Family;
import dev.ringtail.io.IoLoop;
import dev.ringtail.io.SystemCallException;
import java.io.IOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.io.TempDir;

final class ConnectTest {
    private static Connect connect(IoLoop loop) {
        return new Connect(loop, done -> {});
    }

    @Promise("3.4")
    @OnEveryProvider
    void over_ipv4(IoLoop loop) throws SystemCallException {
        try (Descriptors open = new Descriptors(loop)) {
            Descriptors.Connection connection = open.connection(Address.loopback(0));
            Bytes.assertConnected(loop, connection.clientFd(), connection.serverFd());
        }
    }

    @Promise("3.4")
    @OnEveryProvider
    void over_ipv6(IoLoop loop) throws SystemCallException {
        try (Descriptors open = new Descriptors(loop)) {
            Descriptors.Connection connection = open.connection(Descriptors.loopback6(0));
            Bytes.assertConnected(loop, connection.clientFd(), connection.serverFd());
        }
    }

    @Promise("3.4")
    @OnEveryProvider
    void to_a_unix_path(IoLoop loop, @TempDir Path folder) throws SystemCallException {
        try (Descriptors open = new Descriptors(loop)) {
            Address address = Address.unix(folder.resolve("socket").toString());
            Descriptors.Connection connection = open.connection(address);
            Bytes.assertConnected(loop, connection.clientFd(), connection.serverFd());
            assertEquals(address, loop.sockets().peerAddress(connection.clientFd()));
        }
    }

    @Promise("3.4")
    @OnEveryProvider
    void to_an_abstract_unix_name(IoLoop loop) throws SystemCallException {
        try (Descriptors open = new Descriptors(loop)) {
            Address address = Descriptors.abstractName();
            Descriptors.Connection connection = open.connection(address);
            Bytes.assertConnected(loop, connection.clientFd(), connection.serverFd());
            assertEquals(address, loop.sockets().peerAddress(connection.clientFd()));
        }
    }

    @Promise("3.4")
    @OnEveryProvider
    void a_datagram_socket_talks_to_its_peer_alone(IoLoop loop) throws SystemCallException {
        try (Descriptors open = new Descriptors(loop)) {
            Descriptors.Connection connection = open.udp();
            int stranger = open.datagram(Address.loopback(0));
            open.connect(stranger, loop.sockets().localAddress(connection.serverFd()));
            Bytes.send(loop, stranger, "not for you");
            Bytes.assertConnected(loop, connection.clientFd(), connection.serverFd());
        }
    }

    @Promise("3.4")
    @OnEveryProvider
    void a_datagram_socket_over_ipv6(IoLoop loop) throws SystemCallException {
        try (Descriptors open = new Descriptors(loop)) {
            int first = open.datagram(Descriptors.loopback6(0));
            int second = open.datagram(Descriptors.loopback6(0));
            open.connect(first, loop.sockets().localAddress(second));
            open.connect(second, loop.sockets().localAddress(first));
            Bytes.assertConnected(loop, first, second);
        }
    }

    @Promise("3.3")
    @OnEveryProvider
    void a_connect_waits_while_the_peer_takes_none(IoLoop loop) throws SystemCallException {
        try (Descriptors open = new Descriptors(loop)) {
            int listenFd = open.listening(Address.loopback(0), 0);
            Connect stuck = Congestion.of(loop, open, listenFd);
            loop.runFor(10_000_000);
            assertTrue(stuck.isInFlight());
            List<Accept> accepts = new ArrayList<>();
            for (int i = 0; i < 2; i++) {
                Accept accept = new Accept(loop, done -> open.keep(done.acceptedFd()));
                accept.submit(listenFd);
                accepts.add(accept);
            }
            assertNull(Bounded.complete(loop, stuck).error());
            Bounded.complete(loop, accepts.getLast());
        }
    }

    @Promise("3.3")
    @OnEveryProvider
    void a_unix_connect_to_a_full_backlog_waits_for_room(IoLoop loop) throws SystemCallException {
        try (Descriptors open = new Descriptors(loop)) {
            Address address = Descriptors.abstractName();
            int listenFd = open.listening(address, 0);
            List<Connect> connects = new ArrayList<>();
            for (int i = 0; i < 4; i++) {
                Connect connect = connect(loop);
                connect.submit(open.stream(Family.UNIX), address);
                connects.add(connect);
            }
            loop.runFor(10_000_000);
            assertTrue(connects.stream().anyMatch(Connect::isInFlight));
            for (int i = 0; i < 4; i++) {
                Accept accept = new Accept(loop, done -> {});
                accept.submit(listenFd);
                open.keep(Bounded.complete(loop, accept).acceptedFd());
            }
            for (Connect connect : connects) {
                assertNull(Bounded.complete(loop, connect).error());
            }
        }
    }

    @Promise({"3.3", "3.8"})
    @OnEveryProvider
    void a_unix_connect_to_a_full_backlog_can_be_cancelled(IoLoop loop) throws SystemCallException {
        try (Descriptors open = new Descriptors(loop)) {
            Address address = Descriptors.abstractName();
            open.listening(address, 0);
            List<Connect> connects = new ArrayList<>();
            for (int i = 0; i < 3; i++) {
                Connect connect = connect(loop);
                connect.submit(open.stream(Family.UNIX), address);
                connects.add(connect);
            }
            loop.runFor(10_000_000);
            Connect stuck =
                    connects.stream().filter(Connect::isInFlight).findFirst().orElseThrow();
            Cancel cancel = new Cancel(loop, done -> {});
            cancel.submit(stuck);
            assertTrue(Bounded.complete(loop, cancel).targetCanceled());
            assertEquals(ConnectError.CANCELED, stuck.error());
            for (Connect connect : connects) {
                if (connect.isInFlight()) {
                    cancel.submit(connect);
                    Bounded.complete(loop, cancel);
                }
            }
        }
    }

    @Promise({"3.1", "3.8"})
    @Provokes("connect ECANCELED")
    @OnEveryProvider
    void a_connect_that_is_cancelled(IoLoop loop) throws SystemCallException {
        try (Descriptors open = new Descriptors(loop)) {
            Connect stuck = Congestion.of(loop, open, open.listening(Address.loopback(0), 0));
            Cancel cancel = new Cancel(loop, done -> {});
            cancel.submit(stuck);
            Failure.assertFails(loop, stuck, ConnectError.CANCELED, "ECANCELED");
            assertTrue(Bounded.complete(loop, cancel).targetCanceled());
        }
    }

    @Promise("3.9")
    @OnEveryProvider
    void a_negative_descriptor_is_refused(IoLoop loop) {
        Connect connect = connect(loop);
        Failure.assertRefused("fd: -1", connect, () -> connect.submit(-1, Address.loopback(1)));
    }

    @Promise("3.9")
    @OnEveryProvider
    @SuppressWarnings("NullAway") // That null is refused is the point.
    void a_null_address_is_refused(IoLoop loop) {
        Connect connect = connect(loop);
        Failure.assertNullRefused("address", () -> connect.submit(1, null));
        assertEquals(0, loop.inFlightCount());
    }

    @Promise("2.1")
    @OnEveryProvider
    void its_arguments_stay_readable(IoLoop loop) {
        Connect connect = connect(loop);
        Address address = Address.loopback(1);
        connect.submit(Descriptors.NOT_OPEN, address);
        Bounded.complete(loop, connect);
        assertEquals(address, connect.address());
        assertEquals(Descriptors.NOT_OPEN, connect.fd());
    }

    @Promise("3.1")
    @OnEveryProvider
    void a_refused_socket_can_be_closed_and_another_connect(IoLoop loop) throws IOException {
        try (Descriptors open = new Descriptors(loop)) {
            int listenFd = open.listening();
            Address address = loop.sockets().localAddress(listenFd);
            open.close(listenFd);
            Connect connect = connect(loop);
            int fd = open.stream(Family.INET);
            connect.submit(fd, address);
            Failure.assertFails(loop, connect, ConnectError.CONNECTION_REFUSED, "ECONNREFUSED");
            open.closeOnLoop(fd);
            open.listening(address, 1);
            connect.submit(open.stream(Family.INET), address);
            assertNull(Bounded.complete(loop, connect).error());
        }
    }
}
