// SPDX-License-Identifier: Apache-2.0

package dev.ringtail.io.tests.conformance;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertNull;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.ringtail.io.IoLoop;
import dev.ringtail.io.Options;
import dev.ringtail.io.Read;
import dev.ringtail.io.Recv;
import dev.ringtail.io.Send;
import dev.ringtail.io.Timeout;
import dev.ringtail.io.Write;
import dev.ringtail.io.spi.Provider;
import java.io.IOException;
import java.lang.foreign.MemorySegment;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.io.TempDir;

/** What the tests of the lineage (TigerBeetle's early io_linux) expect of its loop, expected of this one. */
final class LineageTest {
    private static final long MILLISECOND = 1_000_000;

    /** The lineage's "queue overflow": a ring of 1 entry and several operations at once. */
    @Promise("2.3")
    @OnEveryProvider
    void a_queue_smaller_than_the_operations_in_flight(Provider provider, @TempDir Path folder) throws IOException {
        try (IoLoop loop = IoLoop.open(provider, Options.defaults().withEntries(1));
                Descriptors open = new Descriptors(loop)) {
            MemorySegment content = Bytes.random(loop, 32 * 512, 3);
            Path path = Files.write(folder.resolve("file"), content.toArray(java.lang.foreign.ValueLayout.JAVA_BYTE));
            int fd = open.file(path);
            List<Read> reads = new ArrayList<>();
            for (int i = 0; i < 32; i++) {
                Read read = new Read(loop, done -> {});
                read.submit(fd, Bytes.empty(loop, 512), i * 512L);
                reads.add(read);
            }
            for (Read read : reads) {
                assertEquals(512, Bounded.complete(loop, read).bytes());
                assertEquals(-1, content.asSlice(read.offset(), 512).mismatch(read.buffer()));
            }
        }
    }

    /** The lineage's "accept/connect/send/receive" and "write/read/close", as one chain of callbacks. */
    @Promise({"1.4", "2.1", "3.1"})
    @OnEveryProvider
    void a_pipeline_from_file_to_socket_to_file(IoLoop loop, @TempDir Path folder) throws IOException {
        try (Descriptors open = new Descriptors(loop)) {
            int size = 300_000;
            byte[] content = Bytes.random(loop, size, 11).toArray(java.lang.foreign.ValueLayout.JAVA_BYTE);
            Path source = Files.write(folder.resolve("source"), content);
            Path copy = folder.resolve("copy");
            Descriptors.Connection connection = open.tcp();
            new Sender(loop, open.file(source), connection.clientFd()).start();
            Receiver receiver = new Receiver(loop, connection.serverFd(), open.file(copy));
            receiver.start();
            Bounded.until(loop, "all is copied", () -> receiver.total == size);
            assertEquals(-1, Files.mismatch(source, copy));
        }
    }

    /** Reads a block, sends it however it is cut, and goes on until the end. */
    private static final class Sender {
        private final int fileFd;
        private final int socketFd;
        private final MemorySegment buffer;
        private final Read read;
        private final Send send;
        private long offset;
        private int sent;

        Sender(IoLoop loop, int fileFd, int socketFd) {
            this.fileFd = fileFd;
            this.socketFd = socketFd;
            buffer = Bytes.empty(loop, 4096);
            read = new Read(loop, this::onRead);
            send = new Send(loop, this::onSend);
        }

        void start() {
            read.submit(fileFd, buffer, offset);
        }

        private void onRead(Read done) {
            if (done.bytes() > 0) {
                sent = 0;
                send.submit(socketFd, buffer, 0, done.bytes());
            }
        }

        private void onSend(Send done) {
            sent += done.bytes();
            if (sent < read.bytes()) {
                send.submit(socketFd, buffer, sent, read.bytes() - sent);
            } else {
                offset += sent;
                start();
            }
        }
    }

    /** Receives what comes, and writes it however it is cut. */
    private static final class Receiver {
        private final int socketFd;
        private final int fileFd;
        private final MemorySegment buffer;
        private final Recv recv;
        private final Write write;
        private int written;

        /** Bytes in the file. */
        long total;

        Receiver(IoLoop loop, int socketFd, int fileFd) {
            this.socketFd = socketFd;
            this.fileFd = fileFd;
            buffer = Bytes.empty(loop, 3000);
            recv = new Recv(loop, this::onRecv);
            write = new Write(loop, this::onWrite);
        }

        void start() {
            recv.submit(socketFd, buffer);
        }

        private void onRecv(Recv done) {
            if (done.error() == null) {
                written = 0;
                write.submit(fileFd, buffer, 0, done.bytes(), total);
            }
        }

        private void onWrite(Write done) {
            written += done.bytes();
            total += done.bytes();
            if (written < recv.bytes()) {
                write.submit(fileFd, buffer, written, recv.bytes() - written, total);
            } else if (total < 300_000) {
                start();
            }
        }
    }

    /** The lineage's "timeout" and "tick to wait": time passes though completions keep coming. */
    @Promise({"1.5", "3.6"})
    @OnEveryProvider
    void timeouts_while_completions_are_queued(IoLoop loop, @TempDir Path folder) throws IOException {
        try (Descriptors open = new Descriptors(loop)) {
            int fd = open.file(folder.resolve("file"));
            List<Long> due = new ArrayList<>();
            long start = System.nanoTime();
            for (long millis = 2; millis <= 10; millis += 2) {
                long nanos = millis * MILLISECOND;
                new Timeout(loop, done -> {
                            assertNull(done.error());
                            assertTrue(System.nanoTime() - start >= nanos);
                            due.add(nanos);
                        })
                        .submit(nanos);
            }
            int[] writeCount = {0};
            for (int i = 0; i < 64; i++) {
                int number = i;
                new Write(loop, done -> {
                            writeCount[0]++;
                            if (due.size() < 5) {
                                done.submit(fd, done.buffer(), number);
                            }
                        })
                        .submit(fd, Bytes.of(loop, "x"), number);
            }
            Bounded.until(loop, "all are due", () -> due.size() == 5 && loop.inFlightCount() == 0);
            assertEquals(due.stream().sorted().toList(), due);
            assertTrue(writeCount[0] >= 64);
        }
    }

    /** The lineage's "chained timeouts of zero": each starts the next, and none overtakes the I/O that waits beside it. */
    @Promise({"1.4", "1.5"})
    @OnEveryProvider
    void chained_callbacks_without_a_delay(IoLoop loop, @TempDir Path folder) throws IOException {
        try (Descriptors open = new Descriptors(loop)) {
            int[] count = {0};
            Timeout timeout = new Timeout(loop, done -> {
                if (++count[0] < 100_000) {
                    done.submit(0);
                }
            });
            timeout.submit(0);
            Write write = new Write(loop, done -> {});
            write.submit(open.file(folder.resolve("file")), Bytes.of(loop, "x"), 0);
            Bounded.until(loop, "the write is complete", () -> !write.isInFlight());
            assertNull(write.error());
            Bounded.until(loop, "the chain is at its end", () -> count[0] == 100_000);
        }
    }
}
