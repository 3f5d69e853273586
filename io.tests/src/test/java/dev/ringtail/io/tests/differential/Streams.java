// SPDX-License-Identifier: Apache-2.0

package dev.ringtail.io.tests.differential;

import dev.ringtail.io.Accept;
import dev.ringtail.io.Address;
import dev.ringtail.io.Close;
import dev.ringtail.io.Connect;
import dev.ringtail.io.Family;
import dev.ringtail.io.IoLoop;
import dev.ringtail.io.Recv;
import dev.ringtail.io.Send;
import dev.ringtail.io.Shutdown;
import dev.ringtail.io.Sockets;
import dev.ringtail.io.SystemCallException;
import dev.ringtail.io.tests.conformance.Bounded;
import java.lang.foreign.MemorySegment;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** A pair of Unix sockets, and a TCP connection: end i is connected to end i ^ 1. */
final class Streams implements Subject {
    private final World world;
    private final IoLoop loop;
    private final int[] sockets;
    private final @Nullable Recv[] recvs;

    /** Nobody ever sends to its second end. */
    private final Sockets.Pair quiet;

    Streams(World world) throws SystemCallException {
        this.world = world;
        loop = world.loop();
        Sockets.Pair unix = loop.sockets().openPair();
        Sockets.Pair tcp = connection(loop);
        sockets = new int[] {unix.first(), unix.second(), tcp.first(), tcp.second()};
        recvs = new Recv[sockets.length];
        quiet = loop.sockets().openPair();
    }

    /** A TCP connection over loopback: the end that asked, and the end that accepted. */
    static Sockets.Pair connection(IoLoop loop) throws SystemCallException {
        int listener = loop.sockets().openListening(Address.loopback(0), 1);
        int client = loop.sockets().openStream(Family.INET);
        Accept accept = new Accept(loop, done -> {});
        Connect connect = new Connect(loop, done -> {});
        accept.submit(listener);
        connect.submit(client, loop.sockets().localAddress(listener));
        Bounded.complete(loop, connect);
        int server = Bounded.complete(loop, accept).acceptedFd();
        loop.files().close(listener);
        return new Sockets.Pair(client, server);
    }

    @Override
    public boolean perform(Step step, int number) throws SystemCallException {
        int end = Math.floorMod(step.object(), sockets.length);
        switch (step.kind()) {
            case SEND -> send(number, end, World.bytes(step));
            case SEND_NOTHING -> send(number, end, 0);
            case SEND_NOW -> {
                if (touchBoth(number, end)) {
                    world.expectReceiver(recvs[end ^ 1]);
                    int bytes = World.bytes(step);
                    int sent = loop.sockets().sendNow(sockets[end], world.pattern(number, bytes), 0, bytes);
                    world.observe(number, "sent now: " + sent);
                }
            }
            case RECV -> recv(number, end, World.bytes(step));
            case SHUTDOWN -> {
                if (touchBoth(number, end)) {
                    world.expectReceiver(recvs[end ^ 1]);
                    shutdown(number, sockets[end]);
                }
            }
            case CANCEL_RECV -> world.cancel(number, recvs[end], "socket" + end);
            case RECV_AND_CANCEL -> {
                if (world.touch(number, "quiet")) {
                    world.cancelNow(number, recvQuietly(number, quiet.second()));
                }
            }
            case RECV_AND_CLOSE -> recvAndClose(number);
            case CLOSE_SOCKET -> {
                if (touchBoth(number, end)) {
                    world.expectReceiver(recvs[end ^ 1]);
                    world.close(number, "socket" + end, sockets[end], recvs[end]);
                }
            }
            case ACCEPT_ON_CONNECTED -> {
                if (world.touch(number, "socket" + end)) {
                    Accept wrong = new Accept(loop, done -> world.observe(number, done));
                    wrong.submit(sockets[end]);
                    world.expect(wrong);
                }
            }
            default -> {
                return false;
            }
        }
        return true;
    }

    private boolean touchBoth(int number, int end) {
        return world.touch(number, "socket" + end, "socket" + (end ^ 1));
    }

    private void send(int number, int end, int bytes) {
        if (touchBoth(number, end)) {
            if (bytes > 0) {
                world.expectReceiver(recvs[end ^ 1]);
            }
            Send send = new Send(loop, done -> world.observe(number, done, done.error() == null ? done.bytes() : -1));
            send.submit(sockets[end], world.pattern(number, Math.max(bytes, 1)), 0, bytes);
            world.expect(send);
        }
    }

    private void recv(int number, int end, int bytes) {
        if (recvs[end] == null && world.touch(number, "socket" + end)) {
            MemorySegment buffer = loop.arena().allocate(bytes);
            Recv recv = new Recv(loop, done -> {
                recvs[end] = null;
                world.observe(number, done, done.error() == null ? World.checksum(buffer, done.bytes()) : -1);
            });
            recvs[end] = recv;
            recv.submit(sockets[end], buffer);
        }
    }

    private void shutdown(int number, int fd) {
        try {
            loop.sockets().shutdown(fd, Shutdown.WRITE);
            world.observe(number, "shut down");
        } catch (SystemCallException e) {
            // A connection that was reset.
            world.observe(number, String.valueOf(e.getMessage()));
        }
    }

    /** Nothing can arrive at it: it waits until it is cancelled. */
    private Recv recvQuietly(int number, int fd) {
        Recv recv = new Recv(loop, done -> world.observe(number, done));
        recv.submit(fd, loop.arena().allocate(16));
        return recv;
    }

    /** In one pass, of a socket that is there for this alone; with two receives in flight. */
    private void recvAndClose(int number) throws SystemCallException {
        Sockets.Pair pair = loop.sockets().openPair();
        world.leaveOpen(pair.first());
        world.expect(recvQuietly(number, pair.second()));
        world.expect(recvQuietly(number, pair.second()));
        Close close = new Close(loop, done -> world.observe(number, done));
        close.submit(pair.second());
        world.expect(close);
    }

    @Override
    public void addOpen(List<Integer> fds) {
        for (int i = 0; i < sockets.length; i++) {
            if (!world.isClosed("socket" + i)) {
                fds.add(sockets[i]);
            }
        }
        fds.add(quiet.first());
        fds.add(quiet.second());
    }
}
