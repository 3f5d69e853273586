// SPDX-License-Identifier: Apache-2.0

package dev.ringtail.io.tests.differential;

import dev.ringtail.io.Address;
import dev.ringtail.io.BufferRing;
import dev.ringtail.io.Connect;
import dev.ringtail.io.Family;
import dev.ringtail.io.IoLoop;
import dev.ringtail.io.MultishotAccept;
import dev.ringtail.io.MultishotRecv;
import dev.ringtail.io.Send;
import dev.ringtail.io.Shutdown;
import dev.ringtail.io.Sockets;
import dev.ringtail.io.SystemCallException;
import java.io.IOException;
import java.util.List;

/**
 * A listener and a TCP connection whose operations have several results each. In how many pieces something arrives is the
 * provider's choice, so that what is observed is the sum of all, at the operation's end.
 */
final class Shots implements Subject {
    private static final String LISTENER = "shots' listener";
    private static final String SOCKET = "shots' socket";

    /** All that a program sends fits into the buffers. */
    private static final int BUFFER_COUNT = 256;

    private static final int BUFFER_BYTES = 512;

    private final World world;
    private final IoLoop loop;
    private final int listener;
    private final Address address;
    private final Sockets.Pair pair;
    private final BufferRing ring;
    private final MultishotAccept accept;
    private final MultishotRecv recv;

    /** The step that the operation in flight is of. */
    private int acceptNumber;

    private int recvNumber;

    private int connectedCount;
    private int acceptedCount;
    private long sentBytes;
    private long receivedBytes;
    private long checksum;
    private boolean isShutDown;

    Shots(World world) throws IOException {
        this.world = world;
        loop = world.loop();
        listener = loop.sockets().openListening(Address.loopback(0), 128);
        address = loop.sockets().localAddress(listener);
        pair = Streams.connection(loop);
        ring = new BufferRing(loop, BUFFER_COUNT, BUFFER_BYTES);
        accept = new MultishotAccept(loop, this::onAccept);
        recv = new MultishotRecv(loop, this::onRecv);
    }

    private void onAccept(MultishotAccept done) {
        if (done.error() == null) {
            acceptedCount++;
            world.leaveOpen(done.acceptedFd());
        }
        if (!done.hasMore()) {
            world.observe(acceptNumber, done, acceptedCount);
        }
    }

    private void onRecv(MultishotRecv done) {
        if (done.error() == null && done.bytes() > 0) {
            receivedBytes += done.bytes();
            checksum = World.checksum(checksum, done.buffer(), done.bytes());
            ring.release(done.bufferId());
        }
        if (!done.hasMore()) {
            world.observe(recvNumber, done, checksum);
        }
    }

    @Override
    public boolean perform(Step step, int number) throws SystemCallException {
        switch (step.kind()) {
            case SHOTS_ACCEPT -> {
                if (!accept.isInFlight() && world.touch(number, LISTENER)) {
                    acceptNumber = number;
                    accept.submit(listener);
                    awaitAccepted();
                }
            }
            case SHOTS_CONNECT -> connect(number);
            case CANCEL_SHOTS_ACCEPT -> world.cancel(number, accept.isInFlight() ? accept : null, LISTENER);
            case CLOSE_SHOTS_LISTENER -> {
                if (world.touch(number, LISTENER)) {
                    world.close(number, LISTENER, listener, accept);
                }
            }
            case SHOTS_RECV -> {
                if (!recv.isInFlight() && world.touch(number, SOCKET)) {
                    recvNumber = number;
                    recv.submit(pair.second(), ring);
                    awaitReceived();
                }
            }
            case SHOTS_SEND -> {
                if (!isShutDown && world.touch(number, SOCKET)) {
                    send(number, Math.floorMod(step.bytes(), BUFFER_BYTES) + 1);
                }
            }
            case SHOTS_SHUTDOWN -> {
                if (!isShutDown && world.touch(number, SOCKET)) {
                    isShutDown = true;
                    loop.sockets().shutdown(pair.first(), Shutdown.WRITE);
                    awaitReceived();
                }
            }
            case CANCEL_SHOTS_RECV -> world.cancel(number, recv.isInFlight() ? recv : null, SOCKET);
            case CLOSE_SHOTS_SOCKET -> {
                if (world.touch(number, SOCKET)) {
                    world.close(number, SOCKET, pair.second(), recv);
                }
            }
            default -> {
                return false;
            }
        }
        return true;
    }

    private void connect(int number) throws SystemCallException {
        if (world.touch(number, LISTENER)) {
            int fd = loop.sockets().openStream(Family.INET);
            world.leaveOpen(fd);
            Connect connect = new Connect(loop, done -> {
                connectedCount++;
                world.observe(number, done);
            });
            connect.submit(fd, address);
            world.expect(connect);
            if (accept.isInFlight()) {
                awaitAccepted();
            }
        }
    }

    private void send(int number, int bytes) {
        Send send = new Send(loop, done -> {
            sentBytes += done.bytes();
            world.observe(number, done, done.bytes());
        });
        send.submit(pair.first(), world.pattern(number, bytes));
        world.expect(send);
        if (recv.isInFlight()) {
            awaitReceived();
        }
    }

    private void awaitAccepted() {
        world.await(() -> acceptedCount == connectedCount);
    }

    /** All that was sent, and the end if there is one. */
    private void awaitReceived() {
        if (recv.isInFlight()) {
            world.await(() -> receivedBytes == sentBytes);
            if (isShutDown) {
                world.expect(recv);
            }
        }
    }

    @Override
    public void addOpen(List<Integer> fds) {
        fds.add(pair.first());
        if (!world.isClosed(SOCKET)) {
            fds.add(pair.second());
        }
        if (!world.isClosed(LISTENER)) {
            fds.add(listener);
        }
    }
}
