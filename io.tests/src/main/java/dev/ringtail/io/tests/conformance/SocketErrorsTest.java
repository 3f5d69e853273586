// SPDX-License-Identifier: Apache-2.0

package dev.ringtail.io.tests.conformance;

import dev.ringtail.io.Address;
import dev.ringtail.io.Family;
import dev.ringtail.io.IoLoop;
import dev.ringtail.io.Read;
import dev.ringtail.io.ReadError;
import dev.ringtail.io.Recv;
import dev.ringtail.io.RecvError;
import dev.ringtail.io.Send;
import dev.ringtail.io.SendError;
import dev.ringtail.io.SocketOption;
import dev.ringtail.io.SystemCallException;
import dev.ringtail.io.Write;
import dev.ringtail.io.WriteError;
import java.lang.foreign.MemorySegment;

/** What the kernel answers when bytes can't be moved through a socket: rows of the table of errors, made for real. */
final class SocketErrorsTest {
    private static void assertRecvFails(IoLoop loop, int fd, RecvError error, String errno) {
        Recv recv = new Recv(loop, done -> {});
        recv.submit(fd, Bytes.empty(loop, 8));
        Failure.assertFails(loop, recv, error, errno);
    }

    private static void assertReadFails(IoLoop loop, int fd, ReadError error, String errno) {
        Read read = new Read(loop, done -> {});
        read.submit(fd, Bytes.empty(loop, 8), -1);
        Failure.assertFails(loop, read, error, errno);
    }

    private static void assertSendFails(IoLoop loop, int fd, SendError error, String errno) {
        assertSendFails(loop, fd, Bytes.of(loop, "x"), error, errno);
    }

    private static void assertSendFails(IoLoop loop, int fd, MemorySegment buffer, SendError error, String errno) {
        Send send = new Send(loop, done -> {});
        send.submit(fd, buffer);
        Failure.assertFails(loop, send, error, errno);
    }

    private static void assertWriteFails(IoLoop loop, int fd, WriteError error, String errno) {
        assertWriteFails(loop, fd, Bytes.of(loop, "x"), error, errno);
    }

    private static void assertWriteFails(IoLoop loop, int fd, MemorySegment buffer, WriteError error, String errno) {
        Write write = new Write(loop, done -> {});
        write.submit(fd, buffer, -1);
        Failure.assertFails(loop, write, error, errno);
    }

    @Promise("3.1")
    @Provokes({"recv EBADF", "send EBADF"})
    @OnEveryProvider
    void a_closed_descriptor(IoLoop loop) {
        assertRecvFails(loop, Descriptors.NOT_OPEN, RecvError.FILE_DESCRIPTOR_INVALID, "EBADF");
        assertSendFails(loop, Descriptors.NOT_OPEN, SendError.FILE_DESCRIPTOR_INVALID, "EBADF");
    }

    @Promise("3.1")
    @Provokes({"recv ENOTSOCK", "send ENOTSOCK"})
    @OnEveryProvider
    void a_pipe(IoLoop loop) throws SystemCallException {
        try (Descriptors open = new Descriptors(loop)) {
            assertRecvFails(loop, open.pipe().readFd(), RecvError.FILE_DESCRIPTOR_NOT_A_SOCKET, "ENOTSOCK");
            assertSendFails(loop, open.pipe().writeFd(), SendError.FILE_DESCRIPTOR_NOT_A_SOCKET, "ENOTSOCK");
        }
    }

    @Promise("3.1")
    @Provokes({"recv ENOTCONN", "read ENOTCONN"})
    @OnEveryProvider
    void receiving_from_a_tcp_socket_that_is_not_connected(IoLoop loop) throws SystemCallException {
        try (Descriptors open = new Descriptors(loop)) {
            int fd = open.stream(Family.INET);
            assertRecvFails(loop, fd, RecvError.SOCKET_NOT_CONNECTED, "ENOTCONN");
            assertReadFails(loop, fd, ReadError.SOCKET_NOT_CONNECTED, "ENOTCONN");
        }
    }

    @Promise("3.1")
    @Provokes({"recv EINVAL", "read EINVAL"})
    @OnEveryProvider
    void receiving_from_a_unix_socket_that_is_not_connected(IoLoop loop) throws SystemCallException {
        try (Descriptors open = new Descriptors(loop)) {
            int fd = open.stream(Family.UNIX);
            assertRecvFails(loop, fd, RecvError.ARGUMENTS_INVALID, "EINVAL");
            assertReadFails(loop, fd, ReadError.ALIGNMENT, "EINVAL");
        }
    }

    @Promise("3.1")
    @Provokes({"send ENOTCONN", "write ENOTCONN"})
    @OnEveryProvider
    void sending_through_a_unix_socket_that_is_not_connected(IoLoop loop) throws SystemCallException {
        try (Descriptors open = new Descriptors(loop)) {
            int fd = open.stream(Family.UNIX);
            assertSendFails(loop, fd, SendError.SOCKET_NOT_CONNECTED, "ENOTCONN");
            assertWriteFails(loop, fd, WriteError.SOCKET_NOT_CONNECTED, "ENOTCONN");
        }
    }

    @Promise("3.1")
    @Provokes({"send EDESTADDRREQ", "write EDESTADDRREQ"})
    @OnEveryProvider
    void sending_a_datagram_to_nobody(IoLoop loop) throws SystemCallException {
        try (Descriptors open = new Descriptors(loop)) {
            int fd = open.datagram(Address.loopback(0));
            assertSendFails(loop, fd, SendError.DESTINATION_ADDRESS_REQUIRED, "EDESTADDRREQ");
            assertWriteFails(loop, fd, WriteError.NOT_CONNECTED, "EDESTADDRREQ");
        }
    }

    @Promise("3.1")
    @Provokes({"send EMSGSIZE", "write EMSGSIZE"})
    @OnEveryProvider
    void a_datagram_larger_than_any_can_be(IoLoop loop) throws SystemCallException {
        try (Descriptors open = new Descriptors(loop)) {
            int fd = open.udp().clientFd();
            MemorySegment large = Bytes.empty(loop, 66_000);
            assertSendFails(loop, fd, large, SendError.MESSAGE_TOO_BIG, "EMSGSIZE");
            assertWriteFails(loop, fd, large, WriteError.MESSAGE_TOO_BIG, "EMSGSIZE");
        }
    }

    /** The refusal (an ICMP message) of what was sent before is the answer to the next operation, whichever it is. */
    @Promise("3.1")
    @Provokes({"send ECONNREFUSED", "recv ECONNREFUSED", "read ECONNREFUSED", "write ECONNREFUSED"})
    @OnEveryProvider
    void a_datagram_that_nobody_takes(IoLoop loop) throws SystemCallException {
        try (Descriptors open = new Descriptors(loop)) {
            Descriptors.Connection connection = open.udp();
            int fd = connection.clientFd();
            open.close(connection.serverFd());
            Bytes.send(loop, fd, "x");
            assertSendFails(loop, fd, SendError.CONNECTION_REFUSED, "ECONNREFUSED");
            Bytes.send(loop, fd, "x");
            assertRecvFails(loop, fd, RecvError.CONNECTION_REFUSED, "ECONNREFUSED");
            Bytes.send(loop, fd, "x");
            assertReadFails(loop, fd, ReadError.CONNECTION_REFUSED, "ECONNREFUSED");
            Bytes.send(loop, fd, "x");
            assertWriteFails(loop, fd, WriteError.CONNECTION_REFUSED, "ECONNREFUSED");
        }
    }

    @Promise("3.1")
    @Provokes({"recv ECONNREFUSED"})
    @OnEveryProvider
    void a_recv_that_waits_when_the_refusal_comes(IoLoop loop) throws SystemCallException {
        try (Descriptors open = new Descriptors(loop)) {
            Descriptors.Connection connection = open.udp();
            Recv recv = new Recv(loop, done -> {});
            recv.submit(connection.clientFd(), Bytes.empty(loop, 8));
            loop.tick();
            open.close(connection.serverFd());
            Bytes.send(loop, connection.clientFd(), "x");
            Failure.assertFails(loop, recv, RecvError.CONNECTION_REFUSED, "ECONNREFUSED");
        }
    }

    @Promise("3.1")
    @Provokes({"read ECONNRESET", "write ECONNRESET"})
    @OnEveryProvider
    void a_connection_that_was_reset(IoLoop loop) throws SystemCallException {
        try (Descriptors open = new Descriptors(loop)) {
            assertReadFails(loop, reset(loop, open), ReadError.CONNECTION_RESET_BY_PEER, "ECONNRESET");
            assertWriteFails(loop, reset(loop, open), WriteError.CONNECTION_RESET_BY_PEER, "ECONNRESET");
        }
    }

    private static int reset(IoLoop loop, Descriptors open) throws SystemCallException {
        Descriptors.Connection connection = open.tcp();
        loop.sockets().setOption(connection.serverFd(), SocketOption.LINGER_SECONDS, 0);
        open.close(connection.serverFd());
        return connection.clientFd();
    }

    /** A datagram socket takes nothing from others than the one that it is connected to itself. */
    @Promise("3.1")
    @Provokes("send EPERM")
    @OnEveryProvider
    void a_unix_peer_that_talks_to_another(IoLoop loop) throws SystemCallException {
        try (Descriptors open = new Descriptors(loop)) {
            Address hereName = Descriptors.abstractName();
            Address thereName = Descriptors.abstractName();
            int here = open.datagram(hereName);
            int there = open.datagram(thereName);
            int other = open.datagram(Descriptors.abstractName());
            open.connect(here, thereName);
            open.connect(there, loop.sockets().localAddress(other));
            assertSendFails(loop, here, SendError.PERMISSION_DENIED, "EPERM");
        }
    }
}
