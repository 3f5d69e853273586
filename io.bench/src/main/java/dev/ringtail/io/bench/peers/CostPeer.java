// SPDX-License-Identifier: Apache-2.0
package dev.ringtail.io.bench.peers;

import com.sun.management.ThreadMXBean;
import dev.ringtail.io.Accept;
import dev.ringtail.io.Address;
import dev.ringtail.io.BufferRing;
import dev.ringtail.io.Cancel;
import dev.ringtail.io.Close;
import dev.ringtail.io.Connect;
import dev.ringtail.io.Event;
import dev.ringtail.io.Family;
import dev.ringtail.io.Fsync;
import dev.ringtail.io.IoLoop;
import dev.ringtail.io.MultishotAccept;
import dev.ringtail.io.MultishotRecv;
import dev.ringtail.io.NextTick;
import dev.ringtail.io.Nop;
import dev.ringtail.io.OpenFlag;
import dev.ringtail.io.OpenFlags;
import dev.ringtail.io.Openat;
import dev.ringtail.io.Options;
import dev.ringtail.io.Read;
import dev.ringtail.io.Recv;
import dev.ringtail.io.Send;
import dev.ringtail.io.Sockets;
import dev.ringtail.io.Statx;
import dev.ringtail.io.SystemCallException;
import dev.ringtail.io.Timeout;
import dev.ringtail.io.Write;
import java.lang.foreign.MemorySegment;
import java.lang.management.ManagementFactory;
import java.util.Arrays;
import java.util.Locale;
import java.util.Set;

/**
 * Bytes on the heap and kernel entries for each operation, 32 of them at a time where that makes sense: the figures that no
 * noise disturbs. Command: cost OPERATION FILE.
 */
final class CostPeer implements PeerMain.Peer {
    private static final int BATCH = 32;
    private static final int PASSES = 2_000;
    private static final int SYNCS = 20;
    private static final int CONNECTIONS = 100;

    /** Those that are done one at a time. */
    private static final Set<String> SINGLE = Set.of(
            "fsync",
            "statx",
            "openat-close",
            "recv-cancel",
            "accept-connect-close",
            "multishot-accept-connect-close",
            "event");

    private static final int ROUNDS = 8;

    /** So many at most while something is allocated: what is called seldom is compiled late. */
    private static final int ROUNDS_MAX = 100;

    /** The last of them, of which none may have made anything. */
    private static final int ROUNDS_JUDGED = 3;

    private static final int BLOCK_BYTES = 4096;

    /** Thrown by the last callback: an object made beforehand, as what is thrown is measured too. */
    private final Done done = new Done();

    private final ThreadMXBean threads = (ThreadMXBean) ManagementFactory.getThreadMXBean();
    private final IoLoop loop;
    private final MemorySegment buffer;

    /** How many callbacks end a pass. */
    private int operations = BATCH;

    private Runnable pass = () -> {};

    /** What is done before each round, not counted. */
    private Runnable before = () -> {};

    /** Made before each round: one for each pass. */
    private final int[] sockets = new int[CONNECTIONS];

    private int pendingCount;
    private int passesLeft;

    CostPeer(String provider) throws Exception {
        loop = Loops.open(provider, Options.defaults());
        buffer = loop.arena().allocate(BLOCK_BYTES);
    }

    @Override
    public String answer(String[] words) throws Exception {
        String path = words[2];
        int file = loop.files().open(path, OpenFlags.of(OpenFlag.READ, OpenFlag.WRITE), 0);
        Runnable pass = pass(words[1], path, file);
        operations = SINGLE.contains(words[1]) ? 1 : BATCH;
        int passes = switch (words[1]) {
            case "fsync" -> SYNCS;
            case "accept-connect-close", "multishot-accept-connect-close" -> CONNECTIONS;
            default -> PASSES;
        };
        try {
            return measure(pass, passes);
        } finally {
            before = () -> {};
            loop.files().close(file);
        }
    }

    /** What submits a batch of operations of a kind. */
    private Runnable pass(String operation, String path, int file) throws Exception {
        return switch (operation) {
            case "nop" -> {
                Nop[] nops = new Nop[BATCH];
                Arrays.setAll(nops, _ -> new Nop(loop, _ -> completed()));
                yield () -> {
                    for (Nop nop : nops) {
                        nop.submit();
                    }
                };
            }
            case "read" -> reads(file, buffer);
            case "write" -> writes(file, buffer);
            // Where there is no such thing it is a plain file and plain memory. The file's end takes its registration
            // back.
            case "registered-read", "registered-write" -> {
                loop.registerFile(file);
                MemorySegment memory = loop.allocateRegistered(BLOCK_BYTES);
                yield operation.equals("registered-read") ? reads(file, memory) : writes(file, memory);
            }
            case "fsync" -> {
                Fsync fsync = new Fsync(loop, _ -> completed());
                yield () -> fsync.submitDataOnly(file);
            }
            case "statx" -> {
                Statx statx = new Statx(loop, _ -> completed());
                yield () -> statx.submit(path);
            }
            case "openat-close" -> {
                Close close = new Close(loop, _ -> completed());
                Openat openat = new Openat(loop, opened -> close.submit(opened.openedFd()));
                yield () -> openat.submit(path, OpenFlags.READ, 0);
            }
            case "timeout" -> {
                Timeout[] timeouts = new Timeout[BATCH];
                Arrays.setAll(timeouts, _ -> new Timeout(loop, _ -> completed()));
                yield () -> {
                    for (Timeout timeout : timeouts) {
                        timeout.submit(0);
                    }
                };
            }
            case "next-tick" -> {
                NextTick[] ticks = new NextTick[BATCH];
                Arrays.setAll(ticks, _ -> new NextTick(loop, _ -> completed()));
                yield () -> {
                    for (NextTick tick : ticks) {
                        tick.submit();
                    }
                };
            }
            case "echo" -> echo();
            case "multishot-echo" -> multishotEcho();
            case "recv-cancel" -> cancels();
            case "accept-connect-close" -> connections();
            case "multishot-accept-connect-close" -> multishotConnections();
            case "event" -> event();
            default -> throw new IllegalArgumentException(operation);
        };
    }

    private Runnable reads(int file, MemorySegment memory) {
        Read[] reads = new Read[BATCH];
        Arrays.setAll(reads, _ -> new Read(loop, _ -> completed()));
        return () -> {
            for (int i = 0; i < BATCH; i++) {
                reads[i].submit(file, memory, (long) i * BLOCK_BYTES);
            }
        };
    }

    private Runnable writes(int file, MemorySegment memory) {
        Write[] writes = new Write[BATCH];
        Arrays.setAll(writes, _ -> new Write(loop, _ -> completed()));
        return () -> {
            for (int i = 0; i < BATCH; i++) {
                writes[i].submit(file, memory, (long) i * BLOCK_BYTES);
            }
        };
    }

    /** On each of a batch of connections: send at one end, receive at the other. */
    private Runnable echo() throws Exception {
        Sockets.Pair[] pairs = new Sockets.Pair[BATCH];
        Send[] sends = new Send[BATCH];
        Recv[] recvs = new Recv[BATCH];
        for (int i = 0; i < BATCH; i++) {
            pairs[i] = loop.sockets().openPair();
            sends[i] = new Send(loop, _ -> {});
            recvs[i] = new Recv(loop, _ -> completed());
        }
        return () -> {
            for (int i = 0; i < BATCH; i++) {
                recvs[i].submit(pairs[i].second(), buffer, 0, 64);
                sends[i].submit(pairs[i].first(), buffer, 0, 64);
            }
        };
    }

    /** The same, received by multishot receives and sent at once. */
    private Runnable multishotEcho() throws Exception {
        Sockets.Pair[] pairs = new Sockets.Pair[BATCH];
        BufferRing ring = new BufferRing(loop, BATCH * 2, BLOCK_BYTES);
        for (int i = 0; i < BATCH; i++) {
            pairs[i] = loop.sockets().openPair();
            MultishotRecv recv = new MultishotRecv(loop, received -> {
                ring.release(received.bufferId());
                completed();
            });
            recv.submit(pairs[i].second(), ring);
        }
        return () -> {
            for (Sockets.Pair pair : pairs) {
                loop.sockets().sendNow(pair.first(), buffer, 0, 64);
            }
        };
    }

    private Runnable cancels() throws Exception {
        Sockets.Pair pair = loop.sockets().openPair();
        Recv recv = new Recv(loop, _ -> {});
        Cancel cancel = new Cancel(loop, _ -> completed());
        // In the next pass: the receive is to have reached the kernel.
        NextTick later = new NextTick(loop, _ -> cancel.submit(recv));
        return () -> {
            recv.submit(pair.first(), buffer);
            later.submit();
        };
    }

    /** A connection from its beginning to its end, at both its ends. */
    private Runnable connections() throws SystemCallException {
        int listenFd = loop.sockets().openListening(Address.loopback(0), BATCH);
        Close closeAccepted = closeBoth();
        Accept accept = new Accept(loop, accepted -> closeAccepted.submit(accepted.acceptedFd()));
        Runnable connect = connect(listenFd);
        return () -> {
            accept.submit(listenFd);
            connect.run();
        };
    }

    /** The same, all accepted by one operation. */
    private Runnable multishotConnections() throws SystemCallException {
        int listenFd = loop.sockets().openListening(Address.loopback(0), BATCH);
        Close closeAccepted = closeBoth();
        MultishotAccept accept = new MultishotAccept(loop, accepted -> closeAccepted.submit(accepted.acceptedFd()));
        accept.submit(listenFd);
        return connect(listenFd);
    }

    /** Closes what was accepted, then the other end. The first one keeps the port a while: the listener's, which is shared. */
    private Close closeBoth() {
        Close closeConnected = new Close(loop, _ -> completed());
        return new Close(loop, _ -> closeConnected.submit(sockets[passesLeft]));
    }

    /** Connects the socket of the pass. */
    private Runnable connect(int listenFd) throws SystemCallException {
        Address address = loop.sockets().localAddress(listenFd);
        Connect connect = new Connect(loop, _ -> {});
        before = this::openSockets;
        return () -> connect.submit(sockets[passesLeft], address);
    }

    private void openSockets() {
        try {
            for (int i = 0; i < CONNECTIONS; i++) {
                sockets[i] = loop.sockets().openStream(Family.INET);
            }
        } catch (SystemCallException e) {
            throw new IllegalStateException(e);
        }
    }

    private Runnable event() throws SystemCallException {
        Event event = new Event(loop, this::completed);
        return () -> {
            event.listen();
            try {
                event.trigger();
            } catch (SystemCallException e) {
                throw new IllegalStateException(e);
            }
        };
    }

    private String measure(Runnable pass, int passes) {
        long[] bytes = new long[ROUNDS_MAX];
        long entries = Long.MAX_VALUE;
        this.pass = pass;
        int round = 0;
        while (round < ROUNDS || (most(bytes, round) > 0 && round < ROUNDS_MAX)) {
            before.run();
            long entered = loop.statistics().kernelEntries();
            long allocated = threads.getCurrentThreadAllocatedBytes();
            passesLeft = passes;
            completed();
            try {
                loop.runFor(Long.MAX_VALUE);
            } catch (Done e) {
                // All passes are over.
            }
            bytes[round++] = threads.getCurrentThreadAllocatedBytes() - allocated;
            entries = Math.min(entries, loop.statistics().kernelEntries() - entered);
        }
        double all = (double) passes * operations;
        return String.format(Locale.ROOT, "bytes=%.3f entries=%.4f", most(bytes, round) / all, entries / all);
    }

    /** Of the last rounds. */
    private static long most(long[] bytes, int rounds) {
        return Arrays.stream(bytes, rounds - ROUNDS_JUDGED, rounds).max().orElseThrow();
    }

    /** The last callback of a pass begins the next one. */
    private void completed() {
        if (--pendingCount > 0) {
            return;
        }
        if (passesLeft-- == 0) {
            throw done;
        }
        pendingCount = operations;
        pass.run();
    }

    /** Leaves runFor at the end. */
    private static final class Done extends RuntimeException {
        private static final long serialVersionUID = 1;

        Done() {
            super("done", null, false, false);
        }
    }
}
