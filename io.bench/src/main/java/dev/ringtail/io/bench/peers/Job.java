// SPDX-License-Identifier: Apache-2.0
package dev.ringtail.io.bench.peers;

import java.io.IOException;
import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.nio.channels.FileChannel;
import java.nio.file.OpenOption;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.util.Set;
import java.util.SplittableRandom;
import java.util.random.RandomGenerator;

/**
 * Transfers to be done to a file, as a command says it: FILE read|write cached|direct random|sequential DEPTH BLOCK_BYTES
 * MILLIS.
 *
 * @param blocks how many of them the file has
 */
record Job(
        Path file,
        boolean isWriting,
        boolean isDirect,
        boolean isRandom,
        int depth,
        int blockBytes,
        double millis,
        long blocks) {
    /** O_DIRECT needs buffers aligned to it. */
    static final int PAGE_BYTES = 4096;

    static Job of(String[] words) throws IOException {
        Path file = Path.of(words[1]);
        int blockBytes = Integer.parseInt(words[6]);
        long blocks;
        try (FileChannel channel = FileChannel.open(file)) {
            blocks = channel.size() / blockBytes;
        }
        return new Job(
                file,
                words[2].equals("write"),
                words[3].equals("direct"),
                words[4].equals("random"),
                Integer.parseInt(words[5]),
                blockBytes,
                Double.parseDouble(words[7]),
                blocks);
    }

    /** How long a window is: transfers that wait for the device come in bursts. */
    long windowNanos() {
        return isDirect || isWriting ? Windows.LONG_WINDOW_NANOS : Windows.WINDOW_NANOS;
    }

    /** What a channel is opened with. */
    Set<OpenOption> openOptions() {
        OpenOption access = isWriting ? StandardOpenOption.WRITE : StandardOpenOption.READ;
        return isDirect ? Set.of(access, direct()) : Set.of(access);
    }

    /** ExtendedOpenOption.DIRECT, whose class javac warns of whatever is done about it. */
    static OpenOption direct() {
        try {
            return (OpenOption) Class.forName("com.sun.nio.file.ExtendedOpenOption")
                    .getField("DIRECT")
                    .get(null);
        } catch (ReflectiveOperationException e) {
            throw new LinkageError(e.getMessage(), e);
        }
    }

    MemorySegment buffer() {
        return Arena.ofAuto().allocate(blockBytes, PAGE_BYTES);
    }

    /** Where transfers go, one after the other. One thread's. */
    final class Positions {
        private final RandomGenerator random = new SplittableRandom();
        private long next;

        long next() {
            return (isRandom ? random.nextLong(blocks) : next++ % blocks) * blockBytes;
        }
    }
}
