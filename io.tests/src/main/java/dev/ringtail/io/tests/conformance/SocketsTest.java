// SPDX-License-Identifier: Apache-2.0

package dev.ringtail.io.tests.conformance;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.ringtail.io.Address;
import dev.ringtail.io.Errno;
import dev.ringtail.io.Family;
import dev.ringtail.io.IoLoop;
import dev.ringtail.io.Shutdown;
import dev.ringtail.io.SocketOption;
import dev.ringtail.io.Sockets;
import dev.ringtail.io.SystemCallException;
import java.util.Map;
import org.junit.jupiter.api.function.Executable;

/** The calls without a completion. */
final class SocketsTest {
    private static void assertFails(String errno, String inMessage, Executable call) {
        SystemCallException failure = assertThrows(SystemCallException.class, call);
        assertEquals(errno, Errno.name(failure.errno()));
        String message = String.valueOf(failure.getMessage());
        assertTrue(message.contains(inMessage) && message.endsWith(errno), message);
    }

    @Promise("3.4")
    @OnEveryProvider
    void both_ends_know_each_others_addresses(IoLoop loop) throws SystemCallException {
        try (Descriptors open = new Descriptors(loop)) {
            Sockets sockets = loop.sockets();
            Descriptors.Connection tcp = open.tcp();
            assertEquals(sockets.localAddress(tcp.clientFd()), sockets.peerAddress(tcp.serverFd()));
            assertEquals(sockets.localAddress(tcp.serverFd()), sockets.peerAddress(tcp.clientFd()));
            Descriptors.Connection tcp6 = open.connection(Descriptors.loopback6(0));
            assertEquals(sockets.localAddress(tcp6.clientFd()), sockets.peerAddress(tcp6.serverFd()));
        }
    }

    @Promise("3.4")
    @OnEveryProvider
    void port_0_is_a_port_that_the_kernel_chooses(IoLoop loop) throws SystemCallException {
        try (Descriptors open = new Descriptors(loop)) {
            assertTrue(loop.sockets().localAddress(open.listening()).port() > 0);
        }
    }

    @Promise("3.4")
    @OnEveryProvider
    void a_failed_listening_leaves_no_descriptor(IoLoop loop) throws SystemCallException {
        try (Descriptors open = new Descriptors(loop)) {
            Address taken = loop.sockets().localAddress(open.listening());
            Leaks before = Leaks.now();
            assertFails("EADDRINUSE", "bind", () -> loop.sockets().openListening(taken, 1));
            Leaks.now().assertNoMoreThan(before);
        }
    }

    @Promise("3.4")
    @OnEveryProvider
    void options_are_set_and_read(IoLoop loop) throws SystemCallException {
        try (Descriptors open = new Descriptors(loop)) {
            int fd = open.stream(Family.INET6);
            Map<SocketOption, Integer> values = Map.of(
                    SocketOption.REUSE_ADDRESS, 1,
                    SocketOption.REUSE_PORT, 1,
                    SocketOption.KEEP_ALIVE, 1,
                    SocketOption.NO_DELAY, 1,
                    SocketOption.IPV6_ONLY, 1,
                    SocketOption.LINGER_SECONDS, 7);
            for (Map.Entry<SocketOption, Integer> entry : values.entrySet()) {
                loop.sockets().setOption(fd, entry.getKey(), entry.getValue());
                assertEquals(entry.getValue(), loop.sockets().option(fd, entry.getKey()));
            }
            loop.sockets().setOption(fd, SocketOption.LINGER_SECONDS, -1);
            assertEquals(-1, loop.sockets().option(fd, SocketOption.LINGER_SECONDS));
            loop.sockets().setOption(fd, SocketOption.SEND_BUFFER_BYTES, 8192);
            assertEquals(16384, loop.sockets().option(fd, SocketOption.SEND_BUFFER_BYTES));
            loop.sockets().setOption(fd, SocketOption.RECEIVE_BUFFER_BYTES, 8192);
            assertEquals(16384, loop.sockets().option(fd, SocketOption.RECEIVE_BUFFER_BYTES));
            assertEquals(0, loop.sockets().option(fd, SocketOption.ERROR));
        }
    }

    @Promise("3.4")
    @OnEveryProvider
    void an_ipv6_socket_takes_ipv4_unless_told_not_to(IoLoop loop) throws SystemCallException {
        try (Descriptors open = new Descriptors(loop)) {
            int fd = open.stream(Family.INET6);
            loop.sockets().setOption(fd, SocketOption.IPV6_ONLY, 0);
            loop.sockets().bind(fd, Address.of(new java.net.InetSocketAddress("::", 0)));
            loop.sockets().listen(fd, 1);
            int port = loop.sockets().localAddress(fd).port();
            open.connect(open.stream(Family.INET), Address.loopback(port));
        }
    }

    @Promise("3.9")
    @OnEveryProvider
    void failures_name_the_call_its_arguments_and_the_error(IoLoop loop) throws SystemCallException {
        try (Descriptors open = new Descriptors(loop)) {
            int closed = Descriptors.NOT_OPEN;
            Sockets sockets = loop.sockets();
            assertFails("EBADF", "bind(fd " + closed, () -> sockets.bind(closed, Address.loopback(0)));
            assertFails("EBADF", "listen(fd " + closed, () -> sockets.listen(closed, 1));
            assertFails("EBADF", "close(fd " + closed, () -> sockets.close(closed));
            assertFails("EBADF", "getsockname(fd " + closed, () -> sockets.localAddress(closed));
            assertFails("EBADF", "NO_DELAY", () -> sockets.setOption(closed, SocketOption.NO_DELAY, 1));
            int fd = open.stream(Family.INET);
            assertFails("ENOTCONN", "getpeername", () -> sockets.peerAddress(fd));
            assertFails("ENOTCONN", "shutdown", () -> sockets.shutdown(fd, Shutdown.BOTH));
            assertFails("ENOPROTOOPT", "ERROR", () -> sockets.setOption(fd, SocketOption.ERROR, 1));
        }
    }

    @Promise("3.9")
    @OnEveryProvider
    void wrong_arguments_are_refused(IoLoop loop) {
        Sockets sockets = loop.sockets();
        for (Executable call : new Executable[] {
            () -> sockets.bind(-1, Address.loopback(0)),
            () -> sockets.listen(-1, 1),
            () -> sockets.setOption(-1, SocketOption.NO_DELAY, 1),
            () -> sockets.option(-1, SocketOption.NO_DELAY),
            () -> sockets.localAddress(-1),
            () -> sockets.peerAddress(-1),
            () -> sockets.shutdown(-1, Shutdown.READ),
            () -> sockets.close(-1)
        }) {
            IllegalArgumentException refusal = assertThrows(IllegalArgumentException.class, call);
            assertEquals("fd: -1", refusal.getMessage());
        }
        IllegalArgumentException refusal =
                assertThrows(IllegalArgumentException.class, () -> sockets.openListening(Address.loopback(0), -1));
        assertEquals("backlog: -1", refusal.getMessage());
    }

    @Promise("1.1")
    @OnEveryProvider
    void another_threads_calls_are_refused(IoLoop loop) throws Exception {
        Throwable[] thrown = new Throwable[2];
        Thread thread = Thread.ofPlatform().name("stranger").start(() -> {
            thrown[0] = assertThrows(
                    IllegalStateException.class, () -> loop.sockets().openStream(Family.INET));
            thrown[1] =
                    assertThrows(IllegalStateException.class, () -> loop.files().openPipe());
        });
        thread.join();
        for (Throwable refusal : thrown) {
            assertTrue(String.valueOf(refusal).contains("stranger"), () -> String.valueOf(refusal));
        }
    }
}
