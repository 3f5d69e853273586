// SPDX-License-Identifier: Apache-2.0

package dev.ringtail.io.tests.cost;

import static org.junit.jupiter.api.Assertions.assertTrue;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import dev.ringtail.io.Capability;
import dev.ringtail.io.IoLoop;
import dev.ringtail.io.Nop;
import dev.ringtail.io.OpenFlag;
import dev.ringtail.io.OpenFlags;
import dev.ringtail.io.Read;
import dev.ringtail.io.Recv;
import dev.ringtail.io.Send;
import dev.ringtail.io.Sockets;
import dev.ringtail.io.SystemCallException;
import dev.ringtail.io.Timeout;
import dev.ringtail.io.Write;
import dev.ringtail.io.tests.conformance.OnEveryProvider;
import dev.ringtail.io.tests.conformance.Promise;
import java.lang.foreign.MemorySegment;
import java.nio.file.Path;
import java.util.function.Consumer;
import org.junit.jupiter.api.io.TempDir;

/**
 * How often the kernel is entered for an operation, by the formula of semantics 1.7: a figure that no noise disturbs. The
 * benchmark "cost" prints the same, and heap bytes beside it. Only for a driver whose kernel completes operations.
 */
class KernelEntriesTest {
    private static final int BATCH = 32;

    /** In a round. */
    private static final int OPERATIONS = 6_400;

    private static final int ROUNDS = 4;

    private static final int BLOCK_BYTES = 512;

    /** More than a pass's one entry: a pass that waits when the machine is busy comes back with a part of its results. */
    private static final double ENTRIES_TOLERANCE = 1.5;

    private int pendingCount;
    private int passesLeft;

    /** Leaves runFor at the end. */
    private final Done done = new Done();

    @Promise("1.7")
    @OnEveryProvider
    void nops_cost_one_entry_a_batch(IoLoop loop) {
        Nop[] nops = new Nop[BATCH];
        for (int i = 0; i < BATCH; i++) {
            nops[i] = new Nop(loop, _ -> completed(BATCH, nops, Nop::submit));
        }
        assertEntries(loop, 1.0 / BATCH, BATCH, nops, Nop::submit);
    }

    @Promise("1.7")
    @OnEveryProvider
    void reads_cost_one_entry_a_batch(IoLoop loop, @TempDir Path folder) throws SystemCallException {
        int fd = loop.files()
                .open(folder.resolve("file").toString(), OpenFlags.of(OpenFlag.READ, OpenFlag.CREATE), 0600);
        MemorySegment buffer = loop.arena().allocate(BLOCK_BYTES);
        Consumer<Read> submit = read -> read.submit(fd, buffer, 0);
        Read[] reads = new Read[BATCH];
        for (int i = 0; i < BATCH; i++) {
            reads[i] = new Read(loop, _ -> completed(BATCH, reads, submit));
        }
        assertEntries(loop, 1.0 / BATCH, BATCH, reads, submit);
        loop.files().close(fd);
    }

    @Promise("1.7")
    @OnEveryProvider
    void writes_cost_an_entry_each_at_most(IoLoop loop, @TempDir Path folder) throws SystemCallException {
        int fd = loop.files()
                .open(folder.resolve("file").toString(), OpenFlags.of(OpenFlag.WRITE, OpenFlag.CREATE), 0600);
        MemorySegment buffer = loop.arena().allocate(BLOCK_BYTES);
        Consumer<Write> submit = write -> write.submit(fd, buffer, 0);
        Write[] writes = new Write[BATCH];
        for (int i = 0; i < BATCH; i++) {
            writes[i] = new Write(loop, _ -> completed(BATCH, writes, submit));
        }
        // The kernel may hand each to a worker of its own: then they come back one by one.
        assertEntries(loop, 1.0, BATCH, writes, submit);
        loop.files().close(fd);
    }

    @Promise("1.7")
    @OnEveryProvider
    void timeouts_cost_no_entry(IoLoop loop) {
        Timeout[] timeouts = new Timeout[BATCH];
        Consumer<Timeout> submit = timeout -> timeout.submit(0);
        for (int i = 0; i < BATCH; i++) {
            timeouts[i] = new Timeout(loop, _ -> completed(BATCH, timeouts, submit));
        }
        assertEntries(loop, 0.01 / BATCH, BATCH, timeouts, submit);
    }

    @Promise("1.7")
    @OnEveryProvider
    void a_message_to_a_socket_and_back_costs_two_entries(IoLoop loop) throws SystemCallException {
        Sockets.Pair pair = loop.sockets().openPair();
        MemorySegment buffer = loop.arena().allocate(BLOCK_BYTES);
        Recv[] recvs = new Recv[1];
        Send send = new Send(loop, _ -> {});
        Consumer<Recv> submit = recv -> {
            recv.submit(pair.second(), buffer);
            send.submit(pair.first(), buffer);
        };
        recvs[0] = new Recv(loop, _ -> completed(1, recvs, submit));
        assertEntries(loop, 2.0, 1, recvs, submit);
        loop.sockets().close(pair.first());
        loop.sockets().close(pair.second());
    }

    /** The best of some rounds: who is kept from the processor meanwhile comes back to fewer results at a time. */
    private <T> void assertEntries(IoLoop loop, double entriesEach, int operations, T[] batch, Consumer<T> submit) {
        assumeTrue(loop.capabilities().contains(Capability.KERNEL_COMPLETIONS), "each attempt is a system call here");
        int passes = OPERATIONS / operations;
        long entries = Long.MAX_VALUE;
        for (int round = 0; round < ROUNDS; round++) {
            long entered = loop.statistics().kernelEntries();
            passesLeft = passes;
            pendingCount = 1;
            run(loop, operations, batch, submit);
            entries = Math.min(entries, loop.statistics().kernelEntries() - entered);
        }
        double each = (double) entries / passes / operations;
        assertTrue(each <= entriesEach * ENTRIES_TOLERANCE, each + " entries each, not " + entriesEach);
    }

    private <T> void run(IoLoop loop, int operations, T[] batch, Consumer<T> submit) {
        try {
            completed(operations, batch, submit);
            loop.runFor(Long.MAX_VALUE);
        } catch (Done e) {
            // All passes are over.
        }
    }

    /** The last callback of a batch submits the next one. */
    private <T> void completed(int operations, T[] batch, Consumer<T> submit) {
        if (--pendingCount > 0) {
            return;
        }
        if (passesLeft-- == 0) {
            throw done;
        }
        pendingCount = operations;
        for (T each : batch) {
            submit.accept(each);
        }
    }

    private static final class Done extends RuntimeException {
        private static final long serialVersionUID = 1;

        Done() {
            super("done", null, false, false);
        }
    }
}
