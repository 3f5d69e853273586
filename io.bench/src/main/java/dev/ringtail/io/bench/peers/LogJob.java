// SPDX-License-Identifier: Apache-2.0
package dev.ringtail.io.bench.peers;

import java.nio.file.Path;
import java.util.Arrays;
import java.util.Locale;

/**
 * The append log: 4 KiB records, an fdatasync for each group of them, while one random 4 KiB O_DIRECT read of another file
 * is in flight. Command: log FILE READ_FILE GROUP MILLIS cached|direct|direct-synced: by the page cache, with O_DIRECT, with
 * O_DSYNC too and without the fdatasync. The file is there, {@link #LOG_BYTES} of it.
 */
final class LogJob {
    static final int RECORD_BYTES = 4096;
    static final long LOG_BYTES = 64L << 20;

    private static final int LATENCIES_MAX = 1 << 20;

    final Path file;
    final Path readFile;
    final int group;
    final double millis;
    final boolean isDirect;
    final boolean isSynced;

    private final double[] latencies = new double[LATENCIES_MAX];
    private int latencyCount;

    LogJob(String[] words) {
        file = Path.of(words[1]);
        readFile = Path.of(words[2]);
        group = Integer.parseInt(words[3]);
        millis = Double.parseDouble(words[4]);
        isDirect = words[5].startsWith("direct");
        isSynced = words[5].endsWith("synced");
    }

    /** One read took so long. One thread's. */
    void addLatency(long nanos) {
        if (latencyCount < LATENCIES_MAX) {
            latencies[latencyCount++] = nanos;
        }
    }

    /** What is said beside the figures of the commits. */
    String reads() {
        Arrays.sort(latencies, 0, latencyCount);
        return String.format(
                Locale.ROOT, " read_p50=%.0f read_p99=%.0f reads=%d", quantile(0.5), quantile(0.99), latencyCount);
    }

    private double quantile(double q) {
        return latencyCount == 0 ? 0 : latencies[(int) (q * (latencyCount - 1) + 0.5)];
    }
}
