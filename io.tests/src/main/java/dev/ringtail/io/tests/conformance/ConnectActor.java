// SPDX-License-Identifier: Apache-2.0

package dev.ringtail.io.tests.conformance;

import static org.junit.jupiter.api.Assertions.assertNull;

import dev.ringtail.io.Accept;
import dev.ringtail.io.Address;
import dev.ringtail.io.Close;
import dev.ringtail.io.Completion;
import dev.ringtail.io.Connect;
import dev.ringtail.io.Family;
import dev.ringtail.io.SystemCallException;

/** Connects, accepts, and closes both ends. By a Unix socket, as TCP would run out of ports. */
final class ConnectActor implements Soak.Actor {
    private final Soak soak;
    private final Accept accept;
    private final Connect connect;
    private final Close closeClient;
    private final Close closeServer;
    private final int listenFd;
    private final Address address;

    ConnectActor(Soak soak, int listenFd, Address address) {
        this.soak = soak;
        accept = new Accept(soak.loop, this::onDone);
        connect = new Connect(soak.loop, this::onDone);
        closeClient = new Close(soak.loop, this::onClose);
        closeServer = new Close(soak.loop, this::onClose);
        this.listenFd = listenFd;
        this.address = address;
    }

    @Override
    public void start() {
        accept.submit(listenFd);
        try {
            connect.submit(soak.loop.sockets().openStream(Family.UNIX), address);
        } catch (SystemCallException e) {
            throw new AssertionError(e);
        }
    }

    private void onDone(Completion done) {
        assertNull(done.error());
        soak.goesOn(done);
        if (!accept.isInFlight() && !connect.isInFlight()) {
            closeClient.submit(connect.fd());
            closeServer.submit(accept.acceptedFd());
        }
    }

    private void onClose(Close done) {
        assertNull(done.error());
        if (soak.goesOn(done) && !closeClient.isInFlight() && !closeServer.isInFlight()) {
            start();
        }
    }
}
