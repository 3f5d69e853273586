// SPDX-License-Identifier: Apache-2.0
package dev.ringtail.io.bench.peers;

import dev.ringtail.io.Capability;
import dev.ringtail.io.IoLoop;
import dev.ringtail.io.Nop;
import dev.ringtail.io.Options;
import java.io.IOException;

/**
 * Entry cost: nops through the public API, error checked in the callback, which submits again. Command: nop BATCH MILLIS.
 * Variants: "tick" makes the passes by {@code tick} instead of {@code runFor}; "tick-index-array" also has the ring that
 * the C peer's old liburing makes it have.
 */
final class NopPeer implements PeerMain.Peer {
    private static final int BATCH_MAX = 256;

    private final IoLoop loop;
    private final boolean isTicking;
    private final Windows windows = new Windows();
    private final Nop[] nops = new Nop[BATCH_MAX];
    private long completedCount;
    private long neededCount = Long.MAX_VALUE;
    private boolean isStopping;

    NopPeer(String provider, String variant) throws IOException {
        Options options = Options.defaults();
        isTicking = variant.startsWith("tick");
        if (variant.endsWith("index-array")) {
            options = options.without(Capability.NO_SQARRAY).without(Capability.NO_IOWAIT);
        }
        loop = Loops.open(provider, options);
        for (int i = 0; i < BATCH_MAX; i++) {
            nops[i] = new Nop(loop, this::onNop);
        }
    }

    private void onNop(Nop nop) {
        if (nop.error() != null) {
            throw new AssertionError(nop.error());
        }
        completedCount++;
        if (completedCount >= neededCount) {
            loop.stop();
        }
        if (!isStopping) {
            nop.submit();
        }
    }

    @Override
    public String answer(String[] words) throws Exception {
        // What lives long is old: stores to it cost the collector's barriers in full.
        System.gc();
        int batch = Integer.parseInt(words[1]);
        isStopping = false;
        for (int i = 0; i < batch; i++) {
            nops[i].submit();
        }
        String result = windows.measure(isTicking ? this::tick : this::run, batch, Double.parseDouble(words[2]));
        isStopping = true;
        while (loop.inFlightCount() > 0) {
            loop.tick();
        }
        return result;
    }

    private long run(long operations) {
        long start = completedCount;
        neededCount = start + operations;
        loop.runFor(Long.MAX_VALUE);
        return completedCount - start;
    }

    private long tick(long operations) {
        long start = completedCount;
        while (completedCount - start < operations) {
            loop.tick();
        }
        return completedCount - start;
    }
}
