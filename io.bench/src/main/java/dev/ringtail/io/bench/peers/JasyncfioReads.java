// SPDX-License-Identifier: Apache-2.0
package dev.ringtail.io.bench.peers;

import com.sun.management.ThreadMXBean;
import java.lang.management.ManagementFactory;
import java.nio.ByteBuffer;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.concurrent.CompletableFuture;
import one.jasyncfio.AsyncFile;
import one.jasyncfio.EventExecutor;
import one.jasyncfio.OpenOption;

/**
 * Bytes on the heap for each read by jasyncfio, 32 at a time, of the caller's thread and of its executor's together.
 * Command: cost read FILE.
 */
final class JasyncfioReads implements PeerMain.Peer {
    private static final int BATCH = 32;
    private static final int PASSES = 2_000;
    private static final int ROUNDS = 20;
    private static final int BLOCK_BYTES = 4096;

    private final ThreadMXBean threads = (ThreadMXBean) ManagementFactory.getThreadMXBean();
    private final EventExecutor executor = EventExecutor.initDefault();

    @Override
    public String answer(String[] words) throws Exception {
        AsyncFile file =
                AsyncFile.open(words[2], executor, OpenOption.READ_ONLY).get();
        List<ByteBuffer> buffers = new ArrayList<>();
        for (int i = 0; i < BATCH; i++) {
            buffers.add(ByteBuffer.allocateDirect(BLOCK_BYTES));
        }
        List<CompletableFuture<Integer>> reads = new ArrayList<>(BATCH);
        long fewest = Long.MAX_VALUE;
        for (int round = 0; round < ROUNDS; round++) {
            long before = threads.getTotalThreadAllocatedBytes();
            for (int pass = 0; pass < PASSES; pass++) {
                read(file, buffers, reads);
            }
            fewest = Math.min(fewest, threads.getTotalThreadAllocatedBytes() - before);
        }
        file.close().get();
        return String.format(Locale.ROOT, "bytes=%.3f", (double) fewest / PASSES / BATCH);
    }

    private static void read(AsyncFile file, List<ByteBuffer> buffers, List<CompletableFuture<Integer>> reads)
            throws Exception {
        reads.clear();
        for (int i = 0; i < BATCH; i++) {
            reads.add(file.read(buffers.get(i).clear(), (long) i * BLOCK_BYTES));
        }
        for (int i = 0; i < BATCH; i++) {
            reads.get(i).get();
        }
    }
}
