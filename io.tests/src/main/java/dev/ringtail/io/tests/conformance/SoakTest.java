// SPDX-License-Identifier: Apache-2.0

package dev.ringtail.io.tests.conformance;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.ringtail.io.Address;
import dev.ringtail.io.IoLoop;
import dev.ringtail.io.Sockets;
import dev.ringtail.io.SystemCallException;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.stream.Stream;
import org.junit.jupiter.api.io.TempDir;

/**
 * Very many operations of every kind, mixed at random, their data verified, and nothing grows: not the descriptors, not the
 * mappings, not the heap. {@code -Dringtail.soak.operations} says how many, {@code -Dringtail.soak.seed} which.
 */
final class SoakTest {
    private static final long OPERATION_COUNT = Long.getLong("ringtail.soak.operations", 1_000_000);
    private static final long SEED = Long.getLong("ringtail.soak.seed", 20250915);

    /** What the virtual machine does for itself meanwhile comes to less. */
    private static final long HEAP_GROWTH_BYTES = 4 << 20;

    private static final long MAPPING_GROWTH = 32;

    @Promise({"1.6", "2.2", "3.1"})
    @OnEveryProvider
    void very_many_operations_leave_nothing_behind(IoLoop loop, @TempDir Path folder) throws IOException {
        try (Descriptors open = new Descriptors(loop)) {
            Path path = folder.resolve("file");
            Soak soak = new Soak(loop, SEED, open.file(path), path.toString());
            List<Soak.Actor> actors = actors(soak, open);
            long start = System.nanoTime();
            soak.runTo(OPERATION_COUNT / 5, actors);
            Leaks descriptors = Leaks.now();
            long heapBytes = heapBytes();
            long mappingCount = mappingCount();
            soak.runTo(OPERATION_COUNT, actors);
            long seconds = (System.nanoTime() - start) / 1_000_000_000;
            Leaks.now().assertNoMoreThan(descriptors);
            long moreBytes = heapBytes() - heapBytes;
            assertTrue(moreBytes < HEAP_GROWTH_BYTES, () -> "the heap grew by " + moreBytes);
            long moreMappings = mappingCount() - mappingCount;
            assertTrue(moreMappings < MAPPING_GROWTH, () -> "mappings: " + moreMappings + " more");
            assertEquals(0, loop.inFlightCount());
            report(loop, soak.doneCount, seconds, moreBytes);
        }
    }

    @SuppressWarnings("SystemOut") // The figures are wanted in the log.
    private static void report(IoLoop loop, long count, long seconds, long moreBytes) {
        System.out.println("soak on " + loop.provider() + ", seed " + SEED + ": " + count + " operations in " + seconds
                + " s; heap " + moreBytes + " bytes more; " + loop.statistics());
    }

    private static List<Soak.Actor> actors(Soak soak, Descriptors open) throws SystemCallException {
        List<Soak.Actor> actors = new ArrayList<>();
        for (int i = 0; i < 8; i++) {
            actors.add(soak.new FileActor());
            actors.add(soak.new TimerActor());
            Descriptors.Connection tcp = open.tcp();
            actors.add(soak.new StreamActor(tcp.clientFd(), tcp.serverFd()));
            actors.add(soak.new StreamActor(tcp.serverFd(), tcp.clientFd()));
            Sockets.Pair pair = open.pair();
            actors.add(soak.new StreamActor(pair.first(), pair.second()));
        }
        for (int i = 0; i < 2; i++) {
            Sockets.Pair pair = open.pair();
            actors.add(soak.new CancelActor(pair.first(), pair.second()));
            actors.add(soak.new OpenActor());
            Descriptors.Connection udp = open.udp();
            actors.add(soak.new DatagramActor(udp.clientFd(), udp.serverFd()));
            Address address = Descriptors.abstractName();
            actors.add(new ConnectActor(soak, open.listening(address, 4), address));
        }
        return actors;
    }

    private static long heapBytes() {
        long least = Long.MAX_VALUE;
        for (int i = 0; i < 3; i++) {
            System.gc();
            least = Math.min(
                    least,
                    Runtime.getRuntime().totalMemory() - Runtime.getRuntime().freeMemory());
        }
        return least;
    }

    private static long mappingCount() throws IOException {
        try (Stream<String> lines = Files.lines(Path.of("/proc/self/maps"))) {
            return lines.count();
        }
    }
}
