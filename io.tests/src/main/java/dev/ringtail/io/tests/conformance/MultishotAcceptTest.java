// SPDX-License-Identifier: Apache-2.0

package dev.ringtail.io.tests.conformance;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertNull;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.ringtail.io.AcceptError;
import dev.ringtail.io.Address;
import dev.ringtail.io.Cancel;
import dev.ringtail.io.Capability;
import dev.ringtail.io.Family;
import dev.ringtail.io.IoLoop;
import dev.ringtail.io.MultishotAccept;
import dev.ringtail.io.Options;
import dev.ringtail.io.SystemCallException;
import dev.ringtail.io.spi.Provider;
import java.io.IOException;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import org.junit.jupiter.api.BeforeEach;

final class MultishotAcceptTest {
    private static final int CONNECTION_COUNT = 40;

    /** What callbacks were given. */
    private final List<Integer> accepted = new ArrayList<>();

    private final List<Address> peers = new ArrayList<>();

    @BeforeEach
    void needsMultishot(IoLoop loop) {
        Supported.assume(loop, Capability.MULTISHOT_ACCEPT);
    }

    private void onAccept(MultishotAccept accept) {
        if (accept.error() != null) {
            assertFalse(accept.hasMore());
            return;
        }
        accepted.add(accept.acceptedFd());
        try {
            peers.add(accept.peerAddress());
        } catch (SystemCallException e) {
            throw new AssertionError(e);
        }
    }

    private MultishotAccept submitted(IoLoop loop, int listenFd) {
        MultishotAccept accept = new MultishotAccept(loop, this::onAccept);
        accept.submit(listenFd);
        return accept;
    }

    private void keepAccepted(Descriptors open) {
        accepted.forEach(open::keep);
    }

    @Promise({"2.7", "3.4"})
    @OnEveryProvider
    void one_submission_takes_connection_after_connection(IoLoop loop) throws IOException {
        try (Descriptors open = new Descriptors(loop)) {
            int listenFd = open.listening();
            MultishotAccept accept = submitted(loop, listenFd);
            for (int count = 1; count <= 3; count++) {
                int clientFd = open.stream(Family.INET);
                open.connect(clientFd, loop.sockets().localAddress(listenFd));
                int expected = count;
                Bounded.until(loop, "accepted " + count, () -> accepted.size() == expected);
                assertTrue(accept.isInFlight());
                assertTrue(accept.hasMore());
                assertEquals(loop.sockets().localAddress(clientFd), peers.getLast());
                Bytes.assertConnected(loop, clientFd, accepted.getLast());
            }
            keepAccepted(open);
            assertEquals(AcceptError.CANCELED, Bounded.cancel(loop, accept).error());
        }
    }

    @Promise("2.7")
    @OnEveryProvider
    void connections_that_wait_already_are_all_taken(IoLoop loop) throws IOException {
        try (Descriptors open = new Descriptors(loop)) {
            int listenFd = open.listening(Address.loopback(0), CONNECTION_COUNT);
            for (int i = 0; i < CONNECTION_COUNT; i++) {
                open.connect(open.stream(Family.INET), loop.sockets().localAddress(listenFd));
            }
            MultishotAccept accept = submitted(loop, listenFd);
            Bounded.until(loop, "all accepted", () -> accepted.size() == CONNECTION_COUNT);
            keepAccepted(open);
            assertEquals(CONNECTION_COUNT, new HashSet<>(accepted).size());
            Bounded.cancel(loop, accept);
        }
    }

    @Promise({"2.7", "3.8"})
    @OnEveryProvider
    void a_cancel_ends_it_and_it_can_be_submitted_again(IoLoop loop) throws IOException {
        try (Descriptors open = new Descriptors(loop)) {
            int listenFd = open.listening();
            MultishotAccept accept = submitted(loop, listenFd);
            Cancel cancel = new Cancel(loop, done -> {});
            loop.tick();
            cancel.submit(accept);
            Bounded.complete(loop, cancel);
            assertTrue(cancel.targetCanceled());
            assertEquals(AcceptError.CANCELED, accept.error());
            accept.submit(listenFd);
            open.connect(open.stream(Family.INET), loop.sockets().localAddress(listenFd));
            Bounded.until(loop, "accepted", () -> accepted.size() == 1);
            keepAccepted(open);
            Bounded.cancel(loop, accept);
        }
    }

    @Promise({"2.7", "3.10"})
    @OnEveryProvider
    void closing_the_listening_socket_ends_it(IoLoop loop) throws IOException {
        try (Descriptors open = new Descriptors(loop)) {
            int listenFd = open.listening();
            MultishotAccept accept = submitted(loop, listenFd);
            loop.tick();
            open.closeOnLoop(listenFd);
            assertFalse(accept.isInFlight());
            assertEquals(AcceptError.CANCELED, accept.error());
        }
    }

    @Promise({"2.7", "3.11"})
    @OnEveryProvider
    void what_was_accepted_before_the_loop_closes_is_delivered(Provider provider) throws IOException {
        try (IoLoop outer = IoLoop.open(provider, Options.defaults());
                Descriptors open = new Descriptors(outer)) {
            int listenFd = open.listening(Address.loopback(0), CONNECTION_COUNT);
            IoLoop loop = IoLoop.open(provider, Options.defaults());
            MultishotAccept accept = new MultishotAccept(loop, done -> {
                if (done.error() == null) {
                    accepted.add(done.acceptedFd());
                }
            });
            accept.submit(listenFd);
            loop.tick();
            for (int i = 0; i < 5; i++) {
                open.connect(open.stream(Family.INET), outer.sockets().localAddress(listenFd));
            }
            loop.close();
            keepAccepted(open);
            assertFalse(accept.isInFlight());
            // Each descriptor that was made was delivered: the frame of the suite counts what is left open.
            accepted.forEach(fd -> assertTrue(fd > 0));
        }
    }

    @Promise({"2.7", "3.9"})
    @OnEveryProvider
    void an_error_ends_it(IoLoop loop) throws IOException {
        try (Descriptors open = new Descriptors(loop)) {
            MultishotAccept accept = new MultishotAccept(loop, done -> {});
            accept.submit(open.stream(Family.INET));
            assertEquals(
                    AcceptError.SOCKET_NOT_LISTENING,
                    Bounded.complete(loop, accept).error());
            accept.submit(Descriptors.NOT_OPEN);
            assertEquals(
                    AcceptError.FILE_DESCRIPTOR_INVALID,
                    Bounded.complete(loop, accept).error());
            assertFalse(accept.hasMore());
            assertThrows(IllegalStateException.class, accept::acceptedFd);
        }
    }

    @Promise({"2.1", "2.7"})
    @OnEveryProvider
    void it_is_in_flight_between_its_results(IoLoop loop) throws IOException {
        try (Descriptors open = new Descriptors(loop)) {
            int listenFd = open.listening();
            MultishotAccept accept = submitted(loop, listenFd);
            assertThrows(IllegalStateException.class, accept::error);
            open.connect(open.stream(Family.INET), loop.sockets().localAddress(listenFd));
            Bounded.until(loop, "accepted", () -> accepted.size() == 1);
            keepAccepted(open);
            assertThrows(IllegalStateException.class, () -> accept.submit(listenFd));
            assertNull(accept.error());
            assertEquals(1, loop.inFlightCount());
            Bounded.cancel(loop, accept);
            assertEquals(0, loop.inFlightCount());
        }
    }

    @Promise("2.4")
    @OnEveryProvider
    void a_callback_that_throws_loses_no_connection(IoLoop loop) throws IOException {
        try (Descriptors open = new Descriptors(loop)) {
            int listenFd = open.listening();
            for (int i = 0; i < 5; i++) {
                open.connect(open.stream(Family.INET), loop.sockets().localAddress(listenFd));
            }
            MultishotAccept accept = new MultishotAccept(loop, done -> {
                onAccept(done);
                throw new IllegalStateException("a callback's own");
            });
            accept.submit(listenFd);
            int thrown = 0;
            for (int i = 0; i < 1000 && accepted.size() < 5; i++) {
                try {
                    loop.runFor(1_000_000);
                } catch (IllegalStateException e) {
                    thrown++;
                }
            }
            assertEquals(5, thrown);
            keepAccepted(open);
            Cancel cancel = new Cancel(loop, done -> {});
            cancel.submit(accept);
            assertThrows(IllegalStateException.class, () -> Bounded.complete(loop, accept));
        }
    }
}
