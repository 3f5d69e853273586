// SPDX-License-Identifier: Apache-2.0

package dev.ringtail.io.tests.faults;

import dev.ringtail.io.IoLoop;
import dev.ringtail.io.Options;
import dev.ringtail.io.Send;
import dev.ringtail.io.Sockets;
import dev.ringtail.io.spi.Provider;
import dev.ringtail.io.tests.NamedProvider;
import dev.ringtail.io.tests.conformance.Bounded;
import dev.ringtail.io.tests.conformance.Bytes;
import dev.ringtail.io.tests.conformance.Descriptors;

/** The child's side: a registration goes to another descriptor while what was submitted for the first isn't with the kernel yet. */
final class Reregistered {
    private static final int ROUND_COUNT = 20;

    private Reregistered() {}

    @SuppressWarnings("SystemOut") // The parent reads it.
    public static void main(String... arguments) throws Exception {
        Provider provider = NamedProvider.of("io_uring");
        try (IoLoop loop = IoLoop.open(provider, Options.defaults());
                Descriptors open = new Descriptors(loop)) {
            Sockets.Pair pair = open.pair();
            Sockets.Pair other = open.pair();
            Send send = new Send(loop, done -> {});
            for (int i = 0; i < ROUND_COUNT; i++) {
                String text = "round " + i;
                loop.registerFile(pair.first());
                send.submit(pair.first(), Bytes.of(loop, text));
                loop.tick();
                loop.unregisterFile(pair.first());
                loop.registerFile(other.first());
                Bounded.complete(loop, send);
                String received = Bytes.recv(loop, pair.second());
                if (send.bytes() != text.length() || !received.equals(text)) {
                    throw new AssertionError(text + ": " + received);
                }
                loop.unregisterFile(other.first());
            }
        }
        System.out.println("to the right one");
    }
}
