// SPDX-License-Identifier: Apache-2.0

package dev.ringtail.io.tests.conformance;

import static org.junit.jupiter.api.Assertions.assertNull;

import dev.ringtail.io.Accept;
import dev.ringtail.io.Address;
import dev.ringtail.io.Close;
import dev.ringtail.io.Connect;
import dev.ringtail.io.Family;
import dev.ringtail.io.Files;
import dev.ringtail.io.IoLoop;
import dev.ringtail.io.OpenFlag;
import dev.ringtail.io.OpenFlags;
import dev.ringtail.io.Sockets;
import dev.ringtail.io.SystemCallException;
import java.io.IOException;
import java.net.InetAddress;
import java.net.UnknownHostException;
import java.nio.file.Path;
import java.util.ArrayDeque;
import java.util.Deque;
import java.util.stream.Stream;
import org.junit.jupiter.api.Assumptions;

/** The descriptors of one test, closed at its end whatever happens. On the loop's thread; closed before the loop is. */
public final class Descriptors implements AutoCloseable {
    /** The number of a descriptor that nothing has open: far above what a process is allowed. */
    public static final int NOT_OPEN = 0x3fff_ffff;

    /** As /proc/net/if_inet6 writes ::1. */
    private static final String LOOPBACK_6 = "0".repeat(31) + "1";

    /** Two connected sockets: of the one that asked, and of the one that accepted. */
    public record Connection(int clientFd, int serverFd) {}

    private final IoLoop loop;
    private final Deque<Integer> fds = new ArrayDeque<>();

    /** Descriptors made with this loop. */
    public Descriptors(IoLoop loop) {
        this.loop = loop;
    }

    /** Takes over a descriptor. */
    public int keep(int fd) {
        fds.push(fd);
        return fd;
    }

    /** Somebody else has closed it, or will. */
    public int release(int fd) {
        fds.remove(fd);
        return fd;
    }

    /** Closes one now, at once. */
    public void close(int fd) throws SystemCallException {
        loop.files().close(release(fd));
    }

    /** Closes one now, through the loop. */
    public void closeOnLoop(int fd) {
        Close close = new Close(loop, done -> {});
        close.submit(release(fd));
        assertNull(Bounded.complete(loop, close).error());
    }

    /** A file in a new state: made if it doesn't exist, for reading and writing, with further flags. */
    public int file(Path path, OpenFlag... flags) throws SystemCallException {
        OpenFlag[] all = java.util.Arrays.copyOf(flags, flags.length + 2);
        all[flags.length] = OpenFlag.CREATE;
        all[flags.length + 1] = OpenFlag.WRITE;
        return open(path.toString(), OpenFlags.of(OpenFlag.READ, all));
    }

    /** A file as it is. */
    public int open(String path, OpenFlags flags) throws SystemCallException {
        return keep(loop.files().open(path, flags, 0600));
    }

    /** A pipe. */
    public Files.Pipe pipe() throws SystemCallException {
        Files.Pipe pipe = loop.files().openPipe();
        keep(pipe.readFd());
        keep(pipe.writeFd());
        return pipe;
    }

    /** Two connected Unix stream sockets. */
    public Sockets.Pair pair() throws SystemCallException {
        Sockets.Pair pair = loop.sockets().openPair();
        keep(pair.first());
        keep(pair.second());
        return pair;
    }

    /** A stream socket without a name. */
    public int stream(Family family) throws SystemCallException {
        assumeThere(family);
        return keep(loop.sockets().openStream(family));
    }

    /** A datagram socket without a name. */
    public int datagram(Family family) throws SystemCallException {
        assumeThere(family);
        return keep(loop.sockets().openDatagram(family));
    }

    /** A datagram socket with a name. */
    public int datagram(Address address) throws SystemCallException {
        int fd = datagram(address.family());
        loop.sockets().bind(fd, address);
        return fd;
    }

    /** A stream socket that listens. */
    public int listening(Address address, int backlog) throws SystemCallException {
        assumeThere(address.family());
        return keep(loop.sockets().openListening(address, backlog));
    }

    /** Skips the test where the machine doesn't have that family: a kernel or a container without IPv6. */
    private static void assumeThere(Family family) {
        Assumptions.assumeTrue(family != Family.INET6 || hasLoopback6(), "there is no ::1 here");
    }

    private static boolean hasLoopback6() {
        try (Stream<String> addresses = java.nio.file.Files.lines(Path.of("/proc/net/if_inet6"))) {
            return addresses.anyMatch(line -> line.startsWith(LOOPBACK_6));
        } catch (IOException e) {
            return false;
        }
    }

    /** A TCP socket that listens at a port of 127.0.0.1 that the kernel chose. */
    public int listening() throws SystemCallException {
        return listening(Address.loopback(0), 16);
    }

    /** A TCP connection over 127.0.0.1. */
    public Connection tcp() throws SystemCallException {
        return connection(Address.loopback(0));
    }

    /** A connection to a socket that listens at an address. */
    public Connection connection(Address address) throws SystemCallException {
        int listenFd = listening(address, 1);
        int clientFd = stream(address.family());
        Connection connection = connection(listenFd, clientFd);
        close(listenFd);
        return connection;
    }

    /** A connection of a given socket to one that listens. */
    public Connection connection(int listenFd, int clientFd) throws SystemCallException {
        Accept accept = new Accept(loop, done -> {});
        Connect connect = new Connect(loop, done -> {});
        accept.submit(listenFd);
        connect.submit(clientFd, loop.sockets().localAddress(listenFd));
        assertNull(Bounded.complete(loop, connect).error());
        return new Connection(clientFd, keep(Bounded.complete(loop, accept).acceptedFd()));
    }

    /** Two UDP sockets on 127.0.0.1, each connected to the other. */
    public Connection udp() throws SystemCallException {
        int first = datagram(Address.loopback(0));
        int second = datagram(Address.loopback(0));
        connect(first, loop.sockets().localAddress(second));
        connect(second, loop.sockets().localAddress(first));
        return new Connection(first, second);
    }

    /** Connects what needs no accepting. */
    public void connect(int fd, Address address) {
        Connect connect = new Connect(loop, done -> {});
        connect.submit(fd, address);
        assertNull(Bounded.complete(loop, connect).error());
    }

    /** ::1 and a port. */
    public static Address loopback6(int port) {
        try {
            byte[] bytes = new byte[16];
            bytes[15] = 1;
            return Address.of(InetAddress.getByAddress(bytes), port);
        } catch (UnknownHostException e) {
            throw new AssertionError(e);
        }
    }

    /** An abstract name that nobody else uses. */
    public static Address abstractName() {
        return Address.unixAbstract("ringtail-" + java.util.UUID.randomUUID());
    }

    @Override
    public void close() throws SystemCallException {
        while (!fds.isEmpty()) {
            loop.files().close(fds.pop());
        }
    }
}
