// SPDX-License-Identifier: Apache-2.0

package dev.ringtail.io.tests.epoll;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertNull;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.ringtail.io.Close;
import dev.ringtail.io.Fsync;
import dev.ringtail.io.OpenFlag;
import dev.ringtail.io.OpenFlags;
import dev.ringtail.io.Openat;
import dev.ringtail.io.Read;
import dev.ringtail.io.Sockets.Pair;
import dev.ringtail.io.Statx;
import dev.ringtail.io.SystemCallException;
import dev.ringtail.io.Write;
import dev.ringtail.io.linux.Linux;
import dev.ringtail.io.tests.conformance.Bounded;
import java.io.IOException;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

final class WorkersTest extends OnEpoll {
    private static final OpenFlags NEW =
            OpenFlags.of(OpenFlag.READ, OpenFlag.WRITE, OpenFlag.CREATE, OpenFlag.TRUNCATE);

    private static final int F_DUPFD = 0;

    private final Linux linux = new Linux();

    @TempDir
    Path folder;

    @Test
    void a_file_is_written_and_read_back() throws IOException {
        int fd = openFile("a");
        MemorySegment data = loop.arena().allocate(100_000).fill((byte) 5);
        Write write = new Write(loop, done -> {});
        write.submit(fd, data, 0);
        assertEquals(100_000, Bounded.complete(loop, write).bytes());
        Fsync fsync = new Fsync(loop, done -> {});
        fsync.submitDataOnly(fd);
        assertNull(Bounded.complete(loop, fsync).error());
        Statx statx = new Statx(loop, done -> {});
        statx.submit(fd);
        assertEquals(100_000, Bounded.complete(loop, statx).size());
        Read read = new Read(loop, done -> {});
        MemorySegment back = loop.arena().allocate(200_000);
        read.submit(fd, back, 0);
        assertEquals(100_000, Bounded.complete(loop, read).bytes());
        assertArrayEquals(
                Files.readAllBytes(folder.resolve("a")),
                back.asSlice(0, 100_000).toArray(ValueLayout.JAVA_BYTE));
        Close close = new Close(loop, done -> {});
        close.submit(fd);
        assertNull(Bounded.complete(loop, close).error());
    }

    @Test
    void what_the_workers_have_at_close_completes_once_each_and_no_descriptor_is_lost() throws IOException {
        int fd = openFile("b");
        MemorySegment data = loop.arena().allocate(1 << 20);
        int[] completedCount = {0};
        List<Integer> opened = new ArrayList<>();
        for (int i = 0; i < 32; i++) {
            new Write(loop, done -> completedCount[0]++).submit(fd, data, (long) i << 20);
            new Fsync(loop, done -> completedCount[0]++).submit(fd);
            new Openat(loop, done -> {
                        completedCount[0]++;
                        if (done.error() == null) {
                            opened.add(done.openedFd());
                        }
                    })
                    .submit(folder.resolve("b").toString(), OpenFlags.READ, 0);
        }
        loop.tick();
        loop.close();
        assertEquals(96, completedCount[0]);
        assertEquals(opened.size(), openCount("b") - 1);
        opened.add(fd);
        reopenAndClose(opened);
        assertEquals(0, openCount("b"));
    }

    @Test
    void the_threads_start_with_the_first_use_are_few_and_are_gone_after_close() throws IOException {
        assertEquals(0, workerCount());
        int fd = openFile("c");
        MemorySegment data = loop.arena().allocate(4096);
        List<Write> writes = new ArrayList<>();
        for (int i = 0; i < 100; i++) {
            Write write = new Write(loop, done -> {});
            write.submit(fd, data, i * 4096L);
            writes.add(write);
        }
        for (Write write : writes) {
            assertEquals(4096, Bounded.complete(loop, write).bytes());
        }
        assertTrue(workerCount() >= 1 && workerCount() <= 4, "workers: " + workerCount());
        loop.close();
        assertEquals(0, workerCount());
        reopenAndClose(List.of(fd));
    }

    @Test
    void a_read_that_only_partly_is_in_memory_gives_all() throws IOException {
        int fd = openFile("d");
        Files.write(folder.resolve("d"), new byte[1 << 20]);
        Fsync fsync = new Fsync(loop, done -> {});
        fsync.submit(fd);
        Bounded.complete(loop, fsync);
        evict("d");
        MemorySegment buffer = loop.arena().allocate(1 << 20);
        Read little = new Read(loop, done -> {});
        little.submit(fd, buffer, 0, 4096, 0);
        assertEquals(4096, Bounded.complete(loop, little).bytes());
        Read all = new Read(loop, done -> {});
        all.submit(fd, buffer, 0);
        assertEquals(1 << 20, Bounded.complete(loop, all).bytes());
        evict("d");
        all.submit(fd, buffer, -1);
        assertEquals(1 << 20, Bounded.complete(loop, all).bytes());
        loop.files().close(fd);
    }

    @Test
    void what_is_known_of_a_file_is_not_asked_again_for_each_write() throws IOException {
        int fd = openFile("e");
        long first = callsOfWrite(fd, -1);
        assertTrue(first <= 5, "tried, refused by epoll, asked what it is, and the worker's two: " + first);
        // The worker's two; one where the file system takes writes that may not wait (RWF_NOWAIT).
        for (long offset = -1; offset < 4; offset++) {
            long calls = callsOfWrite(fd, offset);
            assertTrue(calls <= 2, "system calls: " + calls);
        }
        loop.files().close(fd);
    }

    private long callsOfWrite(int fd, long offset) {
        long before = loop.statistics().kernelEntries();
        Write write = new Write(loop, done -> {});
        write.submit(fd, loop.arena().allocate(100), offset);
        for (int i = 0; i < 10_000_000 && write.isInFlight(); i++) {
            // With nothing to wait for but the worker, a pass that doesn't block makes no system call.
            loop.tick();
        }
        assertEquals(100, write.bytes());
        return loop.statistics().kernelEntries() - before;
    }

    @Test
    void a_number_that_another_closed_and_a_socket_has_now_is_no_file_any_more() throws IOException {
        int fd = openFile("f");
        Write write = new Write(loop, done -> {});
        write.submit(fd, loop.arena().allocate(100), -1);
        Bounded.complete(loop, write);
        Read read = new Read(loop, done -> {});
        read.submit(fd, loop.arena().allocate(100), -1);
        Bounded.complete(loop, read);
        Pair pair = loop.sockets().openPair();
        linux.close(fd);
        assertEquals(fd, linux.fcntl(pair.first(), F_DUPFD, fd));
        // A worker that took it for the file would block in it, and the loop in its close.
        read.submit(fd, loop.arena().allocate(8), -1);
        loop.runFor(20_000_000);
        assertTrue(read.isInFlight());
        assertEquals(1, loop.sockets().sendNow(pair.second(), bytes(7), 0, 1));
        assertEquals(1, Bounded.complete(loop, read).bytes());
        read.submit(fd, loop.arena().allocate(8), -1);
        loop.runFor(20_000_000);
        loop.close();
        assertFalse(read.isInFlight());
        reopenAndClose(List.of(fd, pair.first(), pair.second()));
    }

    @Test
    void opening_a_fifo_never_holds_up_the_close() throws Exception {
        Path fifo = folder.resolve("fifo");
        assertEquals(0, new ProcessBuilder("mkfifo", fifo.toString()).start().waitFor());
        Openat toWrite = new Openat(loop, done -> {});
        toWrite.submit(fifo.toString(), OpenFlags.of(OpenFlag.WRITE), 0);
        assertEquals(
                dev.ringtail.io.OpenatError.NO_DEVICE_OR_PEER,
                Bounded.complete(loop, toWrite).error());
        Openat toRead = new Openat(loop, done -> {});
        toRead.submit(fifo.toString(), OpenFlags.READ, 0);
        int fd = Bounded.complete(loop, toRead).openedFd();
        Read read = new Read(loop, done -> {});
        read.submit(fd, loop.arena().allocate(8), -1);
        loop.tick();
        assertTrue(read.isInFlight(), "no writer yet");
        loop.close();
        assertFalse(read.isInFlight());
        reopenAndClose(List.of(fd));
    }

    private int openFile(String name) throws SystemCallException {
        return loop.files().open(folder.resolve(name).toString(), NEW, 0644);
    }

    private void evict(String name) throws IOException {
        try {
            Process process = new ProcessBuilder(
                            "dd", "of=" + folder.resolve(name), "oflag=nocache", "conv=notrunc,fdatasync", "count=0")
                    .redirectErrorStream(true)
                    .start();
            process.getInputStream().readAllBytes();
            process.waitFor();
        } catch (InterruptedException e) {
            throw new AssertionError(e);
        }
    }

    private void reopenAndClose(List<Integer> fds) throws IOException {
        open();
        for (int fd : fds) {
            loop.files().close(fd);
        }
    }

    private static long workerCount() {
        return Thread.getAllStackTraces().keySet().stream()
                .filter(thread -> thread.getName().startsWith("ringtail-worker-"))
                .count();
    }

    private long openCount(String name) throws IOException {
        long count = 0;
        try (var fds = Files.newDirectoryStream(Path.of("/proc/self/fd"))) {
            for (Path fd : fds) {
                if (Files.exists(fd) && Files.readSymbolicLink(fd).equals(folder.resolve(name))) {
                    count++;
                }
            }
        }
        return count;
    }
}
