// SPDX-License-Identifier: Apache-2.0

package dev.ringtail.io.tests.conformance;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.ringtail.io.Cancel;
import dev.ringtail.io.IoLoop;
import dev.ringtail.io.Recv;
import dev.ringtail.io.Send;
import dev.ringtail.io.SendError;
import dev.ringtail.io.Shutdown;
import dev.ringtail.io.SocketOption;
import dev.ringtail.io.Sockets;
import dev.ringtail.io.SystemCallException;
import java.lang.foreign.MemorySegment;
import java.util.ArrayList;
import java.util.List;

final class SendTest {
    private static Send send(IoLoop loop) {
        return new Send(loop, done -> {});
    }

    @Promise("2.6")
    @OnEveryProvider
    void a_part_of_a_read_only_buffer(IoLoop loop) throws SystemCallException {
        try (Descriptors open = new Descriptors(loop)) {
            Sockets.Pair pair = open.pair();
            Send send = send(loop);
            send.submit(pair.first(), Bytes.of(loop, "0123456789").asReadOnly(), 3, 4);
            assertEquals(4, Bounded.complete(loop, send).bytes());
            assertEquals("3456", Bytes.recv(loop, pair.second()));
        }
    }

    @Promise("2.6")
    @OnEveryProvider
    void nothing_is_sent_of_nothing(IoLoop loop) throws SystemCallException {
        try (Descriptors open = new Descriptors(loop)) {
            Sockets.Pair pair = open.pair();
            Send send = send(loop);
            send.submit(pair.first(), Bytes.empty(loop, 4), 0, 0);
            assertEquals(0, Bounded.complete(loop, send).bytes());
            Bytes.send(loop, pair.first(), "next");
            assertEquals("next", Bytes.recv(loop, pair.second()));
        }
    }

    @Promise("3.3")
    @OnEveryProvider
    void a_send_to_a_peer_that_does_not_read_waits(IoLoop loop) throws SystemCallException {
        try (Descriptors open = new Descriptors(loop)) {
            Descriptors.Connection connection = open.tcp();
            Send send = Congestion.send(loop, connection.clientFd());
            loop.runFor(10_000_000);
            assertTrue(send.isInFlight());
            Recv recv = new Recv(loop, done -> {});
            Bounded.until(loop, "the send is complete", () -> {
                if (send.isInFlight() && !recv.isInFlight()) {
                    recv.submit(connection.serverFd(), Bytes.empty(loop, 1 << 18));
                }
                return !send.isInFlight();
            });
            assertTrue(send.bytes() > 0);
            open.closeOnLoop(connection.serverFd());
        }
    }

    /** What is sent may be cut at any place, and is complete and in order nevertheless. */
    @Promise({"2.6", "3.5"})
    @OnEveryProvider
    void a_megabyte_arrives_in_order_however_it_is_cut(IoLoop loop) throws SystemCallException {
        try (Descriptors open = new Descriptors(loop)) {
            Descriptors.Connection connection = open.tcp();
            loop.sockets().setOption(connection.clientFd(), SocketOption.SEND_BUFFER_BYTES, 4096);
            int size = 1 << 20;
            MemorySegment out = Bytes.random(loop, size, 5);
            MemorySegment in = Bytes.empty(loop, size);
            int[] sent = {0};
            int[] received = {0};
            new Send(loop, done -> {
                        sent[0] += done.bytes();
                        if (sent[0] < size) {
                            done.submit(connection.clientFd(), out, sent[0], size - sent[0]);
                        }
                    })
                    .submit(connection.clientFd(), out);
            new Recv(loop, done -> {
                        received[0] += done.bytes();
                        if (received[0] < size) {
                            done.submit(connection.serverFd(), in, received[0], size - received[0]);
                        }
                    })
                    .submit(connection.serverFd(), in);
            Bounded.until(loop, "all is received", () -> received[0] == size);
            assertEquals(-1, out.mismatch(in));
        }
    }

    @Promise("3.5")
    @OnEveryProvider
    void sends_one_after_the_other_without_waiting_all_arrive(IoLoop loop) throws SystemCallException {
        try (Descriptors open = new Descriptors(loop)) {
            Descriptors.Connection connection = open.udp();
            List<Send> sends = new ArrayList<>();
            for (int i = 0; i < 32; i++) {
                Send send = send(loop);
                send.submit(connection.clientFd(), Bytes.of(loop, String.valueOf(i)));
                sends.add(send);
            }
            List<String> received = new ArrayList<>();
            for (int i = 0; i < 32; i++) {
                received.add(Bytes.recv(loop, connection.serverFd()));
            }
            assertEquals(32, received.stream().distinct().count());
            for (Send send : sends) {
                Bounded.complete(loop, send).bytes();
            }
        }
    }

    @Promise("3.5")
    @Provokes("send EPIPE")
    @OnEveryProvider
    void to_a_peer_that_is_gone_there_is_no_signal(IoLoop loop) throws SystemCallException {
        try (Descriptors open = new Descriptors(loop)) {
            Sockets.Pair pair = open.pair();
            open.close(pair.second());
            Send send = send(loop);
            send.submit(pair.first(), Bytes.of(loop, "x"));
            Failure.assertFails(loop, send, SendError.BROKEN_PIPE, "EPIPE");
            Descriptors.Connection connection = open.tcp();
            loop.sockets().shutdown(connection.clientFd(), Shutdown.WRITE);
            send.submit(connection.clientFd(), Bytes.of(loop, "x"));
            Failure.assertFails(loop, send, SendError.BROKEN_PIPE, "EPIPE");
        }
    }

    @Promise("3.1")
    @Provokes("send ECONNRESET")
    @OnEveryProvider
    void a_send_that_waits_when_the_connection_is_reset(IoLoop loop) throws SystemCallException {
        try (Descriptors open = new Descriptors(loop)) {
            Descriptors.Connection connection = open.tcp();
            Send send = Congestion.send(loop, connection.clientFd());
            loop.sockets().setOption(connection.serverFd(), SocketOption.LINGER_SECONDS, 0);
            open.closeOnLoop(connection.serverFd());
            Failure.assertFails(loop, send, SendError.CONNECTION_RESET_BY_PEER, "ECONNRESET");
        }
    }

    @Promise({"3.1", "3.8"})
    @Provokes("send ECANCELED")
    @OnEveryProvider
    void a_send_that_is_cancelled(IoLoop loop) throws SystemCallException {
        try (Descriptors open = new Descriptors(loop)) {
            Send send = Congestion.send(loop, open.tcp().clientFd());
            Cancel cancel = new Cancel(loop, done -> {});
            cancel.submit(send);
            Failure.assertFails(loop, send, SendError.CANCELED, "ECANCELED");
            assertTrue(Bounded.complete(loop, cancel).targetCanceled());
        }
    }

    @Promise({"2.5", "3.9"})
    @OnEveryProvider
    void wrong_arguments_are_refused(IoLoop loop) {
        Send send = send(loop);
        MemorySegment buffer = Bytes.empty(loop, 8);
        Failure.assertRefused("fd: -1", send, () -> send.submit(-1, buffer));
        Failure.assertRefused("heap", send, () -> send.submit(0, MemorySegment.ofArray(new byte[8])));
        Failure.assertRefused("from: 4, length: 5", send, () -> send.submit(0, buffer, 4, 5));
    }

    @Promise("3.9")
    @OnEveryProvider
    @SuppressWarnings("NullAway") // That null is refused is the point.
    void a_null_buffer_is_refused(IoLoop loop) {
        Send send = send(loop);
        Failure.assertNullRefused("buffer", () -> send.submit(0, null));
        assertEquals(0, loop.inFlightCount());
    }
}
