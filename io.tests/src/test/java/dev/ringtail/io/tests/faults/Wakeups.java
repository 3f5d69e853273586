// SPDX-License-Identifier: Apache-2.0

package dev.ringtail.io.tests.faults;

import dev.ringtail.io.IoLoop;
import dev.ringtail.io.Options;
import dev.ringtail.io.Recv;
import dev.ringtail.io.Sockets;
import dev.ringtail.io.spi.Provider;
import dev.ringtail.io.tests.NamedProvider;
import dev.ringtail.io.tests.conformance.Bytes;
import dev.ringtail.io.tests.conformance.Descriptors;

/** The child's side: another thread reaches the loop while it waits, again and again, in a ring of one entry. */
final class Wakeups {
    private static final int ROUND_COUNT = 20;
    private static final long WAIT_NANOS = 5_000_000_000L;

    /** What the task throws, to leave the wait. */
    private static final class Arrived extends RuntimeException {
        private static final long serialVersionUID = 1;
    }

    private Wakeups() {}

    @SuppressWarnings("SystemOut") // The parent reads it.
    public static void main(String... arguments) throws Exception {
        Provider provider = NamedProvider.of("io_uring");
        try (IoLoop loop = IoLoop.open(provider, Options.defaults().withEntries(1));
                Descriptors open = new Descriptors(loop)) {
            Sockets.Pair pair = open.pair();
            for (int i = 0; i < ROUND_COUNT; i++) {
                // It takes the only entry, after the wake-up of the last round used up the read that was there.
                new Recv(loop, done -> {}).submit(pair.first(), Bytes.empty(loop, 8));
                round(loop, i);
            }
        }
        System.out.println("all in time");
    }

    private static void round(IoLoop loop, int number) throws InterruptedException {
        long entries = loop.statistics().kernelEntries();
        Thread other = Thread.ofPlatform().start(() -> {
            while (loop.statistics().kernelEntries() < entries + 2) {
                Thread.onSpinWait();
            }
            loop.execute(() -> {
                throw new Arrived();
            });
        });
        long start = System.nanoTime();
        try {
            while (true) {
                loop.runFor(WAIT_NANOS);
            }
        } catch (Arrived e) {
            long nanos = System.nanoTime() - start;
            if (nanos >= WAIT_NANOS) {
                throw new AssertionError("round " + number + ": " + nanos + " ns", e);
            }
        }
        other.join();
    }
}
