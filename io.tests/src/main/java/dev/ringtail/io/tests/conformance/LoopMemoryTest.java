// SPDX-License-Identifier: Apache-2.0

package dev.ringtail.io.tests.conformance;

import static org.junit.jupiter.api.Assertions.assertEquals;

import dev.ringtail.io.IoLoop;
import java.io.IOException;
import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.locks.LockSupport;
import org.junit.jupiter.api.io.TempDir;

/** The native memory that a loop works with is its own, as long as it lives. */
final class LoopMemoryTest {
    private static final int[] SIZES = {8, 16, 24, 32, 128, 132, 256};
    private static final int CANARY_COUNT = 2000;

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
