// SPDX-License-Identifier: Apache-2.0
package dev.ringtail.io.bench.peers;

import java.util.Arrays;
import java.util.Locale;
import java.util.concurrent.atomic.AtomicLong;

/**
 * Measures in windows of about a millisecond, as bench.h does for the C peers: virtual processors vanish for 5 to 150 ms at
 * a time, and the median of many windows doesn't see that.
 */
final class Windows {
    private static final int COUNT_MAX = 65536;

    /** Where nothing else is said. */
    static final long WINDOW_NANOS = 1_000_000;

    /** Where completions come in bursts. */
    static final long LONG_WINDOW_NANOS = 25_000_000;

    private final double[] windows = new double[COUNT_MAX];

    /** What is measured: does at least that many operations, and says how many it were. */
    interface Body {
        long run(long operations) throws Exception;
    }

    /** Sleeps until other threads have completed that many: all of them, or the search for a window's size would never end. */
    static Body completions(AtomicLong completed) {
        long[] seen = {0};
        return operations -> {
            do {
                Thread.sleep(1);
            } while (completed.get() - seen[0] < operations);
            // Also what was completed between two calls.
            long before = seen[0];
            seen[0] = completed.get();
            return seen[0] - before;
        };
    }

    /** Runs a body for that long, at least so many operations at a time. Returns what came out as name=value. */
    String measure(Body body, long least, double millis) throws Exception {
        return measure(body, least, millis, WINDOW_NANOS);
    }

    String measure(Body body, long least, double millis, long windowNanos) throws Exception {
        long size = size(body, least, windowNanos);
        long total = 0;
        int count = 0;
        long cpu = Clocks.processNanos();
        long start = System.nanoTime();
        long end = start;
        long deadline = start + (long) (millis * 1e6);
        while (end < deadline && count < COUNT_MAX) {
            long begin = end;
            long done = body.run(size);
            end = System.nanoTime();
            total += done;
            windows[count++] = (double) (end - begin) / done;
        }
        cpu = Clocks.processNanos() - cpu;
        Arrays.sort(windows, 0, count);
        return String.format(
                Locale.ROOT,
                "nanos=%.3f mean=%.3f low=%.3f high=%.3f cpu=%.3f operations=%d",
                quantile(count, 0.5),
                (double) (end - start) / total,
                quantile(count, 0.1),
                quantile(count, 0.9),
                (double) cpu / total,
                total);
    }

    /** How many operations take a window's time. */
    private static long size(Body body, long least, long windowNanos) throws Exception {
        long size = least;
        while (true) {
            long start = System.nanoTime();
            long done = body.run(size);
            if (System.nanoTime() - start >= windowNanos) {
                return size;
            }
            size = done * 2;
        }
    }

    private double quantile(int count, double q) {
        return count == 0 ? 0 : windows[(int) (q * (count - 1) + 0.5)];
    }
}
