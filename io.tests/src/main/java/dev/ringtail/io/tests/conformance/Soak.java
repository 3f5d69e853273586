// SPDX-License-Identifier: Apache-2.0

package dev.ringtail.io.tests.conformance;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertNull;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.ringtail.io.Cancel;
import dev.ringtail.io.Close;
import dev.ringtail.io.Completion;
import dev.ringtail.io.Fsync;
import dev.ringtail.io.IoLoop;
import dev.ringtail.io.NextTick;
import dev.ringtail.io.Nop;
import dev.ringtail.io.OpenFlags;
import dev.ringtail.io.Openat;
import dev.ringtail.io.Read;
import dev.ringtail.io.Recv;
import dev.ringtail.io.RecvError;
import dev.ringtail.io.Send;
import dev.ringtail.io.Statx;
import dev.ringtail.io.Timeout;
import dev.ringtail.io.Write;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;
import java.util.SplittableRandom;

/**
 * Actors that keep a loop busy with operations of every kind, each with its own random numbers, until there were enough in
 * all of them together. Each checks what it gets. What they do is decided by the seed; in which order, by the kernel.
 */
final class Soak {
    /** One region of the file, or one message, at most. */
    private static final int REGION_BYTES = 1 << 14;

    /** How many bytes a cancelling actor leaves in its socket. */
    private static final int KEPT_COUNT = 16;

    /** Without one completion for so long, something is lost. */
    private static final long STUCK_NANOS = 20_000_000_000L;

    final IoLoop loop;
    private final SplittableRandom seeds;
    private final int fileFd;
    private final String path;

    /** Operations that have completed so far. */
    long doneCount;

    /** No actor goes on once that many have. */
    private long endCount;

    private int fileActorCount;

    Soak(IoLoop loop, long seed, int fileFd, String path) {
        this.loop = loop;
        this.seeds = new SplittableRandom(seed);
        this.fileFd = fileFd;
        this.path = path;
    }

    /** Counts one, and says whether to go on. */
    boolean goesOn(Completion done) {
        assertTrue(!done.isInFlight());
        return ++doneCount < endCount;
    }

    /** Goes on with all actors until that many operations have completed in all. */
    void runTo(long count, Iterable<? extends Actor> actors) {
        endCount = count;
        actors.forEach(Actor::start);
        long seenCount = -1;
        long stuckAt = 0;
        while (loop.inFlightCount() > 0) {
            if (doneCount != seenCount) {
                seenCount = doneCount;
                stuckAt = System.nanoTime() + STUCK_NANOS;
            }
            assertTrue(System.nanoTime() < stuckAt, () -> "stuck with " + loop.inFlightCount() + " in flight");
            loop.runFor(10_000_000);
        }
    }

    /** One of those who keep the loop busy. */
    interface Actor {
        /** Goes on from where it stopped. */
        void start();
    }

    /** Reads and writes in a region of the file that is its own, and knows what must be in it. */
    final class FileActor implements Actor {
        private final SplittableRandom random = seeds.split();
        private final long base = (long) fileActorCount++ * REGION_BYTES;
        private final MemorySegment expected = loop.arena().allocate(REGION_BYTES);
        private final MemorySegment buffer = loop.arena().allocate(REGION_BYTES);
        private final Write write = new Write(loop, this::onWrite);
        private final Read read = new Read(loop, this::onRead);
        private final Fsync fsync = new Fsync(loop, this::onDone);
        private final Statx statx = new Statx(loop, this::onDone);

        /** The whole region is written first. */
        private boolean isFilled;

        @Override
        public void start() {
            int kind = random.nextInt(1000);
            if (!isFilled) {
                isFilled = true;
                write.submit(fileFd, expected, base);
            } else if (kind < 350) {
                int from = random.nextInt(REGION_BYTES - 8);
                int length = 8 + random.nextInt(Math.min(4096, REGION_BYTES - from - 8) + 1);
                for (int i = 0; i + 8 <= length; i += 512) {
                    expected.set(ValueLayout.JAVA_LONG_UNALIGNED, from + i, random.nextLong());
                }
                write.submit(fileFd, expected, from, length, base + from);
            } else if (kind < 980) {
                int from = random.nextInt(REGION_BYTES);
                int length = random.nextInt(Math.min(4096, REGION_BYTES - from) + 1);
                read.submit(fileFd, buffer, from, length, base + from);
            } else if (kind < 999) {
                statx.submit(fileFd);
            } else {
                fsync.submitDataOnly(fileFd);
            }
        }

        private void onWrite(Write done) {
            assertEquals(done.lengthBytes(), done.bytes());
            onDone(done);
        }

        private void onRead(Read done) {
            assertEquals(done.lengthBytes(), done.bytes());
            long from = done.from();
            long to = from + done.bytes();
            assertEquals(-1, MemorySegment.mismatch(expected, from, to, buffer, from, to));
            onDone(done);
        }

        private void onDone(Completion done) {
            assertNull(done.error());
            if (goesOn(done)) {
                start();
            }
        }
    }

    /** Sends numbers through a socket, each as many bytes of a sequence, and receives them, however they are cut. */
    final class StreamActor implements Actor {
        private final SplittableRandom random = seeds.split();
        private final MemorySegment sequence = Bytes.random(loop, REGION_BYTES, random.nextLong());
        private final MemorySegment buffer = loop.arena().allocate(REGION_BYTES);
        private final int sendFd;
        private final int recvFd;
        private final Send send = new Send(loop, this::onSend);
        private final Recv recv = new Recv(loop, this::onRecv);
        private int sentTo;
        private int receivedTo;
        private long unreceivedBytes;

        StreamActor(int sendFd, int recvFd) {
            this.sendFd = sendFd;
            this.recvFd = recvFd;
        }

        @Override
        public void start() {
            if (!send.isInFlight()) {
                submitSend();
            }
        }

        private void submitSend() {
            int length = 1 + random.nextInt(Math.min(2048, REGION_BYTES - sentTo));
            send.submit(sendFd, sequence, sentTo, length);
        }

        private void onSend(Send done) {
            assertNull(done.error());
            sentTo = (sentTo + done.bytes()) % REGION_BYTES;
            unreceivedBytes += done.bytes();
            boolean goesOn = goesOn(done);
            if (!recv.isInFlight() && unreceivedBytes > 0) {
                submitRecv();
            }
            if (goesOn) {
                submitSend();
            }
        }

        private void submitRecv() {
            recv.submit(recvFd, buffer, receivedTo, REGION_BYTES - receivedTo);
        }

        private void onRecv(Recv done) {
            assertNull(done.error());
            long to = (long) receivedTo + done.bytes();
            assertEquals(-1, MemorySegment.mismatch(sequence, receivedTo, to, buffer, receivedTo, to));
            receivedTo = (int) (to % REGION_BYTES);
            unreceivedBytes -= done.bytes();
            goesOn(done);
            // Below zero for a moment, if it got bytes of a send whose own callback is still to run. Whatever was sent
            // is
            // received, at the end too.
            if (unreceivedBytes > 0) {
                submitRecv();
            }
        }
    }

    /** Waits for no time or little, and sees that it was no less. */
    final class TimerActor implements Actor {
        private final SplittableRandom random = seeds.split();
        private final Timeout timeout = new Timeout(loop, this::onTimeout);
        private final Nop nop = new Nop(loop, this::onDone);
        private final NextTick nextTick = new NextTick(loop, this::onDone);
        private long dueNanos;

        @Override
        public void start() {
            switch (random.nextInt(3)) {
                case 0 -> {
                    long nanos = random.nextInt(4) * 100_000L;
                    dueNanos = System.nanoTime() + nanos;
                    timeout.submit(nanos);
                }
                case 1 -> nop.submit();
                default -> nextTick.submit();
            }
        }

        private void onTimeout(Timeout done) {
            assertTrue(System.nanoTime() - dueNanos >= 0, "early");
            onDone(done);
        }

        private void onDone(Completion done) {
            assertNull(done.error());
            if (goesOn(done)) {
                start();
            }
        }
    }

    /** Starts a receive, and cancels it; now and then a byte comes at the same time, and must not be lost. */
    final class CancelActor implements Actor {
        private final SplittableRandom random = seeds.split();
        private final MemorySegment out = loop.arena().allocate(1);
        private final MemorySegment in = loop.arena().allocate(1);
        private final Recv recv = new Recv(loop, this::onDone);
        private final Send send = new Send(loop, this::onDone);
        private final Cancel cancel = new Cancel(loop, this::onDone);
        private final int sendFd;
        private final int recvFd;
        private int pendingCount;
        private int unreceivedCount;
        private boolean isCancelling;

        CancelActor(int sendFd, int recvFd) {
            this.sendFd = sendFd;
            this.recvFd = recvFd;
        }

        @Override
        public void start() {
            pendingCount = 1;
            recv.submit(recvFd, in);
            // What the cancelled ones left behind is received too, or the socket would be full one day.
            isCancelling = unreceivedCount <= KEPT_COUNT;
            if (!isCancelling) {
                return;
            }
            if (random.nextInt(4) == 0) {
                pendingCount++;
                send.submit(sendFd, out);
                unreceivedCount++;
            }
            pendingCount++;
            cancel.submit(recv);
        }

        private void onDone(Completion done) {
            boolean goesOn = goesOn(done);
            if (done == recv) {
                if (recv.error() == null) {
                    assertEquals(1, recv.bytes());
                    unreceivedCount--;
                } else {
                    assertEquals(RecvError.CANCELED, recv.error());
                }
                assertTrue(unreceivedCount >= 0);
            }
            if (--pendingCount == 0) {
                // The target was in flight, so it was found; and either both say that it was cancelled, or neither.
                assertTrue(!isCancelling || cancel.error() == null);
                assertEquals(isCancelling && cancel.targetCanceled(), recv.error() == RecvError.CANCELED);
                if (goesOn) {
                    start();
                }
            }
        }
    }

    /** Opens the file, and closes it. */
    final class OpenActor implements Actor {
        private final Openat openat = new Openat(loop, this::onOpen);
        private final Close close = new Close(loop, this::onClose);

        @Override
        public void start() {
            openat.submit(path, OpenFlags.READ, 0);
        }

        private void onOpen(Openat done) {
            assertNull(done.error());
            goesOn(done);
            close.submit(done.openedFd());
        }

        private void onClose(Close done) {
            assertNull(done.error());
            if (goesOn(done)) {
                start();
            }
        }
    }

    /** Sends datagrams, each as long as its own random number says, and receives each whole. */
    final class DatagramActor implements Actor {
        private final SplittableRandom random = seeds.split();
        private final MemorySegment out = Bytes.random(loop, 1024, random.nextLong());
        private final MemorySegment in = loop.arena().allocate(1024);
        private final Send send = new Send(loop, this::onSend);
        private final Recv recv = new Recv(loop, this::onRecv);
        private final int sendFd;
        private final int recvFd;

        DatagramActor(int sendFd, int recvFd) {
            this.sendFd = sendFd;
            this.recvFd = recvFd;
        }

        @Override
        public void start() {
            send.submit(sendFd, out, 0, random.nextInt(1025));
        }

        // One at a time: more could be dropped, as datagrams may.
        private void onSend(Send done) {
            assertNull(done.error());
            assertEquals(done.lengthBytes(), done.bytes());
            goesOn(done);
            recv.submit(recvFd, in);
        }

        private void onRecv(Recv done) {
            assertNull(done.error());
            assertEquals(send.bytes(), done.bytes());
            assertEquals(-1, MemorySegment.mismatch(out, 0, done.bytes(), in, 0, done.bytes()));
            if (goesOn(done)) {
                start();
            }
        }
    }
}
