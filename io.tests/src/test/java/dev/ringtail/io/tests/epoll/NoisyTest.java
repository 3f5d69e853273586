// SPDX-License-Identifier: Apache-2.0

package dev.ringtail.io.tests.epoll;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertNull;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.ringtail.io.Accept;
import dev.ringtail.io.Address;
import dev.ringtail.io.BufferRing;
import dev.ringtail.io.Completion;
import dev.ringtail.io.Family;
import dev.ringtail.io.MultishotRecv;
import dev.ringtail.io.Recv;
import dev.ringtail.io.SystemCallException;
import dev.ringtail.io.linux.Linux;
import dev.ringtail.io.tests.conformance.Bounded;
import dev.ringtail.io.tests.conformance.Bytes;
import dev.ringtail.io.tests.conformance.Descriptors;
import java.util.ArrayList;
import java.util.List;
import java.util.function.IntFunction;
import org.junit.jupiter.api.Test;

/**
 * Descriptors that keep reporting what leads to nothing, as when several loops share one: they are reported edge-triggered
 * from then on, and nothing may get lost by it.
 */
final class NoisyTest extends OnEpoll {
    private static final int F_DUPFD_CLOEXEC = 1030;

    /** More than a registration may fail in a row before it is made edge-triggered. */
    private static final int ROUNDS = 12;

    private final Linux linux = new Linux();

    /** What arrives: a connection, a datagram. */
    @FunctionalInterface
    private interface Arrival {
        void next() throws SystemCallException;
    }

    /**
     * Makes one of two numbers of the same file noisy: both report each arrival, always in the same order, so that one takes
     * it and the other finds nothing.
     *
     * @param start starts an operation on a number, which takes one arrival
     * @return the noisy one; nothing is in flight then
     */
    private int makeNoisy(int fd, int duplicate, IntFunction<Completion> start, Arrival arrival)
            throws SystemCallException {
        Completion one = start.apply(fd);
        Completion other = start.apply(duplicate);
        loop.tick();
        arrival.next();
        Bounded.until(loop, "one has it", () -> !one.isInFlight() || !other.isInFlight());
        int quiet = one.isInFlight() ? duplicate : fd;
        Completion waiting = one.isInFlight() ? one : other;
        for (int i = 0; i < ROUNDS; i++) {
            Completion next = start.apply(quiet);
            // Twice, so that no report of what is gone is left over.
            loop.tick();
            loop.tick();
            arrival.next();
            Bounded.complete(loop, next);
            assertTrue(waiting.isInFlight(), "it is always the same that comes too late");
        }
        assertEquals(
                "ECANCELED",
                dev.ringtail.io.Errno.name(Bounded.cancel(loop, waiting).errno()));
        return quiet == fd ? duplicate : fd;
    }

    private Accept accept(Descriptors open, int fd) {
        Accept accept = new Accept(loop, done -> {
            if (done.error() == null) {
                open.keep(done.acceptedFd());
            }
        });
        accept.submit(fd);
        return accept;
    }

    /** A connection that is complete when this returns, without a turn of the loop. */
    private void connect(Descriptors open, Address address) throws SystemCallException {
        assertEquals(
                0, linux.connect(open.stream(Family.INET), address.sockaddrAddress(), address.sockaddrLengthBytes()));
    }

    private int noisyListener(Descriptors open, Address address, int listening) throws SystemCallException {
        int duplicate = open.keep(linux.fcntl(listening, F_DUPFD_CLOEXEC, 0));
        return makeNoisy(listening, duplicate, fd -> accept(open, fd), () -> connect(open, address));
    }

    @Test
    void accepts_on_a_noisy_listener_take_all_that_came_at_once() throws SystemCallException {
        try (Descriptors open = new Descriptors(loop)) {
            int listening = open.listening();
            Address address = loop.sockets().localAddress(listening);
            int noisy = noisyListener(open, address, listening);
            List<Accept> accepts = List.of(accept(open, noisy), accept(open, noisy), accept(open, noisy));
            loop.tick();
            connect(open, address);
            connect(open, address);
            connect(open, address);
            for (Accept accept : accepts) {
                assertNull(Bounded.complete(loop, accept).error());
            }
        }
    }

    private Recv recv(int fd) {
        Recv recv = new Recv(loop, done -> {});
        recv.submit(fd, loop.arena().allocate(64));
        return recv;
    }

    @Test
    void receives_on_a_noisy_socket_take_all_the_datagrams_that_came_at_once() throws SystemCallException {
        try (Descriptors open = new Descriptors(loop)) {
            Descriptors.Connection udp = open.udp();
            int noisy = noisySocket(open, udp);
            List<Recv> recvs = List.of(recv(noisy), recv(noisy), recv(noisy));
            loop.tick();
            for (int i = 0; i < 3; i++) {
                send(udp.clientFd());
            }
            for (Recv recv : recvs) {
                assertEquals(1, Bounded.complete(loop, recv).bytes());
            }
        }
    }

    @Test
    void a_multishot_receive_on_a_noisy_socket_takes_all_the_datagrams_that_came_at_once() throws Exception {
        try (Descriptors open = new Descriptors(loop);
                BufferRing ring = new BufferRing(loop, 8, 64)) {
            Descriptors.Connection udp = open.udp();
            int noisy = noisySocket(open, udp);
            List<Integer> lengths = new ArrayList<>();
            MultishotRecv recv = new MultishotRecv(loop, done -> {
                if (done.error() == null) {
                    lengths.add(done.bytes());
                    done.ring().release(done.bufferId());
                }
            });
            recv.submit(noisy, ring);
            loop.tick();
            for (int i = 0; i < 3; i++) {
                send(udp.clientFd());
            }
            Bounded.until(loop, "three received", () -> lengths.size() == 3);
            Bounded.cancel(loop, recv);
        }
    }

    private int noisySocket(Descriptors open, Descriptors.Connection udp) throws SystemCallException {
        int duplicate = open.keep(linux.fcntl(udp.serverFd(), F_DUPFD_CLOEXEC, 0));
        return makeNoisy(udp.serverFd(), duplicate, this::recv, () -> send(udp.clientFd()));
    }

    private void send(int fd) {
        assertEquals(1, loop.sockets().sendNow(fd, Bytes.of(loop, "x"), 0, 1));
    }
}
