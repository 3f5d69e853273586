// SPDX-License-Identifier: Apache-2.0

package dev.ringtail.io.tests.conformance;

import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.ringtail.io.Capability;
import dev.ringtail.io.IoLoop;
import dev.ringtail.io.Read;
import dev.ringtail.io.Timeout;
import java.io.IOException;
import java.lang.management.ManagementFactory;
import java.lang.management.ThreadMXBean;
import java.nio.file.Path;
import java.util.concurrent.atomic.AtomicLong;

/** A loop that waits shows as one that waits. */
final class LoopIdleTest {
    private static final long IDLE_NANOS = Bounded.limit(300_000_000);
    private static final ThreadMXBean THREADS = ManagementFactory.getThreadMXBean();

    /** Something to wait for, of each kind that lasts. */
    private static Read waiting(IoLoop loop, Descriptors open) throws IOException {
        Read read = new Read(loop, done -> {});
        read.submit(open.pipe().readFd(), Bytes.empty(loop, 8), -1);
        new Timeout(loop, done -> {}).submit(Long.MAX_VALUE);
        loop.runFor(1_000_000);
        return read;
    }

    @Promise({"1.3", "4.5"})
    @OnEveryProvider
    void an_idle_loop_uses_no_cpu(IoLoop loop) throws IOException {
        try (Descriptors open = new Descriptors(loop)) {
            Read read = waiting(loop, open);
            long before = THREADS.getCurrentThreadCpuTime();
            loop.runFor(IDLE_NANOS);
            long used = THREADS.getCurrentThreadCpuTime() - before;
            assertTrue(used < IDLE_NANOS / 10, () -> used + " ns of CPU time in " + IDLE_NANOS + " ns of waiting");
            Bounded.cancel(loop, read);
        }
    }

    @Promise("4.5")
    @OnEveryProvider
    void an_idle_loop_does_not_count_as_waiting_for_io_where_the_kernel_can_avoid_it(IoLoop loop) throws Exception {
        if (loop.provider().equals("io_uring") && !loop.capabilities().contains(Capability.NO_IOWAIT)) {
            return; // Before Linux 6.15 it does, and says so.
        }
        try (Descriptors open = new Descriptors(loop)) {
            Read read = waiting(loop, open);
            // The machine's own waits come and go: the fewest of some samples are compared.
            long before = fewestBlocked();
            AtomicLong during = new AtomicLong();
            Thread sampler = Thread.ofPlatform().start(() -> during.set(fewestBlocked()));
            loop.runFor(IDLE_NANOS);
            sampler.join();
            assertTrue(during.get() <= before, () -> during + " threads wait for I/O; before: " + before);
            Bounded.cancel(loop, read);
        }
    }

    /** How many threads of the machine wait for I/O (proc_stat(5), procs_blocked): the fewest in 200 ms. */
    private static long fewestBlocked() {
        long fewest = Long.MAX_VALUE;
        try {
            for (int i = 0; i < 20; i++) {
                Thread.sleep(10);
                for (String line : java.nio.file.Files.readAllLines(Path.of("/proc/stat"))) {
                    if (line.startsWith("procs_blocked ")) {
                        fewest = Math.min(
                                fewest, Long.parseLong(line.substring(14).strip()));
                    }
                }
            }
        } catch (IOException | InterruptedException e) {
            throw new AssertionError(e);
        }
        return fewest;
    }
}
