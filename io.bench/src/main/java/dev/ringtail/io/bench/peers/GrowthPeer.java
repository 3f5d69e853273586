// SPDX-License-Identifier: Apache-2.0
package dev.ringtail.io.bench.peers;

import dev.ringtail.io.Cancel;
import dev.ringtail.io.IoLoop;
import dev.ringtail.io.Nop;
import dev.ringtail.io.Options;
import dev.ringtail.io.Recv;
import dev.ringtail.io.Shutdown;
import dev.ringtail.io.Sockets;
import dev.ringtail.io.Timeout;
import java.io.IOException;
import java.lang.foreign.MemorySegment;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Locale;

/**
 * What many of something cost. Commands: nops N (so many at once, again and again); parked N (so many receives that nothing
 * comes for, and what a nop costs beside them); cancels N (so many cancelled at once); timers N (so many that aren't due, and
 * what a short one costs beside them).
 */
final class GrowthPeer implements PeerMain.Peer {
    private static final int NOP_BATCH = 32;
    private static final long MEASURED = 50_000;
    private static final long HOUR_NANOS = 3_600_000_000_000L;
    private static final long STEP_NANOS = 1_000_000;
    private static final int ROUNDS = 3;
    private static final int CANCELS = 1_000;

    private final String provider;
    private long completedCount;

    GrowthPeer(String provider) {
        this.provider = provider;
    }

    @Override
    public String answer(String[] words) throws Exception {
        int count = Integer.parseInt(words[1]);
        try (IoLoop loop = Loops.open(provider, Options.defaults())) {
            return switch (words[0]) {
                case "nops" -> nops(loop, count);
                case "parked" -> parked(loop, count);
                case "cancels" -> cancels(loop, count);
                case "timers" -> timers(loop, count);
                default -> throw new IllegalArgumentException(words[0]);
            };
        }
    }

    private String nops(IoLoop loop, int count) {
        long heap = heapBytes();
        Nop[] nops = makeNops(loop, count);
        double nanos = nanosPerNop(loop, nops);
        return figures(nanos, (double) (heapBytes() - heap) / count, nops.length);
    }

    private String parked(IoLoop loop, int count) throws Exception {
        Sockets.Pair pair = loop.sockets().openPair();
        MemorySegment buffer = loop.arena().allocate(64);
        Nop[] nops = makeNops(loop, NOP_BATCH);
        nanosPerNop(loop, nops);
        long resident = residentBytes();
        Recv[] parked = new Recv[count];
        for (int i = 0; i < count; i++) {
            parked[i] = new Recv(loop, _ -> {});
            parked[i].submit(pair.first(), buffer);
        }
        loop.runFor(STEP_NANOS);
        long after = residentBytes();
        double nanos = nanosPerNop(loop, nops);
        // Not by cancelling: finding one of so many to cancel takes the kernel longer the more there are.
        loop.sockets().shutdown(pair.second(), Shutdown.BOTH);
        while (loop.inFlightCount() > 0) {
            loop.runFor(STEP_NANOS);
        }
        return figures(nanos, (double) (after - resident) / count, parked.length);
    }

    /** How long one takes of so many receives that are cancelled all at once. */
    private String cancels(IoLoop loop, int count) throws Exception {
        Sockets.Pair pair = loop.sockets().openPair();
        MemorySegment buffer = loop.arena().allocate(64);
        Recv[] parked = new Recv[count];
        Cancel[] cancels = new Cancel[count];
        for (int i = 0; i < count; i++) {
            parked[i] = new Recv(loop, _ -> ended(loop, 2 * count));
            cancels[i] = new Cancel(loop, _ -> ended(loop, 2 * count));
        }
        int rounds = Math.max(ROUNDS, CANCELS / count);
        long nanos = 0;
        // The first half is the warm-up.
        for (int round = -rounds; round < rounds; round++) {
            for (Recv recv : parked) {
                recv.submit(pair.first(), buffer);
            }
            loop.runFor(0);
            completedCount = 0;
            long start = System.nanoTime();
            for (int i = 0; i < count; i++) {
                cancels[i].submit(parked[i]);
            }
            loop.runFor(Long.MAX_VALUE);
            nanos += round < 0 ? 0 : System.nanoTime() - start;
        }
        return figures((double) nanos / rounds / count, 0, count);
    }

    private void ended(IoLoop loop, int all) {
        if (++completedCount == all) {
            loop.stop();
        }
    }

    private String timers(IoLoop loop, int count) {
        long heap = heapBytes();
        Timeout[] pending = new Timeout[count];
        for (int i = 0; i < count; i++) {
            pending[i] = new Timeout(loop, _ -> {});
            pending[i].submit(HOUR_NANOS + i * 7919L % HOUR_NANOS);
        }
        double bytes = (double) (heapBytes() - heap) / count;
        Timeout[] due = new Timeout[NOP_BATCH];
        for (int i = 0; i < due.length; i++) {
            due[i] = new Timeout(loop, _ -> completedCount++);
        }
        long best = Long.MAX_VALUE;
        for (int round = 0; round < ROUNDS; round++) {
            long start = System.nanoTime();
            for (long done = 0; done < MEASURED; done += due.length) {
                for (Timeout timeout : due) {
                    timeout.submit(0);
                }
                loop.tick();
            }
            best = Math.min(best, System.nanoTime() - start);
        }
        return figures((double) best / MEASURED, bytes, pending.length);
    }

    private Nop[] makeNops(IoLoop loop, int count) {
        Nop[] nops = new Nop[count];
        for (int i = 0; i < count; i++) {
            nops[i] = new Nop(loop, _ -> completedCount++);
        }
        return nops;
    }

    /** All of them at once, again and again: the best round's time for each. */
    private double nanosPerNop(IoLoop loop, Nop[] nops) {
        double best = Double.MAX_VALUE;
        long least = Math.max(MEASURED, nops.length);
        for (int round = 0; round < ROUNDS; round++) {
            long start = System.nanoTime();
            long before = completedCount;
            while (completedCount - before < least) {
                long target = completedCount + nops.length;
                for (Nop nop : nops) {
                    nop.submit();
                }
                while (completedCount < target) {
                    loop.tick();
                }
            }
            best = Math.min(best, (double) (System.nanoTime() - start) / (completedCount - before));
        }
        return best;
    }

    private static String figures(double nanos, double bytes, int count) {
        return String.format(Locale.ROOT, "nanos=%.1f bytes=%.1f count=%d", nanos, bytes, count);
    }

    private static long heapBytes() {
        System.gc();
        return Runtime.getRuntime().totalMemory() - Runtime.getRuntime().freeMemory();
    }

    /** Of the heap what is used, and all else that the process has in memory. */
    private static long residentBytes() throws IOException {
        String status = Files.readString(Path.of("/proc/self/statm"));
        int pageBytes = 4096;
        System.gc();
        long heap = Runtime.getRuntime().totalMemory();
        return Long.parseLong(status.split(" ", -1)[1]) * pageBytes - heap + heapBytes();
    }
}
