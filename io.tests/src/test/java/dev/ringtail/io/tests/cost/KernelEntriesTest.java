// SPDX-License-Identifier: Apache-2.0

package dev.ringtail.io.tests.cost;

import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.ringtail.io.Accept;
import dev.ringtail.io.Address;
import dev.ringtail.io.BufferRing;
import dev.ringtail.io.Cancel;
import dev.ringtail.io.Capability;
import dev.ringtail.io.Close;
import dev.ringtail.io.Connect;
import dev.ringtail.io.Family;
import dev.ringtail.io.Fsync;
import dev.ringtail.io.IoLoop;
import dev.ringtail.io.MultishotRecv;
import dev.ringtail.io.NextTick;
import dev.ringtail.io.Nop;
import dev.ringtail.io.OpenFlag;
import dev.ringtail.io.OpenFlags;
import dev.ringtail.io.Openat;
import dev.ringtail.io.Read;
import dev.ringtail.io.Recv;
import dev.ringtail.io.Send;
import dev.ringtail.io.Sockets;
import dev.ringtail.io.Statx;
import dev.ringtail.io.SystemCallException;
import dev.ringtail.io.Timeout;
import dev.ringtail.io.Write;
import dev.ringtail.io.tests.conformance.Bounded;
import dev.ringtail.io.tests.conformance.Descriptors;
import dev.ringtail.io.tests.conformance.OnEveryProvider;
import dev.ringtail.io.tests.conformance.Promise;
import java.io.IOException;
import java.lang.foreign.MemorySegment;
import java.nio.file.Path;
import java.util.function.Consumer;
import org.junit.jupiter.api.Assumptions;
import org.junit.jupiter.api.io.TempDir;

/**
 * How often the kernel is entered for an operation, by the formulas of semantics 1.7: a figure that no noise disturbs. One is
 * for drivers whose kernel completes operations (a pass is an entry), one for those that try each themselves (so is each
 * attempt, and each wait). The benchmark "cost" prints the same, and heap bytes beside it.
 */
class KernelEntriesTest {
    private static final int BATCH = 32;

    /** In a round. */
    private static final int OPERATIONS = 6_400;

    /** Of what takes a device or a connection: in a round. */
    private static final int FEW = 200;

    private static final int ROUNDS = 4;

    private static final int BLOCK_BYTES = 512;

    /** A wait for the whole batch. */
    private static final double WAIT_EACH = 1.0 / BATCH;

    /** More than a pass's one entry: a pass that waits when the machine is busy comes back with a part of its results. */
    private static final double ENTRIES_TOLERANCE = 1.5;

    private int pendingCount;
    private int passesLeft;

    /** Of what is done one at a time: how it is submitted. */
    private final Runnable[] single = new Runnable[1];

    /** Leaves runFor at the end. */
    private final Done done = new Done();

    @Promise("1.7")
    @OnEveryProvider
    void nops_cost_one_entry_a_batch(IoLoop loop) {
        Nop[] nops = new Nop[BATCH];
        for (int i = 0; i < BATCH; i++) {
            nops[i] = new Nop(loop, _ -> completed(BATCH, nops, Nop::submit));
        }
        // Nobody has to be asked whether a nop is complete.
        assertEntries(loop, new Entries(1.0 / BATCH, WAIT_EACH), BATCH, nops, Nop::submit);
    }

    @Promise("1.7")
    @OnEveryProvider
    void reads_cost_one_entry_a_batch_or_an_attempt_each(IoLoop loop, @TempDir Path folder) throws SystemCallException {
        int fd = loop.files()
                .open(folder.resolve("file").toString(), OpenFlags.of(OpenFlag.READ, OpenFlag.CREATE), 0600);
        MemorySegment buffer = loop.arena().allocate(BLOCK_BYTES);
        Consumer<Read> submit = read -> read.submit(fd, buffer, 0);
        Read[] reads = new Read[BATCH];
        for (int i = 0; i < BATCH; i++) {
            reads[i] = new Read(loop, _ -> completed(BATCH, reads, submit));
        }
        assertEntries(loop, new Entries(1.0 / BATCH, 1 + WAIT_EACH), BATCH, reads, submit);
        loop.files().close(fd);
    }

    @Promise("1.7")
    @OnEveryProvider
    void writes_cost_an_entry_each_at_most_or_two_attempts_and_a_wakeup(IoLoop loop, @TempDir Path folder)
            throws SystemCallException {
        int fd = loop.files()
                .open(folder.resolve("file").toString(), OpenFlags.of(OpenFlag.WRITE, OpenFlag.CREATE), 0600);
        MemorySegment buffer = loop.arena().allocate(BLOCK_BYTES);
        Consumer<Write> submit = write -> write.submit(fd, buffer, 0);
        Write[] writes = new Write[BATCH];
        for (int i = 0; i < BATCH; i++) {
            writes[i] = new Write(loop, _ -> completed(BATCH, writes, submit));
        }
        // The kernel may hand each to a worker of its own: then they come back one by one.
        // Where each is tried: once without blocking, once more by a worker thread, which then wakes the loop.
        assertEntries(loop, new Entries(1.0, 3 + WAIT_EACH), BATCH, writes, submit);
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
        assertEntries(loop, new Entries(0.01 / BATCH, 0.01 / BATCH), BATCH, timeouts, submit);
    }

    @Promise("1.7")
    @OnEveryProvider
    void a_message_to_a_socket_costs_two_entries_or_three_attempts_and_a_wait(IoLoop loop) throws SystemCallException {
        Sockets.Pair pair = loop.sockets().openPair();
        MemorySegment buffer = loop.arena().allocate(BLOCK_BYTES);
        Recv[] recvs = new Recv[1];
        Send send = new Send(loop, _ -> {});
        Consumer<Recv> submit = recv -> {
            recv.submit(pair.second(), buffer);
            send.submit(pair.first(), buffer);
        };
        recvs[0] = new Recv(loop, _ -> completed(1, recvs, submit));
        // Tried: the receive, which has to wait, the send, and the receive again.
        assertEntries(loop, new Entries(2.0, 4.0), 1, recvs, submit);
        loop.sockets().close(pair.first());
        loop.sockets().close(pair.second());
    }

    @Promise("1.7")
    @OnEveryProvider
    void an_fsync_costs_one_entry_or_an_attempt_and_a_wait(IoLoop loop, @TempDir Path folder)
            throws SystemCallException {
        try (Descriptors open = new Descriptors(loop)) {
            int fd = open.file(folder.resolve("file"));
            Fsync fsync = new Fsync(loop, _ -> completed());
            assertEntriesOfOne(loop, new Entries(1.0, 2.0), FEW, () -> fsync.submitDataOnly(fd));
        }
    }

    @Promise("1.7")
    @OnEveryProvider
    void a_statx_costs_one_entry_or_an_attempt_and_a_wait(IoLoop loop, @TempDir Path folder) {
        String path = folder.toString();
        Statx statx = new Statx(loop, _ -> completed());
        // Mostly less: a result that is there before the loop waits saves the wait.
        assertEntriesOfOne(loop, new Entries(1.0, 2.0), OPERATIONS, () -> statx.submit(path));
    }

    @Promise("1.7")
    @OnEveryProvider
    void an_openat_and_its_close_cost_one_entry_each_or_an_attempt_and_a_wait_each(IoLoop loop, @TempDir Path folder) {
        String path = folder.toString();
        Close close = new Close(loop, _ -> completed());
        Openat openat = new Openat(loop, opened -> close.submit(opened.openedFd()));
        assertEntriesOfOne(loop, new Entries(2.0, 4.0), OPERATIONS, () -> openat.submit(path, OpenFlags.READ, 0));
    }

    @Promise("1.7")
    @OnEveryProvider
    void a_cancelled_recv_costs_an_entry_for_itself_and_one_for_the_cancel(IoLoop loop) throws SystemCallException {
        try (Descriptors open = new Descriptors(loop)) {
            Sockets.Pair pair = open.pair();
            MemorySegment buffer = loop.arena().allocate(BLOCK_BYTES);
            Recv recv = new Recv(loop, _ -> {});
            Cancel cancel = new Cancel(loop, _ -> completed());
            // In the next pass: the receive is to have reached the kernel.
            NextTick later = new NextTick(loop, _ -> cancel.submit(recv));
            // Tried: the receive alone, and then a look at what is ready. Cancelling it asks the kernel nothing.
            assertEntriesOfOne(loop, new Entries(2.0, 2.0), OPERATIONS, () -> {
                recv.submit(pair.first(), buffer);
                later.submit();
            });
        }
    }

    @Promise("1.7")
    @OnEveryProvider
    void a_multishot_recv_and_a_send_cost_one_entry_or_three_attempts_and_a_wait(IoLoop loop) throws IOException {
        Assumptions.assumeTrue(loop.capabilities().contains(Capability.BUFFER_RING));
        try (Descriptors open = new Descriptors(loop);
                BufferRing ring = new BufferRing(loop, BATCH, BLOCK_BYTES)) {
            Sockets.Pair pair = open.pair();
            MemorySegment buffer = loop.arena().allocate(BLOCK_BYTES);
            MultishotRecv recv = new MultishotRecv(loop, received -> {
                if (received.error() == null) {
                    ring.release(received.bufferId());
                    completed();
                }
            });
            recv.submit(pair.second(), ring);
            // Tried: the send, which is made at once, the receive, and the receive again for more.
            // Where the kernel completes operations, the send isn't counted: it passes by the ring.
            assertEntriesOfOne(
                    loop,
                    new Entries(1.0, 4.0),
                    OPERATIONS,
                    () -> loop.sockets().sendNow(pair.first(), buffer, 0, BLOCK_BYTES));
            Bounded.cancel(loop, recv);
        }
    }

    @Promise("1.7")
    @OnEveryProvider
    void a_connection_costs_an_entry_a_step_or_a_few_attempts_each(IoLoop loop) throws SystemCallException {
        try (Descriptors open = new Descriptors(loop)) {
            int listenFd = open.listening();
            Address address = loop.sockets().localAddress(listenFd);
            int[] clientFd = new int[1];
            Close closeClient = new Close(loop, _ -> completed());
            // The one that closes first keeps the port a while: the listener's, which is shared.
            Close closeServer = new Close(loop, _ -> closeClient.submit(clientFd[0]));
            Connect connect = new Connect(loop, _ -> {});
            Accept accept = new Accept(loop, accepted -> closeServer.submit(accepted.acceptedFd()));
            // Steps: an accept and a connect together, a close, another. Tried: the accept and the connect, twice each.
            // Each of these is four calls: the others make the socket non-blocking meanwhile. Then the closes, and
            // waits.
            assertEntriesOfOne(loop, new Entries(3.0, 19.0), FEW, () -> {
                clientFd[0] = openStream(loop);
                accept.submit(listenFd);
                connect.submit(clientFd[0], address);
            });
        }
    }

    private static int openStream(IoLoop loop) {
        try {
            return loop.sockets().openStream(Family.INET);
        } catch (SystemCallException e) {
            throw new AssertionError(e);
        }
    }

    /** What an operation may cost at most, by who completes it. */
    private record Entries(double byKernel, double byAttempts) {
        double of(IoLoop loop) {
            return loop.capabilities().contains(Capability.KERNEL_COMPLETIONS) ? byKernel : byAttempts;
        }
    }

    /** The best of some rounds: who is kept from the processor meanwhile comes back to fewer results at a time. */
    private <T> void assertEntries(IoLoop loop, Entries expected, int operations, T[] batch, Consumer<T> submit) {
        assertEntries(loop, expected, OPERATIONS / operations, operations, batch, submit);
    }

    /** The same for what is done one at a time, so often in a round; its last callback calls {@link #completed()}. */
    private void assertEntriesOfOne(IoLoop loop, Entries expected, int passes, Runnable submit) {
        single[0] = submit;
        assertEntries(loop, expected, passes, 1, single, Runnable::run);
    }

    private <T> void assertEntries(
            IoLoop loop, Entries expected, int passes, int operations, T[] batch, Consumer<T> submit) {
        long entries = Long.MAX_VALUE;
        for (int round = 0; round < ROUNDS; round++) {
            long entered = loop.statistics().kernelEntries();
            passesLeft = passes;
            pendingCount = 1;
            run(loop, operations, batch, submit);
            entries = Math.min(entries, loop.statistics().kernelEntries() - entered);
        }
        double each = (double) entries / passes / operations;
        double most = expected.of(loop) * ENTRIES_TOLERANCE;
        assertTrue(each <= most, () -> each + " entries each, expected " + expected);
    }

    private <T> void run(IoLoop loop, int operations, T[] batch, Consumer<T> submit) {
        try {
            completed(operations, batch, submit);
            loop.runFor(Long.MAX_VALUE);
        } catch (Done e) {
            // All passes are over.
        }
    }

    private void completed() {
        completed(1, single, Runnable::run);
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
