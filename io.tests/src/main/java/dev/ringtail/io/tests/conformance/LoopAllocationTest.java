// SPDX-License-Identifier: Apache-2.0

package dev.ringtail.io.tests.conformance;

import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.ringtail.io.Accept;
import dev.ringtail.io.Address;
import dev.ringtail.io.BufferRing;
import dev.ringtail.io.Cancel;
import dev.ringtail.io.Capability;
import dev.ringtail.io.Close;
import dev.ringtail.io.Completion;
import dev.ringtail.io.Connect;
import dev.ringtail.io.Event;
import dev.ringtail.io.Family;
import dev.ringtail.io.Files;
import dev.ringtail.io.Fsync;
import dev.ringtail.io.IoLoop;
import dev.ringtail.io.MultishotAccept;
import dev.ringtail.io.MultishotRecv;
import dev.ringtail.io.NextTick;
import dev.ringtail.io.Nop;
import dev.ringtail.io.OpenFlags;
import dev.ringtail.io.Openat;
import dev.ringtail.io.Read;
import dev.ringtail.io.Recv;
import dev.ringtail.io.Send;
import dev.ringtail.io.Statx;
import dev.ringtail.io.SystemCallException;
import dev.ringtail.io.Timeout;
import dev.ringtail.io.Write;
import java.io.IOException;
import java.lang.foreign.MemorySegment;
import java.nio.file.Path;
import org.junit.jupiter.api.io.TempDir;

/** No operation allocates on the heap in the long run: on the loop's thread, by the virtual machine's own count. */
final class LoopAllocationTest {
    private static final int OPERATION_COUNT = 10_000;
    private static final int BATCH = 50;
    private static final int CONNECTION_COUNT = 100;

    /** Callbacks begun. */
    private int endedCount;

    private void ended(Completion completion) {
        if (completion.errno() != 0) {
            throw new AssertionError(completion + ": " + completion.error());
        }
        endedCount++;
    }

    private void canceled(Completion completion) {
        if (completion.errno() == 0) {
            throw new AssertionError(completion + " wasn't canceled");
        }
        endedCount++;
    }

    /** Runs the loop until so many callbacks have begun. Allocates nothing itself. */
    private void await(IoLoop loop, int count) {
        long end = System.nanoTime() + Bounded.limit(20_000_000_000L);
        loop.tick();
        while (endedCount < count) {
            if (System.nanoTime() - end > 0) {
                throw new AssertionError(endedCount + " of " + count + " after 20 s");
            }
            loop.runFor(1_000_000);
        }
        endedCount -= count;
    }

    private void assertNoAllocation(int operationsPerBatch, Runnable batch) {
        Allocation.assertNone(OPERATION_COUNT, () -> {
            for (int i = 0; i < OPERATION_COUNT; i += operationsPerBatch) {
                batch.run();
            }
        });
    }

    @Promise("1.6")
    @OnEveryProvider
    void nops(IoLoop loop) {
        Nop[] nops = new Nop[BATCH];
        for (int i = 0; i < BATCH; i++) {
            nops[i] = new Nop(loop, this::ended);
        }
        assertNoAllocation(BATCH, () -> {
            for (Nop nop : nops) {
                nop.submit();
            }
            await(loop, BATCH);
        });
    }

    @Promise("1.6")
    @OnEveryProvider
    void timeouts_and_next_ticks(IoLoop loop) {
        Timeout[] timeouts = new Timeout[BATCH];
        NextTick[] ticks = new NextTick[BATCH];
        for (int i = 0; i < BATCH; i++) {
            timeouts[i] = new Timeout(loop, this::ended);
            ticks[i] = new NextTick(loop, this::ended);
        }
        assertNoAllocation(2 * BATCH, () -> {
            for (int i = 0; i < BATCH; i++) {
                timeouts[i].submit((i % 5) * 1000L);
                ticks[i].submit();
            }
            await(loop, 2 * BATCH);
        });
    }

    @Promise("1.6")
    @OnEveryProvider
    void cancels_of_timeouts_and_reads(IoLoop loop) throws IOException {
        try (Descriptors open = new Descriptors(loop)) {
            int fd = open.pipe().readFd();
            MemorySegment buffer = Bytes.empty(loop, 8);
            Timeout timeout = new Timeout(loop, this::canceled);
            Read read = new Read(loop, this::canceled);
            Cancel first = new Cancel(loop, this::ended);
            Cancel second = new Cancel(loop, this::ended);
            assertNoAllocation(4, () -> {
                timeout.submit(Long.MAX_VALUE);
                read.submit(fd, buffer, -1);
                loop.tick();
                first.submit(timeout);
                second.submit(read);
                await(loop, 4);
            });
        }
    }

    @Promise("1.6")
    @OnEveryProvider
    void reads_and_writes_of_files(IoLoop loop, @TempDir Path folder) throws IOException {
        try (Descriptors open = new Descriptors(loop)) {
            int fd = open.file(folder.resolve("file"));
            MemorySegment buffer = Bytes.random(loop, 4096, 3);
            Write[] writes = new Write[BATCH];
            Read[] reads = new Read[BATCH];
            for (int i = 0; i < BATCH; i++) {
                writes[i] = new Write(loop, this::ended);
                reads[i] = new Read(loop, this::ended);
            }
            assertNoAllocation(2 * BATCH, () -> {
                for (int i = 0; i < BATCH; i++) {
                    writes[i].submit(fd, buffer, 64, 512, i * 512L);
                    reads[i].submit(fd, buffer, 1024, 512, i * 512L);
                }
                await(loop, 2 * BATCH);
            });
        }
    }

    /** Registered where the provider can: elsewhere it is plain memory and a plain file, and promised the same. */
    @Promise("1.6")
    @OnEveryProvider
    void reads_and_writes_of_a_registered_file_by_registered_memory(IoLoop loop, @TempDir Path folder)
            throws IOException {
        try (Descriptors open = new Descriptors(loop)) {
            int fd = open.file(folder.resolve("file"));
            loop.registerFile(fd);
            MemorySegment memory = loop.allocateRegistered(4096);
            Write write = new Write(loop, this::ended);
            Read read = new Read(loop, this::ended);
            assertNoAllocation(2, () -> {
                write.submit(fd, memory, 64, 512, 0);
                await(loop, 1);
                read.submit(fd, memory, 1024, 512, 0);
                await(loop, 1);
            });
        }
    }

    @Promise("1.6")
    @OnEveryProvider
    void opening_asking_and_closing_files(IoLoop loop, @TempDir Path folder) throws IOException {
        try (Descriptors open = new Descriptors(loop)) {
            String path = folder.resolve("file \u00e4\u20ac").toString();
            open.closeOnLoop(open.file(Path.of(path)));
            Openat openat = new Openat(loop, this::ended);
            Statx byPath = new Statx(loop, this::ended);
            Statx byFd = new Statx(loop, this::ended);
            Close close = new Close(loop, this::ended);
            Allocation.assertNone(4 * BATCH, () -> {
                for (int i = 0; i < BATCH; i++) {
                    openat.submit(path, OpenFlags.READ, 0);
                    byPath.submit(path);
                    await(loop, 2);
                    byFd.submit(openat.openedFd());
                    await(loop, 1);
                    close.submit(openat.openedFd());
                    await(loop, 1);
                }
            });
        }
    }

    @Promise("1.6")
    @OnEveryProvider
    void syncing_files(IoLoop loop, @TempDir Path folder) throws IOException {
        try (Descriptors open = new Descriptors(loop)) {
            int fd = open.file(folder.resolve("file"));
            Fsync fsync = new Fsync(loop, this::ended);
            Fsync dataOnly = new Fsync(loop, this::ended);
            Allocation.assertNone(2 * BATCH, () -> {
                for (int i = 0; i < BATCH; i++) {
                    fsync.submit(fd);
                    dataOnly.submitDataOnly(fd);
                    await(loop, 2);
                }
            });
        }
    }

    @Promise("1.6")
    @OnEveryProvider
    void sends_and_receives(IoLoop loop) throws IOException {
        try (Descriptors open = new Descriptors(loop)) {
            Descriptors.Connection connection = open.tcp();
            MemorySegment buffer = Bytes.random(loop, 4096, 3);
            Send send = new Send(loop, this::ended);
            Recv recv = new Recv(loop, this::ended);
            // The receive first, so that it waits: that is the longer way.
            assertNoAllocation(2, () -> {
                recv.submit(connection.serverFd(), buffer, 2048, 100);
                loop.tick();
                send.submit(connection.clientFd(), buffer, 0, 100);
                await(loop, 2);
            });
        }
    }

    @Promise("1.6")
    @OnEveryProvider
    void reads_and_writes_of_pipes(IoLoop loop) throws IOException {
        try (Descriptors open = new Descriptors(loop)) {
            Files.Pipe pipe = open.pipe();
            MemorySegment buffer = Bytes.random(loop, 4096, 3);
            Write write = new Write(loop, this::ended);
            Read read = new Read(loop, this::ended);
            assertNoAllocation(2, () -> {
                read.submit(pipe.readFd(), buffer, 2048, 100, -1);
                loop.tick();
                write.submit(pipe.writeFd(), buffer, 0, 100, -1);
                await(loop, 2);
            });
        }
    }

    /** Sockets are opened without a completion, and not counted: between the windows. */
    @Promise("1.6")
    @OnEveryProvider
    void connecting_accepting_and_closing(IoLoop loop) throws IOException {
        try (Descriptors open = new Descriptors(loop)) {
            int listenFd = open.listening();
            Address address = loop.sockets().localAddress(listenFd);
            Connect connect = new Connect(loop, this::ended);
            Accept accept = new Accept(loop, this::ended);
            Send send = new Send(loop, this::ended);
            Recv recv = new Recv(loop, this::ended);
            Close first = new Close(loop, this::ended);
            Close second = new Close(loop, this::ended);
            MemorySegment buffer = Bytes.empty(loop, 16);
            int[] sockets = new int[CONNECTION_COUNT];
            Allocation.assertNone(6 * CONNECTION_COUNT, () -> openSockets(loop, sockets), () -> {
                for (int fd : sockets) {
                    accept.submit(listenFd);
                    connect.submit(fd, address);
                    await(loop, 2);
                    recv.submit(accept.acceptedFd(), buffer, 0, 8);
                    send.submit(fd, buffer, 8, 8);
                    await(loop, 2);
                    // The one that closes first keeps the port a while: the listener's, which is shared.
                    second.submit(accept.acceptedFd());
                    await(loop, 1);
                    first.submit(fd);
                    await(loop, 1);
                }
            });
        }
    }

    @Promise("1.6")
    @OnEveryProvider
    void multishot_accepts(IoLoop loop) throws IOException {
        Supported.assume(loop, Capability.MULTISHOT_ACCEPT);
        try (Descriptors open = new Descriptors(loop)) {
            int listenFd = open.listening();
            Address address = loop.sockets().localAddress(listenFd);
            MultishotAccept accept = new MultishotAccept(loop, done -> {
                if (done.error() == null) {
                    endedCount++;
                }
            });
            accept.submit(listenFd);
            Connect connect = new Connect(loop, this::ended);
            Close first = new Close(loop, this::ended);
            Close second = new Close(loop, this::ended);
            int[] sockets = new int[CONNECTION_COUNT];
            Allocation.assertNone(4 * CONNECTION_COUNT, () -> openSockets(loop, sockets), () -> {
                for (int fd : sockets) {
                    connect.submit(fd, address);
                    await(loop, 2);
                    second.submit(accept.acceptedFd());
                    await(loop, 1);
                    first.submit(fd);
                    await(loop, 1);
                }
            });
            assertTrue(accept.isInFlight());
            Bounded.cancel(loop, accept);
        }
    }

    private static void openSockets(IoLoop loop, int[] sockets) {
        try {
            for (int i = 0; i < sockets.length; i++) {
                sockets[i] = loop.sockets().openStream(Family.INET);
            }
        } catch (SystemCallException e) {
            throw new AssertionError(e);
        }
    }

    @Promise("1.6")
    @OnEveryProvider
    void multishot_receives_and_sends_at_once(IoLoop loop) throws IOException {
        Supported.assume(loop, Capability.BUFFER_RING);
        try (Descriptors open = new Descriptors(loop);
                BufferRing ring = new BufferRing(loop, 16, 256)) {
            Descriptors.Connection connection = open.tcp();
            loop.registerFile(connection.serverFd());
            MemorySegment buffer = Bytes.random(loop, 100, 3);
            MultishotRecv recv = new MultishotRecv(loop, done -> {
                if (done.error() == null) {
                    ring.release(done.bufferId());
                    endedCount++;
                }
            });
            recv.submit(connection.serverFd(), ring);
            assertNoAllocation(1, () -> {
                loop.sockets().sendNow(connection.clientFd(), buffer, 0, 100);
                await(loop, 1);
            });
            Bounded.cancel(loop, recv);
        }
    }

    @Promise("1.6")
    @OnEveryProvider
    void events(IoLoop loop) throws IOException {
        Event event = new Event(loop, () -> endedCount++);
        assertNoAllocation(1, () -> {
            event.listen();
            loop.tick();
            try {
                event.trigger();
            } catch (SystemCallException e) {
                throw new AssertionError(e);
            }
            await(loop, 1);
        });
        assertFalse(event.isListening());
    }

    @Promise("1.6")
    @OnEveryProvider
    void tasks_and_wakeups_on_the_loops_own_thread(IoLoop loop) {
        Runnable task = () -> endedCount++;
        assertNoAllocation(BATCH, () -> {
            for (int i = 0; i < BATCH; i++) {
                loop.execute(task);
                loop.wakeup();
            }
            await(loop, BATCH);
        });
    }

    @Promise("1.6")
    @OnEveryProvider
    void tasks_of_another_thread_on_either(IoLoop loop) throws InterruptedException {
        TaskSender sender = new TaskSender(loop);
        Thread thread = Thread.ofPlatform().daemon().start(sender);
        Allocation.assertNone(TaskSender.ROUND_COUNT, () -> sender.run(loop));
        sender.assertNoAllocation();
        thread.join();
    }
}
