// SPDX-License-Identifier: Apache-2.0

package dev.ringtail.io.tests.scripted;

import dev.ringtail.io.Capability;
import dev.ringtail.io.IoLoop;
import dev.ringtail.io.KernelOperation;
import dev.ringtail.io.Options;
import dev.ringtail.io.Recv;
import dev.ringtail.io.spi.Driver;
import dev.ringtail.io.spi.SystemCalls;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.util.Set;

/**
 * A driver that costs next to nothing and allocates nothing, to measure the loop by: every operation succeeds in the next
 * await, but for a recv, which ends when it is cancelled.
 */
final class ImmediateDriver implements Driver {
    private static final int ENTRIES = 1024;

    private final long[] tokens = new long[ENTRIES];
    private final long[] recvs = new long[ENTRIES];
    private final ScriptedCalls calls = new ScriptedCalls();
    private int count;
    private int recvCount;
    private int canceledCount;
    private long now;

    IoLoop open() {
        try {
            return IoLoop.open(new ScriptedProvider(this), Options.defaults());
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    @Override
    public boolean start(long token, KernelOperation operation) {
        if (operation instanceof Recv) {
            recvs[recvCount++] = token;
        } else {
            tokens[count++] = token;
        }
        return true;
    }

    /** Recvs are cancelled in the order in which they were started. */
    @Override
    public boolean cancel(long token) {
        if (canceledCount < recvCount && recvs[canceledCount] == token) {
            canceledCount++;
        }
        return true;
    }

    @Override
    public boolean submit() {
        return true;
    }

    @Override
    public void await(long timeoutNanos, Sink sink) {
        now += 100;
        int due = count;
        count = 0;
        for (int i = 0; i < due; i++) {
            sink.completed(tokens[i], 0, 0);
        }
        int ended = canceledCount;
        canceledCount = 0;
        for (int i = 0; i < ended; i++) {
            sink.completed(recvs[i], -Errnos.ECANCELED, 0);
        }
        recvCount -= ended;
        System.arraycopy(recvs, ended, recvs, 0, recvCount);
    }

    @Override
    public void wakeup() {}

    @Override
    public Set<Capability> capabilities() {
        return Set.of();
    }

    @Override
    public long nanoTime() {
        return now;
    }

    @Override
    public long kernelEntries() {
        return 0;
    }

    @Override
    public long overflows() {
        return 0;
    }

    @Override
    public SystemCalls systemCalls() {
        return calls;
    }

    @Override
    public void close() {}
}
