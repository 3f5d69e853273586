// SPDX-License-Identifier: Apache-2.0

package dev.ringtail.io.tests.conformance;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.ringtail.io.BufferRing;
import dev.ringtail.io.Capability;
import dev.ringtail.io.IoLoop;
import dev.ringtail.io.MultishotRecv;
import dev.ringtail.io.Options;
import dev.ringtail.io.spi.Provider;
import java.io.IOException;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.BeforeEach;

final class BufferRingTest {
    @BeforeEach
    void needsBufferRings(IoLoop loop) {
        Supported.assume(loop, Capability.BUFFER_RING);
    }

    @Promise("2.8")
    @OnEveryProvider
    void its_size_is_rounded_up_to_a_power_of_two(IoLoop loop) throws IOException {
        for (int[] size : new int[][] {{1, 1}, {2, 2}, {3, 4}, {1000, 1024}, {32768, 32768}}) {
            try (BufferRing ring = new BufferRing(loop, size[0], 16)) {
                assertEquals(size[1], ring.count());
                assertEquals(16, ring.bufferBytes());
                assertEquals(16, ring.buffer(size[1] - 1).byteSize());
            }
        }
    }

    @Promise("2.8")
    @OnEveryProvider
    void sizes_out_of_range_are_refused_by_name(IoLoop loop) {
        for (int count : new int[] {-1, 0, 32769}) {
            Exception e = assertThrows(IllegalArgumentException.class, () -> new BufferRing(loop, count, 16));
            assertTrue(String.valueOf(e.getMessage()).startsWith("count: " + count));
        }
        for (int bytes : new int[] {-1, 0, (1 << 30) + 1}) {
            Exception e = assertThrows(IllegalArgumentException.class, () -> new BufferRing(loop, 1, bytes));
            assertTrue(String.valueOf(e.getMessage()).startsWith("bufferBytes: " + bytes));
        }
    }

    @Promise("2.8")
    @OnEveryProvider
    void releasing_what_isnt_lent_is_refused(IoLoop loop) throws IOException {
        try (BufferRing ring = new BufferRing(loop, 2, 16)) {
            assertThrows(IllegalStateException.class, () -> ring.release(0));
            assertThrows(IllegalArgumentException.class, () -> ring.release(-1));
            assertThrows(IllegalArgumentException.class, () -> ring.release(2));
            assertEquals(0, ring.lentCount());
        }
    }

    @Promise("2.8")
    @OnEveryProvider
    void it_cant_be_closed_while_a_receive_uses_it(IoLoop loop) throws IOException {
        BufferRing ring = new BufferRing(loop, 2, 16);
        try (Descriptors open = new Descriptors(loop)) {
            MultishotRecv recv = new MultishotRecv(loop, done -> {});
            recv.submit(open.pair().first(), ring);
            assertThrows(IllegalStateException.class, ring::close);
            loop.tick();
            assertThrows(IllegalStateException.class, ring::close);
            Bounded.cancel(loop, recv);
            ring.close();
            assertThrows(
                    IllegalStateException.class, () -> recv.submit(open.pair().first(), ring));
            assertThrows(IllegalStateException.class, () -> ring.release(0));
        }
    }

    @Promise("2.8")
    @OnEveryProvider
    void many_can_be_open_and_closed_in_any_order(IoLoop loop) throws IOException {
        List<BufferRing> rings = new ArrayList<>();
        for (int i = 0; i < 20; i++) {
            rings.add(new BufferRing(loop, 2, 16));
        }
        for (int i = 0; i < 20; i += 3) {
            rings.get(i).close();
        }
        for (int i = 0; i < 20; i++) {
            rings.add(new BufferRing(loop, 2, 16));
        }
        rings.forEach(BufferRing::close);
        try (Descriptors open = new Descriptors(loop);
                BufferRing ring = new BufferRing(loop, 2, 16)) {
            int[] bytes = new int[1];
            int fd = open.pair().first();
            MultishotRecv recv = new MultishotRecv(loop, done -> bytes[0]++);
            recv.submit(fd, ring);
            Bounded.cancel(loop, recv);
            assertEquals(1, bytes[0]);
        }
    }

    @Promise("2.8")
    @OnEveryProvider
    void one_of_another_loop_is_refused(IoLoop loop, Provider provider) throws IOException {
        try (IoLoop other = IoLoop.open(provider, Options.defaults());
                BufferRing ring = new BufferRing(other, 2, 16)) {
            MultishotRecv recv = new MultishotRecv(loop, done -> {});
            assertThrows(IllegalArgumentException.class, () -> recv.submit(1, ring));
        }
    }
}
