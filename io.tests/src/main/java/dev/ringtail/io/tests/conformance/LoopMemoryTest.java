// SPDX-License-Identifier: Apache-2.0

package dev.ringtail.io.tests.conformance;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertNotNull;

import dev.ringtail.io.Event;
import dev.ringtail.io.IoLoop;
import dev.ringtail.io.Options;
import dev.ringtail.io.spi.Provider;
import java.io.IOException;
import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.lang.ref.WeakReference;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.locks.LockSupport;
import org.junit.jupiter.api.io.TempDir;

/** The native memory that a loop works with is its own, as long as it lives. */
final class LoopMemoryTest {
    private static final int[] SIZES = {8, 16, 24, 32, 128, 132, 256};
    private static final int CANARY_COUNT = 2000;

    /** The kernel would write into freed memory. */
    @Promise({"1.8", "2.5"})
    @OnEveryProvider
    void a_loop_that_nobody_refers_to_any_more_is_kept_until_it_is_closed(Provider provider) throws IOException {
        WeakReference<IoLoop> abandoned = abandoned(provider);
        for (int i = 0; i < 5; i++) {
            System.gc();
        }
        IoLoop loop = abandoned.get();
        assertNotNull(loop);
        assertEquals(1, loop.inFlightCount());
        loop.close();
    }

    private static WeakReference<IoLoop> abandoned(Provider provider) throws IOException {
        IoLoop loop = IoLoop.open(provider, Options.defaults());
        new Event(loop, () -> {}).listen();
        loop.tick();
        return new WeakReference<>(loop);
    }

    @Promise("1.6")
    @OnEveryProvider
    void what_the_loop_uses_survives_the_collector_and_nobody_elses_memory_is_written(IoLoop loop, @TempDir Path folder)
            throws IOException {
        Sample.run(loop, folder);
        for (int i = 0; i < 5; i++) {
            System.gc();
            LockSupport.parkNanos(5_000_000);
        }
        try (Arena arena = Arena.ofConfined()) {
            // What had been freed by mistake is somebody else's now.
            List<MemorySegment> canaries = new ArrayList<>();
            for (int size : SIZES) {
                for (int i = 0; i < CANARY_COUNT; i++) {
                    canaries.add(arena.allocate(size).fill((byte) 0x5a));
                }
            }
            Sample.run(loop, folder);
            for (MemorySegment canary : canaries) {
                for (long i = 0; i < canary.byteSize(); i++) {
                    assertEquals(0x5a, canary.get(java.lang.foreign.ValueLayout.JAVA_BYTE, i));
                }
            }
        }
    }
}
