// SPDX-License-Identifier: Apache-2.0

package dev.ringtail.io.tests.conformance;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.ringtail.io.IoLoop;
import dev.ringtail.io.Send;
import dev.ringtail.io.SendError;
import dev.ringtail.io.Sockets;
import java.io.IOException;
import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;

final class SendNowTest {
    @Promise("3.13")
    @OnEveryProvider
    void it_sends_without_a_completion(IoLoop loop) throws IOException {
        try (Descriptors open = new Descriptors(loop)) {
            Descriptors.Connection connection = open.tcp();
            assertEquals(3, loop.sockets().sendNow(connection.clientFd(), Bytes.of(loop, "-now-"), 1, 3));
            assertEquals("now", Bytes.recv(loop, connection.serverFd()));
            assertEquals(0, loop.inFlightCount());
        }
    }

    @Promise("3.13")
    @OnEveryProvider
    void it_never_waits(IoLoop loop) throws IOException {
        try (Descriptors open = new Descriptors(loop)) {
            Sockets.Pair pair = open.pair();
            MemorySegment buffer = Bytes.empty(loop, 1 << 20);
            long sent = 0;
            int result;
            while ((result = loop.sockets().sendNow(pair.first(), buffer, 0, buffer.byteSize())) >= 0) {
                sent += result;
            }
            assertEquals(-1, result);
            assertTrue(sent > 0);
        }
    }

    @Promise("3.13")
    @OnEveryProvider
    void what_it_cant_send_a_send_explains(IoLoop loop) throws IOException {
        try (Descriptors open = new Descriptors(loop)) {
            Sockets.Pair pair = open.pair();
            open.close(pair.second());
            MemorySegment buffer = Bytes.of(loop, "lost");
            assertEquals(-1, loop.sockets().sendNow(pair.first(), buffer, 0, 4));
            Send send = new Send(loop, done -> {});
            send.submit(pair.first(), buffer);
            assertEquals(SendError.BROKEN_PIPE, Bounded.complete(loop, send).error());
            assertEquals(-1, loop.sockets().sendNow(Descriptors.NOT_OPEN, buffer, 0, 4));
        }
    }

    @Promise({"2.5", "3.9", "3.13"})
    @OnEveryProvider
    void bad_arguments_are_refused_by_name(IoLoop loop) {
        Sockets sockets = loop.sockets();
        MemorySegment buffer = Bytes.empty(loop, 8);
        assertThrows(IllegalArgumentException.class, () -> sockets.sendNow(-1, buffer, 0, 8));
        assertThrows(IllegalArgumentException.class, () -> sockets.sendNow(0, buffer, 0, 9));
        assertThrows(IllegalArgumentException.class, () -> sockets.sendNow(0, buffer, -1, 1));
        assertThrows(
                IllegalArgumentException.class, () -> sockets.sendNow(0, MemorySegment.ofArray(new byte[8]), 0, 8));
        MemorySegment closed;
        try (Arena arena = Arena.ofConfined()) {
            closed = arena.allocate(8);
        }
        assertThrows(IllegalArgumentException.class, () -> sockets.sendNow(0, closed, 0, 8));
    }
}
