// SPDX-License-Identifier: Apache-2.0

package dev.ringtail.io.tests.differential;

import dev.ringtail.io.Address;
import dev.ringtail.io.Connect;
import dev.ringtail.io.Family;
import dev.ringtail.io.IoLoop;
import dev.ringtail.io.Recv;
import dev.ringtail.io.Send;
import dev.ringtail.io.SystemCallException;
import dev.ringtail.io.tests.conformance.Bounded;
import java.lang.foreign.MemorySegment;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** Two UDP sockets, each connected to the other. A datagram arrives as a whole, is cut to the buffer, and may be empty. */
final class Datagrams implements Subject {
    private final World world;
    private final IoLoop loop;
    private final int[] sockets = new int[2];
    private final @Nullable Recv[] recvs = new Recv[sockets.length];

    Datagrams(World world) throws SystemCallException {
        this.world = world;
        loop = world.loop();
        for (int i = 0; i < sockets.length; i++) {
            sockets[i] = loop.sockets().openDatagram(Family.INET);
            loop.sockets().bind(sockets[i], Address.loopback(0));
        }
        for (int i = 0; i < sockets.length; i++) {
            Connect connect = new Connect(loop, done -> {});
            connect.submit(sockets[i], loop.sockets().localAddress(sockets[i ^ 1]));
            Bounded.complete(loop, connect);
        }
    }

    @Override
    public boolean perform(Step step, int number) {
        int end = Math.floorMod(step.object(), sockets.length);
        switch (step.kind()) {
            case DATAGRAM_SEND -> send(number, end, World.bytes(step));
            case DATAGRAM_SEND_NOTHING -> send(number, end, 0);
            case DATAGRAM_RECV -> {
                if (recvs[end] == null && world.touch(number, "datagrams" + end)) {
                    MemorySegment buffer = loop.arena().allocate(World.bytes(step));
                    Recv recv = new Recv(loop, done -> {
                        recvs[end] = null;
                        world.observe(number, done, done.error() == null ? World.checksum(buffer, done.bytes()) : -1);
                    });
                    recvs[end] = recv;
                    recv.submit(sockets[end], buffer);
                }
            }
            case CANCEL_DATAGRAM_RECV -> world.cancel(number, recvs[end], "datagrams" + end);
            default -> {
                return false;
            }
        }
        return true;
    }

    private void send(int number, int end, int bytes) {
        if (world.touch(number, "datagrams" + end, "datagrams" + (end ^ 1))) {
            world.expectReceiver(recvs[end ^ 1]);
            Send send = new Send(loop, done -> world.observe(number, done, done.error() == null ? done.bytes() : -1));
            send.submit(sockets[end], world.pattern(number, Math.max(bytes, 1)), 0, bytes);
            world.expect(send);
        }
    }

    @Override
    public void addOpen(List<Integer> fds) {
        for (int fd : sockets) {
            fds.add(fd);
        }
    }
}
