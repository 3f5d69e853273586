// SPDX-License-Identifier: Apache-2.0

package dev.ringtail.io.tests.faults;

import dev.ringtail.io.Accept;
import dev.ringtail.io.AcceptError;
import dev.ringtail.io.Address;
import dev.ringtail.io.Capability;
import dev.ringtail.io.Connect;
import dev.ringtail.io.Family;
import dev.ringtail.io.IoLoop;
import dev.ringtail.io.MultishotAccept;
import dev.ringtail.io.Options;
import dev.ringtail.io.spi.Provider;
import dev.ringtail.io.tests.NamedProvider;
import dev.ringtail.io.tests.conformance.Bounded;
import dev.ringtail.io.tests.conformance.Bytes;
import dev.ringtail.io.tests.conformance.Descriptors;
import java.io.FileInputStream;
import java.io.FileNotFoundException;
import java.io.IOException;
import java.util.ArrayDeque;
import java.util.Deque;

/**
 * The child's side, in a process that may have few descriptors: an accept waits while the last one is taken, connections come,
 * and there is none for them; then there are some again.
 */
final class Crowd {
    private static final int CLIENT_COUNT = 4;

    private final IoLoop loop;
    private final Descriptors open;
    private final Deque<FileInputStream> held = new ArrayDeque<>();
    private final int[] clients = new int[CLIENT_COUNT];

    private Crowd(IoLoop loop, Descriptors open) {
        this.loop = loop;
        this.open = open;
    }

    /** Provider. */
    @SuppressWarnings("SystemOut") // The parent reads it.
    public static void main(String... arguments) throws IOException {
        Provider provider = NamedProvider.of(arguments[0]);
        try (IoLoop loop = IoLoop.open(provider, Options.defaults());
                Descriptors open = new Descriptors(loop)) {
            Crowd crowd = new Crowd(loop, open);
            // Without a descriptor no class can be loaded: all that is needed later is used once before.
            crowd.run(false);
            crowd.run(true);
            if (loop.capabilities().contains(Capability.MULTISHOT_ACCEPT)) {
                crowd.runMultishot(false);
                crowd.runMultishot(true);
            }
        }
        System.out.println("recovered");
    }

    private static void check(boolean isSo, Object what) {
        if (!isSo) {
            throw new AssertionError(what);
        }
    }

    /** One descriptor is left: it goes to the first client, and there is none for the second. */
    private void run(boolean isCrowded) throws IOException {
        int listenFd = open.listening();
        Address address = loop.sockets().localAddress(listenFd);
        makeClients();
        Accept accept = new Accept(loop, done -> {});
        accept.submit(listenFd);
        loop.tick();
        fill(isCrowded ? 1 : CLIENT_COUNT);
        connect(0, address);
        int firstFd = open.keep(Bounded.complete(loop, accept).acceptedFd());
        // Parked again, with nothing to give a connection; twice, as a failure takes nobody out of the queue.
        accept.submit(listenFd);
        loop.tick();
        connect(1, address);
        if (isCrowded) {
            for (int i = 0; i < 2; i++) {
                Bounded.complete(loop, accept);
                check(accept.error() == AcceptError.PROCESS_FD_QUOTA_EXCEEDED, accept + ": " + accept.error());
                accept.submit(listenFd);
            }
            Bounded.complete(loop, accept);
            release();
            accept.submit(listenFd);
        }
        Bytes.assertConnected(loop, clients[0], firstFd);
        Bytes.assertConnected(
                loop, clients[1], open.keep(Bounded.complete(loop, accept).acceptedFd()));
        accept.submit(listenFd);
        loop.tick();
        release();
        connect(2, address);
        Bytes.assertConnected(
                loop, clients[2], open.keep(Bounded.complete(loop, accept).acceptedFd()));
        check(loop.inFlightCount() == 0, "something is in flight still");
        open.closeOnLoop(listenFd);
    }

    /** The same with one operation: it ends with the error, and starts again. */
    private void runMultishot(boolean isCrowded) throws IOException {
        int listenFd = open.listening();
        Address address = loop.sockets().localAddress(listenFd);
        makeClients();
        int[] accepted = {0};
        MultishotAccept accept = new MultishotAccept(loop, done -> {
            if (done.error() == null) {
                accepted[0]++;
                open.keep(done.acceptedFd());
            }
        });
        accept.submit(listenFd);
        loop.tick();
        fill(isCrowded ? 1 : CLIENT_COUNT);
        connect(0, address);
        Bounded.until(loop, "the first is accepted", () -> accepted[0] == 1);
        connect(1, address);
        if (isCrowded) {
            Bounded.complete(loop, accept);
            check(accept.error() == AcceptError.PROCESS_FD_QUOTA_EXCEEDED, accept + ": " + accept.error());
            release();
            accept.submit(listenFd);
        }
        Bounded.until(loop, "the second is accepted", () -> accepted[0] == 2);
        release();
        Bounded.cancel(loop, accept);
        open.closeOnLoop(listenFd);
    }

    /** Before descriptors are short: the process that connects isn't to be the one that fails. */
    private void makeClients() throws IOException {
        for (int i = 0; i < CLIENT_COUNT; i++) {
            clients[i] = open.stream(Family.INET);
        }
    }

    private void connect(int client, Address address) {
        Connect connect = new Connect(loop, done -> {});
        connect.submit(clients[client], address);
        Bounded.complete(loop, connect);
        check(connect.error() == null, connect + ": " + connect.error());
    }

    private void fill(int left) throws IOException {
        while (true) {
            try {
                held.push(new FileInputStream("/dev/null"));
            } catch (FileNotFoundException e) {
                break;
            }
        }
        for (int i = 0; i < left; i++) {
            held.pop().close();
        }
    }

    private void release() throws IOException {
        while (!held.isEmpty()) {
            held.pop().close();
        }
    }
}
