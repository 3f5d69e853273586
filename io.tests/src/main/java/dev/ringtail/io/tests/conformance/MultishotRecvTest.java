// SPDX-License-Identifier: Apache-2.0

package dev.ringtail.io.tests.conformance;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertNull;
import static org.junit.jupiter.api.Assertions.assertSame;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.ringtail.io.BufferRing;
import dev.ringtail.io.Capability;
import dev.ringtail.io.IoLoop;
import dev.ringtail.io.MultishotRecv;
import dev.ringtail.io.Options;
import dev.ringtail.io.RecvError;
import dev.ringtail.io.Send;
import dev.ringtail.io.Shutdown;
import dev.ringtail.io.Sockets;
import dev.ringtail.io.spi.Provider;
import java.io.IOException;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.BeforeEach;

final class MultishotRecvTest {
    private static final int BUFFER_BYTES = 64;
    private static final int STREAM_BYTES = 100_000;

    /** What was received, in order. */
    private final StringBuilder text = new StringBuilder();

    /** The buffers that the callbacks kept. */
    private final List<Integer> kept = new ArrayList<>();

    private boolean isKeeping;

    @BeforeEach
    void needsBufferRings(IoLoop loop) {
        Supported.assume(loop, Capability.BUFFER_RING);
    }

    private void onRecv(MultishotRecv recv) {
        if (recv.error() != null || recv.bytes() == 0) {
            assertFalse(recv.hasMore());
            assertEquals(-1, recv.bufferId());
            return;
        }
        assertSame(recv.ring().buffer(recv.bufferId()), recv.buffer());
        text.append(Bytes.text(recv.buffer(), recv.bytes()));
        if (isKeeping) {
            kept.add(recv.bufferId());
        } else {
            recv.ring().release(recv.bufferId());
        }
    }

    private MultishotRecv submitted(IoLoop loop, int fd, BufferRing ring) {
        MultishotRecv recv = new MultishotRecv(loop, this::onRecv);
        recv.submit(fd, ring);
        return recv;
    }

    private void awaitText(IoLoop loop, String expected) {
        Bounded.until(loop, "received " + expected, () -> text.length() >= expected.length());
        assertEquals(expected, text.toString());
    }

    @Promise({"2.7", "2.8"})
    @OnEveryProvider
    void one_submission_receives_again_and_again(IoLoop loop) throws IOException {
        try (Descriptors open = new Descriptors(loop);
                BufferRing ring = new BufferRing(loop, 4, BUFFER_BYTES)) {
            Sockets.Pair pair = open.pair();
            MultishotRecv recv = submitted(loop, pair.second(), ring);
            for (int i = 1; i <= 10; i++) {
                Bytes.send(loop, pair.first(), "ping");
                awaitText(loop, "ping".repeat(i));
                assertTrue(recv.hasMore());
            }
            assertEquals(RecvError.CANCELED, Bounded.cancel(loop, recv).error());
            assertEquals(0, ring.lentCount());
        }
    }

    @Promise("2.7")
    @OnEveryProvider
    void at_the_end_of_what_the_peer_sends_it_ends_without_a_buffer(IoLoop loop) throws IOException {
        try (Descriptors open = new Descriptors(loop);
                BufferRing ring = new BufferRing(loop, 4, BUFFER_BYTES)) {
            Descriptors.Connection connection = open.tcp();
            MultishotRecv recv = submitted(loop, connection.serverFd(), ring);
            Bytes.send(loop, connection.clientFd(), "last");
            loop.sockets().shutdown(connection.clientFd(), Shutdown.WRITE);
            Bounded.complete(loop, recv);
            assertEquals("last", text.toString());
            assertNull(recv.error());
            assertEquals(0, recv.bytes());
            assertEquals(-1, recv.bufferId());
            assertThrows(IllegalStateException.class, recv::buffer);
            assertEquals(0, ring.lentCount());
        }
    }

    @Promise("2.8")
    @OnEveryProvider
    void an_exhausted_ring_ends_it_and_loses_nothing(IoLoop loop) throws IOException {
        try (Descriptors open = new Descriptors(loop);
                BufferRing ring = new BufferRing(loop, 2, BUFFER_BYTES)) {
            Sockets.Pair pair = open.pair();
            isKeeping = true;
            MultishotRecv recv = submitted(loop, pair.second(), ring);
            String sent = "x".repeat(BUFFER_BYTES) + "y".repeat(BUFFER_BYTES) + "z".repeat(BUFFER_BYTES);
            Bytes.send(loop, pair.first(), sent);
            Bounded.complete(loop, recv);
            assertEquals(RecvError.BUFFERS_EXHAUSTED, recv.error());
            assertEquals(2, ring.lentCount());
            kept.forEach(ring::release);
            isKeeping = false;
            recv.submit(pair.second(), ring);
            awaitText(loop, sent);
            Bounded.cancel(loop, recv);
        }
    }

    @Promise("2.8")
    @OnEveryProvider
    void without_a_free_buffer_a_submission_ends_at_once(IoLoop loop) throws IOException {
        try (Descriptors open = new Descriptors(loop);
                BufferRing ring = new BufferRing(loop, 1, BUFFER_BYTES)) {
            Sockets.Pair pair = open.pair();
            isKeeping = true;
            MultishotRecv first = submitted(loop, pair.second(), ring);
            Bytes.send(loop, pair.first(), "a");
            awaitText(loop, "a");
            MultishotRecv second = submitted(loop, open.pair().second(), ring);
            assertEquals(
                    RecvError.BUFFERS_EXHAUSTED, Bounded.complete(loop, second).error());
            Bounded.cancel(loop, first);
            kept.forEach(ring::release);
        }
    }

    @Promise("2.8")
    @OnEveryProvider
    void silent_connections_hold_no_buffer(IoLoop loop) throws IOException {
        try (Descriptors open = new Descriptors(loop);
                BufferRing ring = new BufferRing(loop, 2, BUFFER_BYTES)) {
            List<Sockets.Pair> pairs = new ArrayList<>();
            List<MultishotRecv> recvs = new ArrayList<>();
            for (int i = 0; i < 20; i++) {
                pairs.add(open.pair());
                recvs.add(submitted(loop, pairs.getLast().second(), ring));
            }
            for (Sockets.Pair pair : pairs) {
                Bytes.send(loop, pair.first(), "hello");
            }
            // Twenty at once on two buffers: some may have found none, and start again.
            Bounded.until(loop, "all received", () -> {
                for (int i = 0; i < recvs.size(); i++) {
                    if (!recvs.get(i).isInFlight()) {
                        recvs.get(i).submit(pairs.get(i).second(), ring);
                    }
                }
                return text.length() == 20 * 5;
            });
            recvs.forEach(recv -> Bounded.cancel(loop, recv));
            assertEquals("hello".repeat(20), text.toString());
            assertEquals(0, ring.lentCount());
        }
    }

    @Promise("2.8")
    @OnEveryProvider
    void a_long_stream_arrives_whole_and_in_order(IoLoop loop) throws IOException {
        try (Descriptors open = new Descriptors(loop);
                BufferRing ring = new BufferRing(loop, 8, 1000)) {
            Descriptors.Connection connection = open.tcp();
            MemorySegment sent = Bytes.random(loop, STREAM_BYTES, 5);
            MemorySegment received = Bytes.empty(loop, STREAM_BYTES);
            long[] count = new long[1];
            MultishotRecv recv = new MultishotRecv(loop, done -> {
                if (done.error() == null && done.bytes() > 0) {
                    MemorySegment.copy(done.buffer(), 0, received, count[0], done.bytes());
                    count[0] += done.bytes();
                    done.ring().release(done.bufferId());
                }
                if (!done.hasMore() && done.error() != RecvError.CANCELED) {
                    done.submit(done.fd(), done.ring());
                }
            });
            recv.submit(connection.serverFd(), ring);
            long[] sentCount = new long[1];
            Send send = new Send(loop, done -> {
                sentCount[0] += done.bytes();
                if (sentCount[0] < STREAM_BYTES) {
                    done.submit(done.fd(), sent, sentCount[0], STREAM_BYTES - sentCount[0]);
                }
            });
            send.submit(connection.clientFd(), sent);
            Bounded.until(loop, "all received", () -> count[0] == STREAM_BYTES);
            assertEquals(-1, sent.mismatch(received));
            Bounded.cancel(loop, recv);
            assertEquals(0, ring.lentCount());
        }
    }

    @Promise({"2.8", "3.10"})
    @OnEveryProvider
    void no_buffer_is_lost_or_given_twice_when_it_is_cancelled_or_closed(IoLoop loop) throws IOException {
        try (Descriptors open = new Descriptors(loop);
                BufferRing ring = new BufferRing(loop, 4, BUFFER_BYTES)) {
            for (int round = 0; round < 200; round++) {
                Sockets.Pair pair = open.pair();
                MultishotRecv recv = submitted(loop, pair.second(), ring);
                if (round % 3 != 0) {
                    loop.tick();
                }
                assertEquals(2, loop.sockets().sendNow(pair.first(), Bytes.of(loop, "ab"), 0, 2));
                if (round % 2 == 0) {
                    Bounded.cancel(loop, recv);
                } else {
                    open.closeOnLoop(pair.second());
                }
                assertFalse(recv.isInFlight());
                assertEquals(0, ring.lentCount());
            }
            // All four are still there: each of as many messages finds one.
            isKeeping = true;
            text.setLength(0);
            Sockets.Pair pair = open.pair();
            MultishotRecv recv = submitted(loop, pair.second(), ring);
            for (int i = 1; i <= 4; i++) {
                Bytes.send(loop, pair.first(), "m");
                awaitText(loop, "m".repeat(i));
            }
            assertEquals(4, kept.stream().distinct().count());
            Bounded.cancel(loop, recv);
        }
    }

    @Promise({"1.8", "2.8"})
    @OnEveryProvider
    void closing_the_loop_ends_it(Provider provider) throws IOException {
        try (IoLoop outer = IoLoop.open(provider, Options.defaults());
                Descriptors open = new Descriptors(outer)) {
            Sockets.Pair pair = open.pair();
            IoLoop loop = IoLoop.open(provider, Options.defaults());
            BufferRing ring = new BufferRing(loop, 4, BUFFER_BYTES);
            MultishotRecv recv = submitted(loop, pair.second(), ring);
            loop.tick();
            Bytes.send(outer, pair.first(), "late");
            loop.close();
            assertFalse(recv.isInFlight());
            assertTrue(text.isEmpty() || text.toString().equals("late"), text::toString);
            ring.close();
        }
    }

    @Promise("2.7")
    @OnEveryProvider
    void datagrams_come_one_by_one(IoLoop loop) throws IOException {
        try (Descriptors open = new Descriptors(loop);
                BufferRing ring = new BufferRing(loop, 8, BUFFER_BYTES)) {
            Descriptors.Connection connection = open.udp();
            List<Integer> sizes = new ArrayList<>();
            MultishotRecv recv = new MultishotRecv(loop, done -> {
                if (done.error() == null) {
                    sizes.add(done.bytes());
                    done.ring().release(done.bufferId());
                }
            });
            recv.submit(connection.serverFd(), ring);
            MemorySegment message = Bytes.random(loop, BUFFER_BYTES, 1);
            for (int size : new int[] {10, BUFFER_BYTES, 1}) {
                assertEquals(size, loop.sockets().sendNow(connection.clientFd(), message, 0, size));
            }
            Bounded.until(loop, "three received", () -> sizes.size() == 3);
            assertEquals(List.of(10, BUFFER_BYTES, 1), sizes);
            Bounded.cancel(loop, recv);
        }
    }

    @Promise("3.9")
    @OnEveryProvider
    void what_isnt_a_socket_is_an_error(IoLoop loop) throws IOException {
        try (Descriptors open = new Descriptors(loop);
                BufferRing ring = new BufferRing(loop, 4, BUFFER_BYTES)) {
            MultishotRecv recv = new MultishotRecv(loop, done -> {});
            recv.submit(open.pipe().readFd(), ring);
            assertEquals(
                    RecvError.FILE_DESCRIPTOR_NOT_A_SOCKET,
                    Bounded.complete(loop, recv).error());
            recv.submit(Descriptors.NOT_OPEN, ring);
            assertEquals(
                    RecvError.FILE_DESCRIPTOR_INVALID,
                    Bounded.complete(loop, recv).error());
            recv.submit(open.stream(dev.ringtail.io.Family.INET), ring);
            assertEquals(
                    RecvError.SOCKET_NOT_CONNECTED, Bounded.complete(loop, recv).error());
            assertEquals(0, ring.lentCount());
        }
    }

    @Promise("2.8")
    @OnEveryProvider
    void a_buffer_is_the_callers_until_it_is_released(IoLoop loop) throws IOException {
        // More than the two that are ever lent: Linux 6.1 and 6.12 look for the next buffer when they have filled one.
        try (Descriptors open = new Descriptors(loop);
                BufferRing ring = new BufferRing(loop, 4, BUFFER_BYTES)) {
            Sockets.Pair pair = open.pair();
            isKeeping = true;
            MultishotRecv recv = submitted(loop, pair.second(), ring);
            Bytes.send(loop, pair.first(), "keep");
            awaitText(loop, "keep");
            int id = kept.getFirst();
            ring.buffer(id).set(ValueLayout.JAVA_BYTE, 0, (byte) 'K');
            isKeeping = false;
            for (int i = 0; i < 10; i++) {
                Bytes.send(loop, pair.first(), "other");
                awaitText(loop, "keep" + "other".repeat(i + 1));
            }
            assertEquals("Keep", Bytes.text(ring.buffer(id), 4));
            ring.release(id);
            Bounded.cancel(loop, recv);
        }
    }
}
