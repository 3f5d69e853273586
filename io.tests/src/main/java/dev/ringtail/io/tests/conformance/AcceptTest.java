// SPDX-License-Identifier: Apache-2.0

package dev.ringtail.io.tests.conformance;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertNotEquals;
import static org.junit.jupiter.api.Assertions.assertNull;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.ringtail.io.Accept;
import dev.ringtail.io.AcceptError;
import dev.ringtail.io.Address;
import dev.ringtail.io.Cancel;
import dev.ringtail.io.Family;
import dev.ringtail.io.IoLoop;
import dev.ringtail.io.Options;
import dev.ringtail.io.SystemCallException;
import dev.ringtail.io.spi.Provider;
import java.io.IOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import org.junit.jupiter.api.io.TempDir;

final class AcceptTest {
    private static final int O_CLOEXEC = 02000000;

    private static Accept accept(IoLoop loop) {
        return new Accept(loop, done -> {});
    }

    @Promise("3.4")
    @OnEveryProvider
    void an_accepted_descriptor_carries_the_connection(IoLoop loop) throws IOException {
        try (Descriptors open = new Descriptors(loop)) {
            Descriptors.Connection connection = open.tcp();
            Bytes.assertConnected(loop, connection.clientFd(), connection.serverFd());
        }
    }

    @Promise("3.4")
    @OnEveryProvider
    void an_accepted_descriptor_is_close_on_exec(IoLoop loop) throws IOException {
        try (Descriptors open = new Descriptors(loop)) {
            Path info = Path.of("/proc/self/fdinfo/" + open.tcp().serverFd());
            String flags = java.nio.file.Files.readAllLines(info).stream()
                    .filter(line -> line.startsWith("flags:"))
                    .findFirst()
                    .orElseThrow();
            assertNotEquals(0, Integer.parseInt(flags.substring(6).strip(), 8) & O_CLOEXEC, flags);
        }
    }

    @Promise("3.4")
    @OnEveryProvider
    void the_peers_address_can_be_had_in_the_callback(IoLoop loop) throws IOException {
        try (Descriptors open = new Descriptors(loop)) {
            List<Address> peers = new ArrayList<>();
            int listenFd = open.listening();
            Accept accept = new Accept(loop, done -> {
                long entries = loop.statistics().kernelEntries();
                peers.add(done.peerAddress());
                assertEquals(entries, loop.statistics().kernelEntries());
            });
            accept.submit(listenFd);
            int clientFd = open.stream(Family.INET);
            open.connect(clientFd, loop.sockets().localAddress(listenFd));
            open.keep(Bounded.complete(loop, accept).acceptedFd());
            assertEquals(List.of(loop.sockets().localAddress(clientFd)), peers);
        }
    }

    @Promise("3.4")
    @OnEveryProvider
    void the_peers_address_can_be_of_ipv6(IoLoop loop) throws IOException {
        try (Descriptors open = new Descriptors(loop)) {
            int listenFd = open.listening(Descriptors.loopback6(0), 1);
            Accept accept = accept(loop);
            accept.submit(listenFd);
            int clientFd = open.stream(Family.INET6);
            open.connect(clientFd, loop.sockets().localAddress(listenFd));
            open.keep(Bounded.complete(loop, accept).acceptedFd());
            assertEquals(loop.sockets().localAddress(clientFd), accept.peerAddress());
            assertEquals(Family.INET6, accept.peerAddress().family());
        }
    }

    @Promise("3.4")
    @OnEveryProvider
    void the_peers_address_can_be_a_unix_path(IoLoop loop, @TempDir Path folder) throws IOException {
        try (Descriptors open = new Descriptors(loop)) {
            int listenFd = open.listening(Descriptors.abstractName(), 1);
            Accept accept = accept(loop);
            accept.submit(listenFd);
            int clientFd = open.stream(Family.UNIX);
            loop.sockets().bind(clientFd, Address.unix(folder.resolve("client").toString()));
            open.connect(clientFd, loop.sockets().localAddress(listenFd));
            open.keep(Bounded.complete(loop, accept).acceptedFd());
            assertEquals(
                    "unix:" + folder.resolve("client"), accept.peerAddress().toString());
        }
    }

    @Promise("3.4")
    @OnEveryProvider
    void a_unix_peer_without_a_name_has_an_empty_address(IoLoop loop) throws IOException {
        try (Descriptors open = new Descriptors(loop)) {
            int listenFd = open.listening(Descriptors.abstractName(), 1);
            Accept accept = accept(loop);
            accept.submit(listenFd);
            open.connect(open.stream(Family.UNIX), loop.sockets().localAddress(listenFd));
            open.keep(Bounded.complete(loop, accept).acceptedFd());
            assertEquals("unix:", accept.peerAddress().toString());
        }
    }

    @Promise("3.3")
    @OnEveryProvider
    void several_accepts_on_one_socket_take_a_connection_each(IoLoop loop) throws IOException {
        try (Descriptors open = new Descriptors(loop)) {
            int listenFd = open.listening();
            List<Accept> accepts = new ArrayList<>();
            for (int i = 0; i < 4; i++) {
                Accept accept = accept(loop);
                accept.submit(listenFd);
                accepts.add(accept);
            }
            loop.tick();
            Set<Address> clients = new HashSet<>();
            for (int i = 0; i < 4; i++) {
                int clientFd = open.stream(Family.INET);
                open.connect(clientFd, loop.sockets().localAddress(listenFd));
                clients.add(loop.sockets().localAddress(clientFd));
            }
            Set<Address> peers = new HashSet<>();
            for (Accept accept : accepts) {
                open.keep(Bounded.complete(loop, accept).acceptedFd());
                peers.add(accept.peerAddress());
            }
            assertEquals(clients, peers);
        }
    }

    @Promise("3.3")
    @OnEveryProvider
    void a_connection_that_already_waits_is_accepted(IoLoop loop) throws IOException {
        try (Descriptors open = new Descriptors(loop)) {
            int listenFd = open.listening();
            open.connect(open.stream(Family.INET), loop.sockets().localAddress(listenFd));
            Accept accept = accept(loop);
            accept.submit(listenFd);
            open.keep(Bounded.complete(loop, accept).acceptedFd());
        }
    }

    @Promise("3.3")
    @OnEveryProvider
    void an_accept_waits_while_nobody_connects(IoLoop loop) throws IOException {
        try (Descriptors open = new Descriptors(loop)) {
            int listenFd = open.listening();
            Accept accept = accept(loop);
            accept.submit(listenFd);
            loop.runFor(10_000_000);
            assertTrue(accept.isInFlight());
            open.closeOnLoop(listenFd);
            Failure.assertFails(loop, accept, AcceptError.CANCELED, "ECANCELED");
        }
    }

    /** Cancels while a connection comes, each way round; whoever wins, the connection has exactly one owner. */
    @Promise({"3.8", "3.11"})
    @OnEveryProvider
    void an_accept_that_wins_against_its_cancellation_delivers_its_descriptor(IoLoop loop) throws IOException {
        try (Descriptors open = new Descriptors(loop)) {
            int listenFd = open.listening();
            Address address = loop.sockets().localAddress(listenFd);
            Accept accept = accept(loop);
            Cancel cancel = new Cancel(loop, done -> {});
            for (int i = 0; i < 40; i++) {
                accept.submit(listenFd);
                if ((i & 1) == 0) {
                    loop.tick();
                }
                int clientFd = open.stream(Family.INET);
                if ((i & 2) == 0) {
                    cancel.submit(accept);
                }
                open.connect(clientFd, address);
                if ((i & 2) != 0) {
                    cancel.submit(accept);
                }
                Bounded.complete(loop, cancel);
                boolean isCanceled = cancel.error() == null && cancel.targetCanceled();
                assertEquals(isCanceled, accept.error() == AcceptError.CANCELED);
                if (isCanceled) {
                    accept.submit(listenFd);
                    Bounded.complete(loop, accept);
                }
                assertNull(accept.error());
                open.close(open.keep(accept.acceptedFd()));
                open.close(clientFd);
            }
        }
    }

    @Promise({"1.8", "3.11"})
    @OnEveryProvider
    void an_accept_that_wins_against_the_loops_close_delivers_its_descriptor(Provider provider) throws IOException {
        try (IoLoop outer = IoLoop.open(provider, Options.defaults());
                Descriptors open = new Descriptors(outer)) {
            int listenFd = open.listening();
            List<Integer> accepted = new ArrayList<>();
            IoLoop loop = IoLoop.open(provider, Options.defaults());
            Accept accept = new Accept(loop, done -> {
                if (done.error() == null) {
                    accepted.add(open.keep(done.acceptedFd()));
                } else {
                    assertEquals(AcceptError.CANCELED, done.error());
                }
            });
            accept.submit(listenFd);
            loop.tick();
            int clientFd = open.stream(Family.INET);
            open.connect(clientFd, outer.sockets().localAddress(listenFd));
            loop.close();
            if (accepted.isEmpty()) {
                Accept later = accept(outer);
                later.submit(listenFd);
                accepted.add(open.keep(Bounded.complete(outer, later).acceptedFd()));
            }
            Bytes.assertConnected(outer, clientFd, accepted.getFirst());
        }
    }

    @Promise({"2.1", "3.4"})
    @OnEveryProvider
    void one_accept_resubmitted_from_its_callback_serves_every_connection(IoLoop loop) throws IOException {
        try (Descriptors open = new Descriptors(loop)) {
            int listenFd = open.listening();
            List<Integer> accepted = new ArrayList<>();
            Accept accept = new Accept(loop, done -> {
                if (done.error() == null) {
                    accepted.add(open.keep(done.acceptedFd()));
                    done.submit(listenFd);
                }
            });
            accept.submit(listenFd);
            for (int i = 0; i < 50; i++) {
                open.connect(open.stream(Family.INET), loop.sockets().localAddress(listenFd));
            }
            Bounded.until(loop, "all are accepted", () -> accepted.size() == 50);
            assertEquals(50, new HashSet<>(accepted).size());
            open.closeOnLoop(listenFd);
        }
    }

    @Promise("3.9")
    @OnEveryProvider
    void a_negative_descriptor_is_refused(IoLoop loop) {
        Accept accept = accept(loop);
        Failure.assertRefused("fd: -1", accept, () -> accept.submit(-1));
    }

    @Promise("3.4")
    @OnEveryProvider
    void after_a_failure_there_is_no_descriptor_to_read(IoLoop loop) {
        Accept accept = accept(loop);
        accept.submit(Descriptors.NOT_OPEN);
        Bounded.complete(loop, accept);
        IllegalStateException refusal = assertThrows(IllegalStateException.class, accept::acceptedFd);
        assertTrue(String.valueOf(refusal.getMessage()).contains("FILE_DESCRIPTOR_INVALID"), refusal::getMessage);
        assertThrows(IllegalStateException.class, accept::peerAddress);
    }

    @Promise({"3.1", "3.9"})
    @Provokes("accept EBADF")
    @OnEveryProvider
    void a_closed_descriptor(IoLoop loop) {
        Accept accept = accept(loop);
        accept.submit(Descriptors.NOT_OPEN);
        Failure.assertFails(loop, accept, AcceptError.FILE_DESCRIPTOR_INVALID, "EBADF");
    }

    @Promise("3.1")
    @Provokes("accept EINVAL")
    @OnEveryProvider
    void a_socket_that_does_not_listen(IoLoop loop) throws SystemCallException {
        try (Descriptors open = new Descriptors(loop)) {
            Accept accept = accept(loop);
            accept.submit(open.stream(Family.INET));
            Failure.assertFails(loop, accept, AcceptError.SOCKET_NOT_LISTENING, "EINVAL");
        }
    }

    @Promise("3.1")
    @Provokes("accept ENOTSOCK")
    @OnEveryProvider
    void a_pipe(IoLoop loop) throws SystemCallException {
        try (Descriptors open = new Descriptors(loop)) {
            Accept accept = accept(loop);
            accept.submit(open.pipe().readFd());
            Failure.assertFails(loop, accept, AcceptError.FILE_DESCRIPTOR_NOT_A_SOCKET, "ENOTSOCK");
        }
    }

    @Promise("3.1")
    @Provokes("accept EOPNOTSUPP")
    @OnEveryProvider
    void a_datagram_socket(IoLoop loop) throws SystemCallException {
        try (Descriptors open = new Descriptors(loop)) {
            Accept accept = accept(loop);
            accept.submit(open.datagram(Address.loopback(0)));
            Failure.assertFails(loop, accept, AcceptError.OPERATION_NOT_SUPPORTED, "EOPNOTSUPP");
        }
    }

    @Promise({"3.1", "3.8"})
    @Provokes("accept ECANCELED")
    @OnEveryProvider
    void an_accept_that_is_cancelled(IoLoop loop) throws SystemCallException {
        try (Descriptors open = new Descriptors(loop)) {
            Accept accept = accept(loop);
            Cancel cancel = new Cancel(loop, done -> {});
            accept.submit(open.listening());
            loop.tick();
            cancel.submit(accept);
            Failure.assertFails(loop, accept, AcceptError.CANCELED, "ECANCELED");
            assertTrue(Bounded.complete(loop, cancel).targetCanceled());
        }
    }
}
