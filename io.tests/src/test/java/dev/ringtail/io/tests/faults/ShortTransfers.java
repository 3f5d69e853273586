// SPDX-License-Identifier: Apache-2.0

package dev.ringtail.io.tests.faults;

import dev.ringtail.io.Completion;
import dev.ringtail.io.IoLoop;
import dev.ringtail.io.Options;
import dev.ringtail.io.Read;
import dev.ringtail.io.Recv;
import dev.ringtail.io.Send;
import dev.ringtail.io.Sockets;
import dev.ringtail.io.spi.Provider;
import dev.ringtail.io.tests.NamedProvider;
import dev.ringtail.io.tests.conformance.Bounded;
import dev.ringtail.io.tests.conformance.Bytes;
import dev.ringtail.io.tests.conformance.Descriptors;
import java.nio.file.Files;
import java.nio.file.Path;

/**
 * The child's side: one transfer, whose system call, which the third argument names, says in each thread's first call that it
 * was short. What a socket takes or gives is a result; with a file both providers go on, as io_uring does by itself.
 */
final class ShortTransfers {
    /** What the call says then. */
    static final int SHORT_BYTES = 7;

    private static final int ASKED_BYTES = 1000;

    private static int callbackCount;

    private ShortTransfers() {}

    /** Provider, folder, and the call. */
    @SuppressWarnings("SystemOut") // The parent reads it.
    public static void main(String... arguments) throws Exception {
        Provider provider = NamedProvider.of(arguments[0]);
        try (IoLoop loop = IoLoop.open(provider, Options.defaults());
                Descriptors open = new Descriptors(loop)) {
            Path file = Files.write(Path.of(arguments[1], "file"), new byte[ASKED_BYTES]);
            int bytes = transfer(loop, open, file, arguments[2]);
            int expected = arguments[2].equals("preadv2") ? ASKED_BYTES : SHORT_BYTES;
            if (bytes != expected || callbackCount != 1 || loop.inFlightCount() != 0) {
                throw new AssertionError(
                        bytes + " bytes, " + callbackCount + " callbacks, in flight still: " + loop.inFlightCount());
            }
        }
        System.out.println("as expected: " + arguments[2]);
    }

    private static int transfer(IoLoop loop, Descriptors open, Path file, String call) throws Exception {
        Sockets.Pair pair = open.pair();
        return switch (call) {
            case "sendto" -> {
                Send send = new Send(loop, ShortTransfers::count);
                send.submit(pair.first(), Bytes.random(loop, ASKED_BYTES, 1));
                yield Bounded.complete(loop, send).bytes();
            }
            case "recvfrom" -> {
                Recv recv = new Recv(loop, ShortTransfers::count);
                recv.submit(pair.first(), Bytes.empty(loop, ASKED_BYTES));
                yield Bounded.complete(loop, recv).bytes();
            }
            case "preadv2" -> {
                Read read = new Read(loop, ShortTransfers::count);
                read.submit(open.file(file), Bytes.empty(loop, ASKED_BYTES), 0);
                yield Bounded.complete(loop, read).bytes();
            }
            default -> throw new IllegalArgumentException(call);
        };
    }

    private static void count(Completion completion) {
        callbackCount++;
    }
}
