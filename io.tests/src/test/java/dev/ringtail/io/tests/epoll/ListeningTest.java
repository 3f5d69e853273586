// SPDX-License-Identifier: Apache-2.0

package dev.ringtail.io.tests.epoll;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertNull;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.ringtail.io.Accept;
import dev.ringtail.io.Address;
import dev.ringtail.io.Close;
import dev.ringtail.io.Connect;
import dev.ringtail.io.Family;
import dev.ringtail.io.IoLoop;
import dev.ringtail.io.Options;
import dev.ringtail.io.SystemCallException;
import dev.ringtail.io.epoll.EpollProvider;
import dev.ringtail.io.linux.Linux;
import dev.ringtail.io.tests.conformance.Bounded;
import dev.ringtail.io.tests.conformance.Descriptors;
import java.io.IOException;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.Test;

final class ListeningTest extends OnEpoll {
    private static final int F_GETFL = 3;

    private final Linux linux = new Linux();

    @Test
    void accepting_and_connecting_leave_the_flags_of_the_sockets_as_they_were() throws SystemCallException {
        int listening = loop.sockets().openListening(Address.loopback(0), 8);
        int client = loop.sockets().openStream(Family.INET);
        int before = linux.fcntl(listening, F_GETFL, 0);
        Accept accept = new Accept(loop, done -> {});
        accept.submit(listening);
        loop.tick();
        assertEquals(before, linux.fcntl(listening, F_GETFL, 0));
        Connect connect = new Connect(loop, done -> {});
        connect.submit(client, loop.sockets().localAddress(listening));
        assertNull(Bounded.complete(loop, connect).error());
        assertNull(Bounded.complete(loop, accept).error());
        assertEquals(before, linux.fcntl(listening, F_GETFL, 0));
        assertEquals(before, linux.fcntl(client, F_GETFL, 0));
        assertEquals(before, linux.fcntl(accept.acceptedFd(), F_GETFL, 0));
        loop.sockets().close(accept.acceptedFd());
        loop.sockets().close(client);
        loop.sockets().close(listening);
    }

    @Test
    void connects_to_a_full_unix_backlog_are_carried_out_once_there_is_room() throws SystemCallException {
        Address address =
                Address.unixAbstract("ringtail-" + ProcessHandle.current().pid());
        int listening = loop.sockets().openListening(address, 0);
        List<Integer> sockets = new ArrayList<>();
        List<Connect> connects = new ArrayList<>();
        for (int i = 0; i < 4; i++) {
            int socket = loop.sockets().openStream(Family.UNIX);
            Connect connect = new Connect(loop, done -> {});
            connect.submit(socket, address);
            sockets.add(socket);
            connects.add(connect);
        }
        loop.tick();
        assertTrue(connects.getLast().isInFlight(), "the backlog takes one");
        for (int i = 0; i < 4; i++) {
            Accept accept = new Accept(loop, done -> {});
            accept.submit(listening);
            sockets.add(Bounded.complete(loop, accept).acceptedFd());
        }
        for (Connect connect : connects) {
            assertNull(Bounded.complete(loop, connect).error());
        }
        sockets.add(listening);
        for (int socket : sockets) {
            loop.sockets().close(socket);
        }
    }

    @Test
    void accepts_that_wait_take_a_burst_of_connections_in_one_pass() throws SystemCallException {
        try (Descriptors open = new Descriptors(loop)) {
            int listening = open.listening();
            Address address = loop.sockets().localAddress(listening);
            int[] acceptedCount = {0};
            for (int i = 0; i < 8; i++) {
                new Accept(loop, done -> {
                            open.keep(done.acceptedFd());
                            acceptedCount[0]++;
                        })
                        .submit(listening);
            }
            loop.tick();
            for (int i = 0; i < 8; i++) {
                int fd = open.stream(Family.INET);
                assertEquals(0, linux.connect(fd, address.sockaddrAddress(), address.sockaddrLengthBytes()));
            }
            loop.tick();
            assertEquals(8, acceptedCount[0]);
        }
    }

    @Test
    void loops_that_share_a_listening_socket_never_block_on_each_others_connections() throws Exception {
        int connectionCount = 400;
        int listening = loop.sockets().openListening(Address.loopback(0), 128);
        Address address = loop.sockets().localAddress(listening);
        AtomicInteger accepted = new AtomicInteger();
        AtomicBoolean isOver = new AtomicBoolean();
        List<Thread> acceptors = new ArrayList<>();
        for (int i = 0; i < 3; i++) {
            acceptors.add(Thread.ofPlatform().start(() -> acceptAll(listening, accepted, isOver)));
        }
        for (int i = 0; i < connectionCount; i++) {
            int client = loop.sockets().openStream(Family.INET);
            Connect connect = new Connect(loop, done -> {});
            connect.submit(client, address);
            assertNull(Bounded.complete(loop, connect).error());
            loop.sockets().close(client);
        }
        Bounded.until(loop, "all accepted", () -> accepted.get() == connectionCount);
        isOver.set(true);
        for (Thread acceptor : acceptors) {
            assertTrue(acceptor.join(java.time.Duration.ofSeconds(10)), "an acceptor hangs in accept4");
        }
        loop.sockets().close(listening);
    }

    private static void acceptAll(int listening, AtomicInteger accepted, AtomicBoolean isOver) {
        try (IoLoop own = IoLoop.open(new EpollProvider(), Options.defaults())) {
            Accept accept = new Accept(own, done -> {
                if (done.error() == null) {
                    accepted.incrementAndGet();
                    new Close(own, closed -> {}).submit(done.acceptedFd());
                }
            });
            while (!isOver.get()) {
                if (!accept.isInFlight()) {
                    accept.submit(listening);
                }
                own.runFor(1_000_000);
            }
        } catch (IOException e) {
            throw new AssertionError(e);
        }
    }
}
