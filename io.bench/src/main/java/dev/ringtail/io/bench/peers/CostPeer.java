// SPDX-License-Identifier: Apache-2.0
package dev.ringtail.io.bench.peers;

import com.sun.management.ThreadMXBean;
import dev.ringtail.io.BufferRing;
import dev.ringtail.io.Cancel;
import dev.ringtail.io.Close;
import dev.ringtail.io.Fsync;
import dev.ringtail.io.IoLoop;
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
import dev.ringtail.io.Timeout;
import dev.ringtail.io.Write;
import java.lang.foreign.MemorySegment;
import java.lang.management.ManagementFactory;
import java.util.Arrays;
import java.util.Locale;
import java.util.Set;

/**
 * Bytes on the heap and kernel entries for each operation, 32 of them at a time where that makes sense: the figures that no noise disturbs.
 * Command: cost OPERATION FILE.
 */
final class CostPeer implements PeerMain.Peer {
    private static final int BATCH = 32;
    private static final int PASSES = 2_000;
    private static final int SYNCS = 20;

    /** Those that are done one at a time. */
    private static final Set<String> SINGLE = Set.of("fsync", "statx", "openat-close", "recv-cancel");

    private static final int ROUNDS = 8;

    /** So many at most while something is allocated: what is called seldom is compiled late. */
    private static final int ROUNDS_MAX = 100;

    private static final int BLOCK_BYTES = 4096;
    /** Thrown by the last callback: an object made beforehand, as what is thrown is measured too. */
    private final Done done = new Done();

    private final ThreadMXBean threads = (ThreadMXBean) ManagementFactory.getThreadMXBean();
    private final IoLoop loop;
    private final MemorySegment buffer;

    /** How many callbacks end a pass. */
    private int operations = BATCH;

    private Runnable pass = () -> {};
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
        try {
            return measure(pass, words[1].equals("fsync") ? SYNCS : PASSES);
        } finally {
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
            case "read" -> {
                Read[] reads = new Read[BATCH];
                Arrays.setAll(reads, _ -> new Read(loop, _ -> completed()));
                yield () -> {
                    for (int i = 0; i < BATCH; i++) {
                        reads[i].submit(file, buffer, (long) i * BLOCK_BYTES);
                    }
                };
            }
            case "write" -> {
                Write[] writes = new Write[BATCH];
                Arrays.setAll(writes, _ -> new Write(loop, _ -> completed()));
                yield () -> {
                    for (int i = 0; i < BATCH; i++) {
                        writes[i].submit(file, buffer, (long) i * BLOCK_BYTES);
                    }
                };
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
            default -> throw new IllegalArgumentException(operation);
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

    private String measure(Runnable pass, int passes) {
        long bytes = Long.MAX_VALUE;
        long entries = Long.MAX_VALUE;
        this.pass = pass;
        for (int round = 0; round < ROUNDS || (bytes > 0 && round < ROUNDS_MAX); round++) {
            long entered = loop.statistics().kernelEntries();
            long allocated = threads.getCurrentThreadAllocatedBytes();
            passesLeft = passes;
            completed();
            try {
                loop.runFor(Long.MAX_VALUE);
            } catch (Done e) {
                // All passes are over.
            }
            bytes = Math.min(bytes, threads.getCurrentThreadAllocatedBytes() - allocated);
            entries = Math.min(entries, loop.statistics().kernelEntries() - entered);
        }
        double all = (double) passes * operations;
        return String.format(Locale.ROOT, "bytes=%.3f entries=%.4f", bytes / all, entries / all);
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
