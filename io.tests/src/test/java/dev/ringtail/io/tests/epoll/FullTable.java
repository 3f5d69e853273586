// SPDX-License-Identifier: Apache-2.0

package dev.ringtail.io.tests.epoll;

import dev.ringtail.io.Accept;
import dev.ringtail.io.Address;
import dev.ringtail.io.Errno;
import dev.ringtail.io.Family;
import dev.ringtail.io.IoLoop;
import dev.ringtail.io.OpenFlags;
import dev.ringtail.io.Options;
import dev.ringtail.io.SystemCallException;
import dev.ringtail.io.linux.Linux;
import dev.ringtail.io.tests.conformance.Bounded;
import dev.ringtail.io.tests.conformance.Descriptors;
import java.io.IOException;

/**
 * What runs in a child that may have few descriptors: has none left, accepts after it had accepted before, and prints how
 * that went before and after another connection came.
 */
final class FullTable {
    private FullTable() {}

    public static void main(String... arguments) throws IOException {
        try (IoLoop loop = IoLoop.open(ShortWrite.provider(arguments[0]), Options.defaults());
                Descriptors open = new Descriptors(loop)) {
            Linux linux = new Linux();
            int listenFd = open.listening();
            Address address = loop.sockets().localAddress(listenFd);
            Accept accept = new Accept(loop, done -> {});
            accept.submit(listenFd);
            loop.tick();
            connect(linux, open.stream(Family.INET), address);
            open.keep(Bounded.complete(loop, accept).acceptedFd());
            int nextFd = open.stream(Family.INET);
            // What the rest of this needs is loaded before: where classes are in a folder, each takes a descriptor.
            print("before", accept);
            fill(open);
            accept.submit(listenFd);
            loop.runFor(20_000_000);
            print("without a connection", accept);
            connect(linux, nextFd, address);
            print("with a connection", Bounded.complete(loop, accept));
        }
    }

    private static void connect(Linux linux, int fd, Address address) {
        if (linux.connect(fd, address.sockaddrAddress(), address.sockaddrLengthBytes()) < 0) {
            throw new AssertionError("no connection to " + address);
        }
    }

    private static void fill(Descriptors open) {
        try {
            while (true) {
                open.open("/dev/null", OpenFlags.READ);
            }
        } catch (SystemCallException e) {
            assert e.errno() > 0 : e;
        }
    }

    @SuppressWarnings("SystemOut") // The parent reads it.
    private static void print(String when, Accept accept) {
        System.out.println(when + ": " + (accept.isInFlight() ? "waits" : Errno.name(accept.errno())));
    }
}
