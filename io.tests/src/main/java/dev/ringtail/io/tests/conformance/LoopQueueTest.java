// SPDX-License-Identifier: Apache-2.0

package dev.ringtail.io.tests.conformance;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.ringtail.io.Capability;
import dev.ringtail.io.Event;
import dev.ringtail.io.Files;
import dev.ringtail.io.IoLoop;
import dev.ringtail.io.Nop;
import dev.ringtail.io.Options;
import dev.ringtail.io.Read;
import dev.ringtail.io.Recv;
import dev.ringtail.io.Send;
import dev.ringtail.io.Sockets;
import dev.ringtail.io.Timeout;
import dev.ringtail.io.Write;
import dev.ringtail.io.spi.Provider;
import java.io.IOException;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.BitSet;
import java.util.List;
import org.junit.jupiter.api.io.TempDir;

/** More operations in flight than the submission queue, or the completion queue, has room for. */
final class LoopQueueTest {
    private static final int[] SMALL = {1, 2, 8};
    private static final int COUNT = 2000;

    /** The smallest completion queue that there is: twice the submission queue. */
    private static Options tiny() {
        return Options.defaults().withEntries(1).without(Capability.LARGE_COMPLETION_QUEUE);
    }

    @Promise("2.3")
    @OnEveryProvider
    void hundreds_of_operations_go_through_a_ring_of_few_entries(Provider provider) throws IOException {
        for (int entries : SMALL) {
            try (IoLoop loop = IoLoop.open(provider, Options.defaults().withEntries(entries))) {
                int[] count = {0};
                for (int i = 0; i < 700; i++) {
                    new Nop(loop, done -> count[0]++).submit();
                }
                Bounded.until(loop, "all are complete", () -> count[0] == 700);
                assertEquals(0, loop.inFlightCount());
            }
        }
    }

    @Promise("2.3")
    @OnEveryProvider
    void they_wait_their_turn_in_submission_order(Provider provider) throws IOException {
        int sendCount = 100;
        for (int entries : SMALL) {
            try (IoLoop loop = IoLoop.open(provider, Options.defaults().withEntries(entries));
                    Descriptors open = new Descriptors(loop)) {
                // A socket with room for all: what has to wait, or goes to a thread of the kernel's as writes to pipes
                // do
                // before Linux 6.4, may be overtaken.
                Sockets.Pair pair = open.pair();
                for (int i = 0; i < sendCount; i++) {
                    MemorySegment number = Bytes.empty(loop, Integer.BYTES);
                    number.set(ValueLayout.JAVA_INT, 0, i);
                    new Send(loop, done -> assertEquals(Integer.BYTES, done.bytes())).submit(pair.first(), number);
                }
                Bounded.until(loop, "all are sent", () -> loop.inFlightCount() == 0);
                Recv recv = new Recv(loop, done -> {});
                MemorySegment all = Bytes.empty(loop, (long) sendCount * Integer.BYTES);
                recv.submit(pair.second(), all);
                assertEquals(all.byteSize(), Bounded.complete(loop, recv).bytes());
                for (int i = 0; i < sendCount; i++) {
                    assertEquals(i, all.getAtIndex(ValueLayout.JAVA_INT, i));
                }
            }
        }
    }

    @Promise("2.3")
    @OnEveryProvider
    void nops_that_complete_at_once_are_not_lost_by_a_small_completion_queue(Provider provider) throws IOException {
        try (IoLoop loop = IoLoop.open(provider, tiny())) {
            BitSet ended = new BitSet();
            for (int i = 0; i < COUNT; i++) {
                int number = i;
                new Nop(loop, done -> {
                            assertFalse(ended.get(number));
                            ended.set(number);
                        })
                        .submit();
            }
            Bounded.until(loop, "all are complete", () -> ended.cardinality() == COUNT);
            assertEquals(0, loop.inFlightCount());
        }
    }

    @Promise("2.3")
    @OnEveryProvider
    void reads_that_complete_at_once_are_not_lost_by_a_small_completion_queue(Provider provider) throws IOException {
        try (IoLoop loop = IoLoop.open(provider, tiny());
                Descriptors open = new Descriptors(loop)) {
            Files.Pipe pipe = open.pipe();
            int[] count = {0};
            for (int i = 0; i < COUNT; i++) {
                new Read(loop, done -> count[0] += done.bytes()).submit(pipe.readFd(), Bytes.empty(loop, 1), -1);
            }
            loop.runFor(1_000_000);
            Write write = new Write(loop, done -> {});
            write.submit(pipe.writeFd(), Bytes.empty(loop, COUNT), -1);
            Bounded.until(loop, "all are complete", () -> count[0] == COUNT);
            assertEquals(0, loop.inFlightCount());
            boolean hasQueues = loop.capabilities().contains(Capability.KERNEL_COMPLETIONS);
            assertTrue(!hasQueues || loop.statistics().completionOverflows() > 0, "nothing overflowed");
        }
    }

    @Promise("2.3")
    @OnEveryProvider
    void timeouts_that_are_due_at_once_are_not_lost(Provider provider) throws IOException {
        try (IoLoop loop = IoLoop.open(provider, tiny())) {
            int[] count = {0};
            for (int i = 0; i < COUNT; i++) {
                new Timeout(loop, done -> count[0]++).submit(1_000_000);
            }
            Bounded.until(loop, "all are complete", () -> count[0] == COUNT);
        }
    }

    @Promise("2.3")
    @OnEveryProvider
    void events_triggered_at_once_are_not_lost(Provider provider) throws IOException {
        try (IoLoop loop = IoLoop.open(provider, tiny())) {
            int[] count = {0};
            List<Event> events = new ArrayList<>();
            for (int i = 0; i < 200; i++) {
                Event event = new Event(loop, () -> count[0]++);
                event.listen();
                events.add(event);
            }
            loop.runFor(1_000_000);
            for (Event event : events) {
                event.trigger();
            }
            Bounded.until(loop, "all were heard", () -> count[0] == 200);
        }
    }

    @Promise("2.3")
    @OnEveryProvider
    void cancelling_everything_works_on_a_tiny_ring(Provider provider) throws IOException {
        try (IoLoop loop = IoLoop.open(provider, tiny());
                Descriptors open = new Descriptors(loop)) {
            int fd = open.pipe().readFd();
            int[] count = {0};
            List<Read> reads = new ArrayList<>();
            for (int i = 0; i < 300; i++) {
                Read read = new Read(loop, done -> count[0] += "CANCELED".equals(String.valueOf(done.error())) ? 1 : 0);
                read.submit(fd, Bytes.empty(loop, 1), -1);
                reads.add(read);
            }
            loop.runFor(1_000_000);
            for (Read read : reads) {
                new dev.ringtail.io.Cancel(loop, done -> count[0] += done.targetCanceled() ? 1 : 0).submit(read);
            }
            Bounded.until(loop, "all are canceled", () -> count[0] == 600);
        }
    }

    @Promise("2.3")
    @OnEveryProvider
    void file_operations_go_through_a_ring_of_one_entry(Provider provider, @TempDir Path folder) throws IOException {
        try (IoLoop loop = IoLoop.open(provider, tiny());
                Descriptors open = new Descriptors(loop)) {
            int fd = open.file(folder.resolve("file"));
            int[] count = {0};
            for (int i = 0; i < 300; i++) {
                MemorySegment buffer = Bytes.random(loop, 512, i);
                MemorySegment back = Bytes.empty(loop, 512);
                Read read = new Read(loop, done -> {
                    assertEquals(-1, buffer.mismatch(back));
                    count[0]++;
                });
                long offset = i * 512L;
                new Write(loop, done -> read.submit(fd, back, offset)).submit(fd, buffer, offset);
            }
            Bounded.until(loop, "all were read back", () -> count[0] == 300);
        }
    }
}
