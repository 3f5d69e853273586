// SPDX-License-Identifier: Apache-2.0

package dev.ringtail.io.tests.conformance;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertNull;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.ringtail.io.Event;
import dev.ringtail.io.Fsync;
import dev.ringtail.io.IoLoop;
import dev.ringtail.io.Nop;
import dev.ringtail.io.OpenFlag;
import dev.ringtail.io.OpenFlags;
import dev.ringtail.io.Openat;
import dev.ringtail.io.Read;
import dev.ringtail.io.Recv;
import dev.ringtail.io.Statx;
import dev.ringtail.io.Timeout;
import dev.ringtail.io.Write;
import java.io.IOException;
import java.lang.foreign.MemorySegment;
import java.nio.file.Path;
import java.util.concurrent.atomic.AtomicInteger;

/** A little of everything that a loop does, to see that it still does it on a kernel or with options out of the ordinary. */
final class Sample {
    private Sample() {}

    /** Leaves a file in the folder, and nothing else. */
    static void run(IoLoop loop, Path folder) throws IOException {
        try (Descriptors open = new Descriptors(loop)) {
            burst(loop);
            file(loop, open, folder.resolve("sample").toString());
            Descriptors.Connection connection = open.tcp();
            Bytes.assertConnected(loop, connection.clientFd(), connection.serverFd());
            Recv recv = new Recv(loop, done -> {});
            recv.submit(connection.clientFd(), Bytes.empty(loop, 8));
            loop.tick();
            assertEquals("CANCELED", String.valueOf(Bounded.cancel(loop, recv).error()));
        }
        time(loop);
        wakeups(loop);
        assertEquals(0, loop.inFlightCount());
    }

    private static void burst(IoLoop loop) {
        int[] count = {0};
        for (int i = 0; i < 100; i++) {
            new Nop(loop, done -> count[0]++).submit();
        }
        Bounded.until(loop, "all nops are complete", () -> count[0] == 100);
    }

    private static void file(IoLoop loop, Descriptors open, String path) throws IOException {
        Openat openat = new Openat(loop, done -> {});
        openat.submit(path, OpenFlags.of(OpenFlag.READ, OpenFlag.WRITE, OpenFlag.CREATE, OpenFlag.TRUNCATE), 0600);
        int fd = open.keep(Bounded.complete(loop, openat).openedFd());
        MemorySegment bytes = Bytes.random(loop, 10_000, 7);
        MemorySegment back = Bytes.empty(loop, 10_000);
        Write write = new Write(loop, done -> {});
        write.submit(fd, bytes, 5);
        assertEquals(10_000, Bounded.complete(loop, write).bytes());
        Fsync fsync = new Fsync(loop, done -> {});
        fsync.submit(fd);
        assertNull(Bounded.complete(loop, fsync).error());
        Read read = new Read(loop, done -> {});
        read.submit(fd, back, 5);
        assertEquals(10_000, Bounded.complete(loop, read).bytes());
        assertEquals(-1, bytes.mismatch(back));
        Statx statx = new Statx(loop, done -> {});
        statx.submit(path);
        assertEquals(10_005, Bounded.complete(loop, statx).size());
        open.closeOnLoop(fd);
    }

    private static void time(IoLoop loop) {
        long start = System.nanoTime();
        Timeout timeout = new Timeout(loop, done -> {});
        timeout.submit(300_000);
        Bounded.complete(loop, timeout);
        assertTrue(System.nanoTime() - start >= 300_000);
    }

    private static void wakeups(IoLoop loop) throws IOException {
        AtomicInteger count = new AtomicInteger();
        Event event = new Event(loop, count::incrementAndGet);
        event.listen();
        Thread thread = Thread.ofPlatform().start(() -> {
            loop.execute(count::incrementAndGet);
            try {
                event.trigger();
            } catch (IOException e) {
                throw new AssertionError(e);
            }
        });
        Bounded.until(loop, "task and event have arrived", () -> count.get() == 2);
        event.close();
        Bounded.until(loop, "the event is closed", () -> loop.inFlightCount() == 0 && !thread.isAlive());
    }
}
