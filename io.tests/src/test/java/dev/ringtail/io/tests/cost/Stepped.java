// SPDX-License-Identifier: Apache-2.0

package dev.ringtail.io.tests.cost;

import dev.ringtail.io.Completion;
import dev.ringtail.io.IoLoop;
import dev.ringtail.io.Nop;
import dev.ringtail.io.OpenFlags;
import dev.ringtail.io.Options;
import dev.ringtail.io.Read;
import dev.ringtail.io.Recv;
import dev.ringtail.io.Send;
import dev.ringtail.io.Sockets;
import dev.ringtail.io.spi.Provider;
import dev.ringtail.io.tests.NamedProvider;
import java.io.IOException;
import java.lang.foreign.MemorySegment;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import org.jspecify.annotations.Nullable;

/**
 * The child's side: the same batch of operations for ever, and after each a sched_yield, which is where step.c counts from and
 * to. Says which thread that is once it is warm.
 */
final class Stepped {
    /** Of nops, as many as no queue is too short for: what a batch costs is hardly seen beside what they cost. */
    static final int NOP_BATCH = 256;

    static final int BATCH = 32;

    private static final int LENGTH_BYTES = 64;

    /** For the optimizing compiler to have seen enough, and to have had the time for its work. */
    private static final int WARM_BATCHES = 20_000;

    private static final Duration WARM = Duration.ofMillis(1_500);

    private final IoLoop loop;
    private final MemorySegment buffer;
    private int pendingCount;

    private Stepped(IoLoop loop) {
        this.loop = loop;
        buffer = loop.arena().allocate(LENGTH_BYTES);
    }

    /** Provider, operation, and a file of some bytes. */
    public static void main(String... arguments) throws IOException {
        Provider provider = NamedProvider.of(arguments[0]);
        try (IoLoop loop = IoLoop.open(provider, Options.defaults())) {
            Stepped stepped = new Stepped(loop);
            switch (arguments[1]) {
                case "nop" -> stepped.runNops();
                case "read" -> stepped.runReads(arguments[2]);
                case "echo" -> stepped.runEchoes();
                default -> throw new IllegalArgumentException(arguments[1]);
            }
        }
    }

    private void runNops() throws IOException {
        Nop[] nops = new Nop[NOP_BATCH];
        for (int i = 0; i < NOP_BATCH; i++) {
            nops[i] = new Nop(loop, done -> completed(done, done.error()));
        }
        run(NOP_BATCH, () -> {
            for (Nop nop : nops) {
                nop.submit();
            }
        });
    }

    private void runReads(String file) throws IOException {
        int fd = loop.files().open(file, OpenFlags.READ, 0);
        Read[] reads = new Read[BATCH];
        for (int i = 0; i < BATCH; i++) {
            reads[i] = new Read(loop, done -> completed(done, done.error()));
        }
        run(BATCH, () -> {
            for (Read read : reads) {
                read.submit(fd, buffer, 0);
            }
        });
    }

    /** On each of a batch of connections: sent at one end, received at the other. */
    private void runEchoes() throws IOException {
        Sockets.Pair[] pairs = new Sockets.Pair[BATCH];
        Recv[] recvs = new Recv[BATCH];
        Send[] sends = new Send[BATCH];
        for (int i = 0; i < BATCH; i++) {
            pairs[i] = loop.sockets().openPair();
            recvs[i] = new Recv(loop, done -> completed(done, done.error()));
            sends[i] = new Send(loop, done -> completed(done, done.error()));
        }
        run(2 * BATCH, () -> {
            for (int i = 0; i < BATCH; i++) {
                recvs[i].submit(pairs[i].second(), buffer);
                sends[i].submit(pairs[i].first(), buffer);
            }
        });
    }

    private void completed(Completion done, @Nullable Object error) {
        if (error != null) {
            throw new IllegalStateException(done + ": " + error);
        }
        pendingCount--;
    }

    // The parent reads it.
    @SuppressWarnings("SystemOut")
    private void run(int operations, Runnable submit) throws IOException {
        long start = System.nanoTime();
        for (int batches = 0; batches < WARM_BATCHES || System.nanoTime() - start < WARM.toNanos(); batches++) {
            runBatch(operations, submit);
        }
        // A link to PROCESS/task/THREAD: proc_thread-self(5).
        System.out.println(Files.readSymbolicLink(Path.of("/proc/thread-self")).getFileName());
        while (pendingCount == 0) {
            runBatch(operations, submit);
        }
    }

    // There is none to be let run: it is the system call that is wanted.
    @SuppressWarnings("ThreadPriorityCheck")
    private void runBatch(int operations, Runnable submit) {
        pendingCount = operations;
        submit.run();
        while (pendingCount > 0) {
            loop.tick();
        }
        Thread.yield();
    }
}
