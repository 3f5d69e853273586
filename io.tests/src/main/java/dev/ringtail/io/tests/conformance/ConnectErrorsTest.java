// SPDX-License-Identifier: Apache-2.0

package dev.ringtail.io.tests.conformance;

import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.ringtail.io.Accept;
import dev.ringtail.io.Address;
import dev.ringtail.io.Capability;
import dev.ringtail.io.Connect;
import dev.ringtail.io.ConnectError;
import dev.ringtail.io.Family;
import dev.ringtail.io.IoLoop;
import dev.ringtail.io.Options;
import dev.ringtail.io.SocketOption;
import dev.ringtail.io.SystemCallException;
import dev.ringtail.io.spi.Provider;
import java.io.IOException;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;
import java.net.InetAddress;
import java.nio.file.Files;
import java.nio.file.Path;
import org.junit.jupiter.api.Assumptions;
import org.junit.jupiter.api.io.TempDir;

/** What the kernel answers when a socket can't be connected: rows of the table of errors, made for real. */
final class ConnectErrorsTest {
    private static final short AF_UNIX = 1;

    private static void assertFails(IoLoop loop, int fd, Address address, ConnectError error, String errno) {
        Connect connect = new Connect(loop, done -> {});
        connect.submit(fd, address);
        Failure.assertFails(loop, connect, error, errno);
    }

    @Promise("3.1")
    @Provokes("connect EBADF")
    @OnEveryProvider
    void a_closed_descriptor(IoLoop loop) {
        assertFails(loop, Descriptors.NOT_OPEN, Address.loopback(1), ConnectError.FILE_DESCRIPTOR_INVALID, "EBADF");
    }

    @Promise("3.1")
    @Provokes("connect ENOTSOCK")
    @OnEveryProvider
    void a_pipe(IoLoop loop) throws SystemCallException {
        try (Descriptors open = new Descriptors(loop)) {
            int fd = open.pipe().readFd();
            assertFails(loop, fd, Address.loopback(1), ConnectError.FILE_DESCRIPTOR_NOT_A_SOCKET, "ENOTSOCK");
        }
    }

    @Promise("3.1")
    @Provokes("connect ECONNREFUSED")
    @OnEveryProvider
    void nobody_listens(IoLoop loop, @TempDir Path folder) throws SystemCallException {
        try (Descriptors open = new Descriptors(loop)) {
            // Bound, but not listening: nobody else can take the port meanwhile.
            int bound = open.stream(Family.INET);
            loop.sockets().bind(bound, Address.loopback(0));
            Address address = loop.sockets().localAddress(bound);
            int fd = open.stream(Family.INET);
            assertFails(loop, fd, address, ConnectError.CONNECTION_REFUSED, "ECONNREFUSED");
            Address path = Address.unix(folder.resolve("socket").toString());
            open.close(open.listening(path, 1));
            int unixFd = open.stream(Family.UNIX);
            assertFails(loop, unixFd, path, ConnectError.CONNECTION_REFUSED, "ECONNREFUSED");
        }
    }

    @Promise("3.1")
    @Provokes("connect EISCONN")
    @OnEveryProvider
    void a_connected_socket(IoLoop loop) throws SystemCallException {
        try (Descriptors open = new Descriptors(loop)) {
            int fd = open.tcp().clientFd();
            assertFails(loop, fd, Address.loopback(1), ConnectError.ALREADY_CONNECTED, "EISCONN");
        }
    }

    @Promise("3.1")
    @Provokes("connect EALREADY")
    @OnEveryProvider
    void a_socket_that_is_being_connected(IoLoop loop) throws SystemCallException {
        try (Descriptors open = new Descriptors(loop)) {
            int listenFd = open.listening(Address.loopback(0), 0);
            Connect stuck = Congestion.of(loop, open, listenFd);
            Address address = loop.sockets().localAddress(listenFd);
            assertFails(loop, stuck.fd(), address, ConnectError.OPEN_ALREADY_IN_PROGRESS, "EALREADY");
            assertTrue(stuck.isInFlight());
            open.closeOnLoop(stuck.fd());
        }
    }

    @Promise("3.1")
    @Provokes("connect EAFNOSUPPORT")
    @OnEveryProvider
    void an_address_of_another_family(IoLoop loop) throws SystemCallException {
        try (Descriptors open = new Descriptors(loop)) {
            int fd = open.stream(Family.INET);
            Address address = Descriptors.loopback6(1);
            assertFails(loop, fd, address, ConnectError.ADDRESS_FAMILY_NOT_SUPPORTED, "EAFNOSUPPORT");
        }
    }

    @Promise("3.1")
    @Provokes("connect EINVAL")
    @OnEveryProvider
    void an_address_without_a_name(IoLoop loop) throws SystemCallException {
        try (Descriptors open = new Descriptors(loop)) {
            MemorySegment sockaddr = Bytes.empty(loop, 16);
            sockaddr.set(ValueLayout.JAVA_SHORT, 0, AF_UNIX);
            int fd = open.stream(Family.UNIX);
            assertFails(loop, fd, Address.of(sockaddr, Short.BYTES), ConnectError.ADDRESS_INVALID, "EINVAL");
        }
    }

    @Promise("3.1")
    @Provokes("connect EADDRNOTAVAIL")
    @OnEveryProvider
    void a_connection_that_exists_already(IoLoop loop) throws SystemCallException {
        try (Descriptors open = new Descriptors(loop)) {
            Address peer = loop.sockets().localAddress(open.listening());
            int first = bound(loop, open, Address.loopback(0));
            int second = bound(loop, open, loop.sockets().localAddress(first));
            open.connect(first, peer);
            assertFails(loop, second, peer, ConnectError.ADDRESS_NOT_AVAILABLE, "EADDRNOTAVAIL");
        }
    }

    private static int bound(IoLoop loop, Descriptors open, Address address) throws SystemCallException {
        int fd = open.stream(Family.INET);
        loop.sockets().setOption(fd, SocketOption.REUSE_ADDRESS, 1);
        loop.sockets().setOption(fd, SocketOption.REUSE_PORT, 1);
        loop.sockets().bind(fd, address);
        return fd;
    }

    @Promise("3.1")
    @Provokes("connect EACCES")
    @OnEveryProvider
    void a_broadcast_address(IoLoop loop) throws IOException {
        try (Descriptors open = new Descriptors(loop)) {
            int fd = open.datagram(Family.INET);
            Address broadcast = Address.of(InetAddress.getByName("127.255.255.255"), 1);
            assertFails(loop, fd, broadcast, ConnectError.ACCESS_DENIED, "EACCES");
        }
    }

    @Promise("3.1")
    @Provokes({"connect ENOENT", "connect ENOTDIR", "connect ELOOP"})
    @OnEveryProvider
    void paths_that_lead_nowhere(IoLoop loop, @TempDir Path folder) throws IOException {
        try (Descriptors open = new Descriptors(loop)) {
            int fd = open.stream(Family.UNIX);
            Address none = Address.unix(folder.resolve("none").toString());
            assertFails(loop, fd, none, ConnectError.FILE_NOT_FOUND, "ENOENT");
            Path file = Files.writeString(folder.resolve("file"), "");
            Address below = Address.unix(file + "/below");
            assertFails(loop, fd, below, ConnectError.NOT_DIR, "ENOTDIR");
            Path circle = Files.createSymbolicLink(folder.resolve("circle"), folder.resolve("circle"));
            assertFails(loop, fd, Address.unix(circle.toString()), ConnectError.SYM_LINK_LOOP, "ELOOP");
            assertFails(loop, fd, Address.unix(file.toString()), ConnectError.CONNECTION_REFUSED, "ECONNREFUSED");
        }
    }

    @Promise("3.1")
    @Provokes("connect EPROTOTYPE")
    @OnEveryProvider
    void a_stream_to_a_datagram_socket(IoLoop loop, @TempDir Path folder) throws SystemCallException {
        try (Descriptors open = new Descriptors(loop)) {
            Address address = Address.unix(folder.resolve("socket").toString());
            open.datagram(address);
            int fd = open.stream(Family.UNIX);
            assertFails(loop, fd, address, ConnectError.PROTOCOL_NOT_SUPPORTED, "EPROTOTYPE");
        }
    }

    @Promise("3.1")
    @Provokes("connect EPERM")
    @OnEveryProvider
    void a_unix_peer_that_talks_to_another(IoLoop loop) throws SystemCallException {
        try (Descriptors open = new Descriptors(loop)) {
            Address taken = Descriptors.abstractName();
            int there = open.datagram(taken);
            Address otherName = Descriptors.abstractName();
            open.datagram(otherName);
            open.connect(there, otherName);
            int fd = open.datagram(Family.UNIX);
            assertFails(loop, fd, taken, ConnectError.PERMISSION_DENIED, "EPERM");
        }
    }

    /** The connection is made, and reset, between the connect's submission and the pass that would see it. */
    @Promise("3.1")
    @Provokes("connect ECONNRESET")
    @OnEveryProvider
    void a_connection_reset_before_anybody_looked(IoLoop loop, Provider provider) throws IOException {
        Assumptions.assumeTrue(
                loop.capabilities().contains(Capability.DEFER_TASKRUN)
                        || !loop.capabilities().contains(Capability.KERNEL_COMPLETIONS),
                "this kernel looks for itself");
        try (IoLoop peer = IoLoop.open(provider, Options.defaults());
                Descriptors open = new Descriptors(loop)) {
            int listenFd = open.listening(Address.loopback(0), 0);
            Connect stuck = Congestion.of(loop, open, listenFd);
            Address client = loop.sockets().localAddress(stuck.fd());
            // What is dropped while the queue is full comes again a second later.
            boolean isReset = false;
            while (!isReset) {
                Accept accept = new Accept(peer, done -> {});
                accept.submit(listenFd);
                isReset = Bounded.complete(peer, accept).peerAddress().equals(client);
                loop.sockets().setOption(accept.acceptedFd(), SocketOption.LINGER_SECONDS, 0);
                loop.sockets().close(accept.acceptedFd());
            }
            Failure.assertFails(loop, stuck, ConnectError.CONNECTION_RESET_BY_PEER, "ECONNRESET");
        }
    }
}
