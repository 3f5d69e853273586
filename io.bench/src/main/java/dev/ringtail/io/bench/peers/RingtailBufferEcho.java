// SPDX-License-Identifier: Apache-2.0
package dev.ringtail.io.bench.peers;

import dev.ringtail.io.Address;
import dev.ringtail.io.BufferRing;
import dev.ringtail.io.IoLoop;
import dev.ringtail.io.MultishotAccept;
import dev.ringtail.io.MultishotRecv;
import dev.ringtail.io.RecvError;
import dev.ringtail.io.Send;
import dev.ringtail.io.SocketOption;
import dev.ringtail.io.SystemCallException;
import java.io.IOException;
import java.net.InetAddress;
import java.util.ArrayDeque;

/**
 * The echo server with everything that saves the kernel work: one accept and one receive per connection for as long as it lives,
 * buffers taken from a ring, descriptors registered; and if asked for, sends that are tried at once.
 */
final class RingtailBufferEcho {
    private static final int BUFFER_COUNT = 1024;
    private static final int ID_BITS = 16;

    private final IoLoop loop;
    private final boolean isSendingNow;
    private final BufferRing ring;
    private final int listenFd;

    /** Those without a peer: a later one takes them over. */
    private final ArrayDeque<Connection> idle = new ArrayDeque<>();

    /** Those that found no buffer. */
    private final ArrayDeque<Connection> starved = new ArrayDeque<>();

    RingtailBufferEcho(IoLoop loop, int bufferBytes, boolean isSendingNow) throws IOException {
        this.loop = loop;
        this.isSendingNow = isSendingNow;
        ring = new BufferRing(loop, BUFFER_COUNT, bufferBytes);
        listenFd = loop.sockets().openListening(Address.of(InetAddress.getLoopbackAddress(), 0), EchoPeers.BACKLOG);
    }

    void serve() throws IOException {
        MultishotAccept accept = new MultishotAccept(loop, this::onAccept);
        accept.submit(listenFd);
        EchoPeers.sayPort(loop.sockets().localAddress(listenFd).port());
        loop.runFor(Long.MAX_VALUE);
    }

    private void onAccept(MultishotAccept accept) {
        if (accept.error() == null) {
            Connection connection = idle.isEmpty() ? new Connection() : idle.pop();
            connection.start(accept.acceptedFd());
        }
        if (!accept.hasMore()) {
            accept.submit(listenFd);
        }
    }

    private void release(int id) {
        ring.release(id);
        if (!starved.isEmpty()) {
            starved.pop().receive();
        }
    }

    private final class Connection {
        private final MultishotRecv recv = new MultishotRecv(loop, this::onRecv);
        private final Send send = new Send(loop, this::onSend);
        private int fd;

        /** What is still to be sent: lengths and numbers of buffers, as a ring. */
        private long[] pieces = new long[4];

        private int first;
        private int count;
        private int sentBytes;
        private boolean isEnded;

        void start(int acceptedFd) {
            fd = acceptedFd;
            isEnded = false;
            try {
                loop.sockets().setOption(fd, SocketOption.NO_DELAY, 1);
                loop.registerFile(fd);
            } catch (SystemCallException e) {
                throw new AssertionError(e);
            }
            receive();
        }

        void receive() {
            recv.submit(fd, ring);
        }

        private void onRecv(MultishotRecv recv) {
            if (recv.error() == RecvError.BUFFERS_EXHAUSTED) {
                starved.add(this);
                return;
            }
            if (recv.error() != null || recv.bytes() == 0) {
                isEnded = true;
                closeIfIdle();
                return;
            }
            push(recv.bytes(), recv.bufferId());
            if (count == 1) {
                sentBytes = 0;
                sendFirst();
            }
            if (!recv.hasMore()) {
                receive();
            }
        }

        private void sendFirst() {
            if (isSendingNow) {
                int sent = loop.sockets().sendNow(fd, ring.buffer(id()), sentBytes, length() - sentBytes);
                if (sent == length() - sentBytes) {
                    popFirst();
                    return;
                }
                sentBytes += Math.max(0, sent);
            }
            send.submit(fd, ring.buffer(id()), sentBytes, length() - sentBytes);
        }

        private void onSend(Send send) {
            if (send.error() != null) {
                isEnded = true;
                while (count > 0) {
                    popFirst();
                }
                closeIfIdle();
                return;
            }
            sentBytes += send.bytes();
            if (sentBytes == length()) {
                popFirst();
            }
            if (count > 0) {
                sendFirst();
            } else {
                closeIfIdle();
            }
        }

        private void push(int length, int id) {
            if (count == pieces.length) {
                long[] larger = new long[count * 2];
                for (int i = 0; i < count; i++) {
                    larger[i] = pieces[(first + i) & (count - 1)];
                }
                pieces = larger;
                first = 0;
            }
            pieces[(first + count++) & (pieces.length - 1)] = (long) length << ID_BITS | id;
        }

        private int length() {
            return (int) (pieces[first] >>> ID_BITS);
        }

        private int id() {
            return (int) pieces[first] & ((1 << ID_BITS) - 1);
        }

        private void popFirst() {
            int id = id();
            first = (first + 1) & (pieces.length - 1);
            count--;
            sentBytes = 0;
            release(id);
        }

        private void closeIfIdle() {
            if (!isEnded || count > 0 || recv.isInFlight()) {
                return;
            }
            try {
                loop.sockets().close(fd);
            } catch (SystemCallException e) {
                throw new AssertionError(e);
            }
            idle.push(this);
        }
    }
}
