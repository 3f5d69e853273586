// SPDX-License-Identifier: Apache-2.0

package dev.ringtail.io.tool.http;

import dev.ringtail.io.Callback;
import dev.ringtail.io.Completion;
import dev.ringtail.io.IoLoop;
import dev.ringtail.io.Send;
import java.lang.foreign.MemorySegment;

/** A response on its way to the client: the head, and what follows it. Owned by one connection. */
final class Sender implements FileBody.Output {
    private final Listener listener;
    private final Send send;
    private final FileBody body;

    private int fd;

    /** In memory, and to be sent after the head. */
    private MemorySegment page = MemorySegment.NULL;

    private MemorySegment buffer = MemorySegment.NULL;
    private long from;
    private long end;
    private long sentBytes;

    /** How many of them {@link #hasTaken} has seen. */
    private long countedBytes;

    /** The connection. */
    interface Listener {
        /** Everything was sent. */
        void sent();

        /** The client is gone, or the file isn't as long as was promised. */
        void sendingFailed();

        /** Nothing is in flight any more, for a connection that is being closed. */
        void sendingEnded();

        /** Whether the connection is being closed. */
        boolean isClosing();

        /** A step whose mistakes cost the connection alone. */
        <C extends Completion> Callback<C> guarded(Callback<C> step);
    }

    Sender(IoLoop loop, FileBody.Pool pool, Listener listener) {
        this.listener = listener;
        send = new Send(loop, listener.guarded(this::onSend));
        body = new FileBody(loop, pool, this);
    }

    /** Sends what is complete in the head's buffer. */
    void start(int fd, ResponseHead head) {
        this.fd = fd;
        page = MemorySegment.NULL;
        sentBytes = 0;
        countedBytes = 0;
        send(head.memory(), head.length());
    }

    /** Sends the head, and then something in memory. */
    void start(int fd, ResponseHead head, MemorySegment page) {
        start(fd, head);
        this.page = page;
    }

    /** Sends the head, and then a part of a file, which is read meanwhile. */
    void start(int fd, ResponseHead head, int fileFd, long from, long length) {
        start(fd, head);
        body.start(fileFd, from, length);
    }

    /** Whether buffers are in use. */
    boolean isInFlight() {
        return send.isInFlight() || body.isReading();
    }

    /** Gives up what isn't in flight any more. */
    void stop() {
        body.stop();
        page = MemorySegment.NULL;
    }

    /** Whether the client has taken so much, and anything at all, of this response since this was last asked. */
    boolean hasTaken(long bytes) {
        long takenBytes = sentBytes - countedBytes;
        countedBytes = sentBytes;
        return takenBytes > 0 && takenBytes >= bytes;
    }

    /** Of the current or last response. */
    long sentBytes() {
        return sentBytes;
    }

    @Override
    public void send(MemorySegment buffer, long length) {
        this.buffer = buffer;
        from = 0;
        end = length;
        goOn();
    }

    private void goOn() {
        send.submit(fd, buffer, from, end - from);
    }

    private void onSend(Send send) {
        if (listener.isClosing()) {
            listener.sendingEnded();
            return;
        }
        if (send.error() != null) {
            listener.sendingFailed();
            return;
        }
        from += send.bytes();
        sentBytes += send.bytes();
        if (from < end) {
            goOn();
        } else if (body.isActive()) {
            body.pieceSent();
        } else if (page.byteSize() > 0) {
            MemorySegment next = page;
            page = MemorySegment.NULL;
            send(next, next.byteSize());
        } else {
            listener.sent();
        }
    }

    @Override
    public <C extends Completion> Callback<C> guarded(Callback<C> step) {
        return listener.guarded(step);
    }

    @Override
    public void bodySent() {
        listener.sent();
    }

    @Override
    public void bodyFailed() {
        listener.sendingFailed();
    }

    @Override
    public void bodyReleased() {
        listener.sendingEnded();
    }

    @Override
    public boolean isClosing() {
        return listener.isClosing();
    }
}
