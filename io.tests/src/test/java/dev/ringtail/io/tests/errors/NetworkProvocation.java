// SPDX-License-Identifier: Apache-2.0

package dev.ringtail.io.tests.errors;

import dev.ringtail.io.Accept;
import dev.ringtail.io.Address;
import dev.ringtail.io.Completion;
import dev.ringtail.io.Connect;
import dev.ringtail.io.Family;
import dev.ringtail.io.IoLoop;
import dev.ringtail.io.Read;
import dev.ringtail.io.Recv;
import dev.ringtail.io.Send;
import dev.ringtail.io.Write;
import dev.ringtail.io.tests.conformance.Bounded;
import dev.ringtail.io.tests.conformance.Bytes;
import dev.ringtail.io.tests.conformance.Descriptors;
import java.io.IOException;
import java.net.InetAddress;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;

/** Networks that can't be reached, from the start or after a while, in the namespace that {@link #SETUP} makes. */
final class NetworkProvocation {
    /**
     * What the shell does in the new namespace. Behind v0 nobody answers. 10.3, 10.4 and 10.5 have routes that refuse; 10.7
     * are addresses of our own, until they are taken away.
     */
    static final String SETUP = """
            set -e
            ip link set lo up
            ip link add v0 type veth peer name v1
            ip addr add 10.2.0.1/24 dev v0
            ip link set v0 up
            ip link set v1 up
            ip route add unreachable 10.3.0.0/24
            ip route add prohibit 10.4.0.0/24
            ip route add blackhole 10.5.0.0/24
            ip route add 10.6.0.0/24 dev v0
            for i in 1 2 3 4; do ip addr add 10.7.0.$i/32 dev lo; done
            ip neigh add 10.2.0.2 lladdr 02:00:00:00:00:02 dev v0
            for i in 2 3 4; do ip neigh add 10.7.0.$i lladdr 02:00:00:00:00:02 dev v0; done
            echo 1 > /proc/sys/net/ipv4/tcp_syn_retries
            echo 1 > /proc/sys/net/ipv4/tcp_retries2
            exec "$@"
            """;

    private final IoLoop loop;
    private final Descriptors open;
    private final Provocation provocation;

    /** Where a byte is sent once nobody answers any more. */
    private final List<Integer> unacknowledged = new ArrayList<>();

    NetworkProvocation(IoLoop loop, Descriptors open, Provocation provocation) {
        this.loop = loop;
        this.open = open;
        this.provocation = provocation;
    }

    void run() throws Exception {
        Connect silent = new Connect(loop, done -> {});
        silent.submit(open.stream(Family.INET), address("10.2.0.2", 9));
        for (String host : List.of("10.3.0.1", "10.4.0.1", "10.5.0.1", "10.9.0.1")) {
            provocation.connect(open.stream(Family.INET), address(host, 9));
        }
        for (String route : List.of("unreachable", "prohibit", "blackhole", "none")) {
            sendToLostNetwork(route);
        }
        List<Completion> pending = new ArrayList<>();
        for (String host : List.of("10.7.0.2", "10.7.0.3", "10.7.0.4")) {
            pending.addAll(waiting(host));
        }
        for (String host : List.of("10.7.0.2", "10.7.0.3", "10.7.0.4")) {
            ip("addr", "del", host + "/32", "dev", "lo");
            ip("route", "add", host + "/32", "dev", "v0");
        }
        // On its way, but never to be acknowledged; only then do the routes go, which the next attempt to send it
        // finds.
        for (int fd : unacknowledged) {
            Bytes.send(loop, fd, "x");
        }
        ip("route", "replace", "unreachable", "10.7.0.3/32");
        ip("route", "del", "10.7.0.4/32");
        pending.add(silent);
        for (Completion completion : pending) {
            provocation.report(completion);
        }
        connectWithoutPorts();
    }

    /** Waiting doesn't make a port free: this EAGAIN is the caller's to see. */
    private void connectWithoutPorts() throws IOException {
        Files.writeString(Path.of("/proc/sys/net/ipv4/ip_local_port_range"), "20000 20000");
        provocation.connect(open.datagram(Family.INET), address("10.2.0.1", 9));
        provocation.connect(open.datagram(Family.INET), address("10.2.0.1", 9));
    }

    private void sendToLostNetwork(String route) throws Exception {
        ip("route", "replace", "10.6.0.0/24", "dev", "v0");
        int fd = open.datagram(Family.INET);
        open.connect(fd, address("10.6.0.1", 9));
        ip("route", "del", "10.6.0.0/24");
        if (!route.equals("none")) {
            ip("route", "add", route, "10.6.0.0/24");
        }
        Send send = new Send(loop, done -> {});
        send.submit(fd, Bytes.of(loop, "x"));
        provocation.report(send);
        if (!route.equals("none")) {
            ip("route", "del", route, "10.6.0.0/24");
        }
    }

    /** On a connection of its own each: a receive and a read while a byte is unacknowledged, a send and a write that wait. */
    private List<Completion> waiting(String host) throws IOException {
        int listenFd = open.listening(address(host, 0), 8);
        Recv recv = new Recv(loop, done -> {});
        recv.submit(connected(listenFd), Bytes.empty(loop, 8));
        Read read = new Read(loop, done -> {});
        read.submit(connected(listenFd), Bytes.empty(loop, 8), -1);
        int sendFd = connected(listenFd);
        Send send = new Send(loop, done -> {});
        Bounded.until(
                loop, "the send waits", () -> isStuck(send, () -> send.submit(sendFd, Bytes.empty(loop, 1 << 20))));
        int writeFd = connected(listenFd);
        Write write = new Write(loop, done -> {});
        Bounded.until(
                loop,
                "the write waits",
                () -> isStuck(write, () -> write.submit(writeFd, Bytes.empty(loop, 1 << 20), -1)));
        loop.tick();
        unacknowledged.add(recv.fd());
        unacknowledged.add(read.fd());
        return List.of(recv, read, send, write);
    }

    private boolean isStuck(Completion completion, Runnable submission) {
        if (!completion.isInFlight()) {
            submission.run();
            loop.runFor(20_000_000);
        }
        return completion.isInFlight();
    }

    private int connected(int listenFd) throws IOException {
        int fd = open.stream(Family.INET);
        loop.sockets().bind(fd, address("10.7.0.1", 0));
        Accept accept = new Accept(loop, done -> {});
        accept.submit(listenFd);
        open.connect(fd, loop.sockets().localAddress(listenFd));
        open.keep(Bounded.complete(loop, accept).acceptedFd());
        return fd;
    }

    private static Address address(String host, int port) throws IOException {
        return Address.of(InetAddress.getByName(host), port);
    }

    private static void ip(String... arguments) throws Exception {
        List<String> command = new ArrayList<>(List.of("ip"));
        command.addAll(List.of(arguments));
        Process process = new ProcessBuilder(command).inheritIO().start();
        if (process.waitFor() != 0) {
            throw new IOException(String.join(" ", command));
        }
    }
}
