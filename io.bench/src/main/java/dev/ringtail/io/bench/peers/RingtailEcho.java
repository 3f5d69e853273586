// SPDX-License-Identifier: Apache-2.0
package dev.ringtail.io.bench.peers;

import dev.ringtail.io.Accept;
import dev.ringtail.io.Address;
import dev.ringtail.io.IoLoop;
import dev.ringtail.io.Recv;
import dev.ringtail.io.Send;
import dev.ringtail.io.SocketOption;
import dev.ringtail.io.SystemCallException;
import java.io.IOException;
import java.lang.foreign.MemorySegment;
import java.net.InetAddress;
import java.util.ArrayDeque;

/** The echo server as one writes it with Ringtail: receive, send what came, receive. */
final class RingtailEcho {
    private final IoLoop loop;
    private final int bufferBytes;
    private final int listenFd;
    private final Accept accept;

    /** Those without a peer: a later one takes them over, buffer and all. */
    private final ArrayDeque<Connection> idle = new ArrayDeque<>();

    RingtailEcho(IoLoop loop, int bufferBytes) throws IOException {
        this.loop = loop;
        this.bufferBytes = bufferBytes;
        listenFd = loop.sockets().openListening(Address.of(InetAddress.getLoopbackAddress(), 0), EchoPeers.BACKLOG);
        accept = new Accept(loop, this::onAccept);
    }

    void serve() throws IOException {
        accept.submit(listenFd);
        EchoPeers.sayPort(loop.sockets().localAddress(listenFd).port());
        loop.runFor(Long.MAX_VALUE);
    }

    private void onAccept(Accept accept) {
        if (accept.error() == null) {
            Connection connection = idle.isEmpty() ? new Connection() : idle.pop();
            connection.start(accept.acceptedFd());
        }
        accept.submit(listenFd);
    }

    private final class Connection {
        private final MemorySegment buffer = loop.arena().allocate(bufferBytes);
        private final Recv recv = new Recv(loop, this::onRecv);
        private final Send send = new Send(loop, this::onSend);
        private int fd;
        private int sentBytes;

        void start(int acceptedFd) {
            fd = acceptedFd;
            try {
                loop.sockets().setOption(fd, SocketOption.NO_DELAY, 1);
            } catch (SystemCallException e) {
                throw new AssertionError(e);
            }
            recv.submit(fd, buffer);
        }

        private void onRecv(Recv recv) {
            if (recv.error() != null || recv.bytes() == 0) {
                close();
                return;
            }
            sentBytes = 0;
            send.submit(fd, buffer, 0, recv.bytes());
        }

        private void onSend(Send send) {
            if (send.error() != null) {
                close();
                return;
            }
            sentBytes += send.bytes();
            if (sentBytes < recv.bytes()) {
                send.submit(fd, buffer, sentBytes, recv.bytes() - sentBytes);
            } else {
                recv.submit(fd, buffer);
            }
        }

        private void close() {
            try {
                loop.sockets().close(fd);
            } catch (SystemCallException e) {
                throw new AssertionError(e);
            }
            idle.push(this);
        }
    }
}
