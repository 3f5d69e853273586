// SPDX-License-Identifier: Apache-2.0

package dev.ringtail.io.tool.http;

import dev.ringtail.io.Callback;
import dev.ringtail.io.Completion;
import dev.ringtail.io.IoLoop;
import dev.ringtail.io.Read;
import java.lang.foreign.MemorySegment;
import java.util.ArrayDeque;
import java.util.Deque;
import org.jspecify.annotations.Nullable;

/**
 * A file's bytes on their way into a connection: one buffer is read into while the other is sent. Owned by one connection.
 */
final class FileBody {
    private final Pool pool;
    private final Output output;
    private final Read read;
    private final int[] filledBytes = new int[2];
    private final MemorySegment[] buffers = new MemorySegment[2];

    private int fd;
    private long readOffset;
    private long endOffset;
    private int readIndex;
    private int sendIndex;

    /** Whether something is being sent; the head at first, which is none of ours. */
    private boolean isSending;

    private boolean isSendingBuffer;
    private boolean isActive;

    /** The connection. */
    interface Output {
        /** Sends a part of a buffer; {@link #pieceSent} says when. */
        void send(MemorySegment buffer, long length);

        /** Everything was sent. */
        void bodySent();

        /** The file can't be read, or isn't as long as was promised. */
        void bodyFailed();

        /** Nothing is being read any more, for a connection that is being closed. */
        void bodyReleased();

        /** Whether the connection is being closed. */
        boolean isClosing();

        /** A step whose mistakes cost the connection alone. */
        <C extends Completion> Callback<C> guarded(Callback<C> step);
    }

    /** Buffers that are in use by no body. */
    static final class Pool {
        /** So much is read at once: a compromise between kernel entries and memory per connection. */
        private static final int BUFFER_BYTES = 64 << 10;

        private final IoLoop loop;
        private final Deque<MemorySegment> unused = new ArrayDeque<>();

        Pool(IoLoop loop) {
            this.loop = loop;
        }

        private MemorySegment take() {
            @Nullable MemorySegment buffer = unused.poll();
            return buffer == null ? loop.arena().allocate(BUFFER_BYTES) : buffer;
        }
    }

    FileBody(IoLoop loop, Pool pool, Output output) {
        this.pool = pool;
        this.output = output;
        read = new Read(loop, output.guarded(this::onRead));
    }

    /** Begins to read. The head is being sent meanwhile. */
    void start(int fd, long from, long length) {
        this.fd = fd;
        readOffset = from;
        endOffset = from + length;
        readIndex = 0;
        sendIndex = 0;
        isSending = true;
        isSendingBuffer = false;
        isActive = true;
        for (int i = 0; i < buffers.length; i++) {
            buffers[i] = pool.take();
            filledBytes[i] = 0;
        }
        goOn();
    }

    boolean isActive() {
        return isActive;
    }

    boolean isReading() {
        return read.isInFlight();
    }

    /** What was being sent is gone. */
    void pieceSent() {
        isSending = false;
        if (isSendingBuffer) {
            isSendingBuffer = false;
            filledBytes[sendIndex] = 0;
            sendIndex ^= 1;
        }
        goOn();
    }

    /** Gives the buffers back. Nothing may be in flight. */
    void stop() {
        if (isActive) {
            isActive = false;
            for (MemorySegment buffer : buffers) {
                pool.unused.push(buffer);
            }
        }
    }

    private void goOn() {
        if (!read.isInFlight() && readOffset < endOffset && filledBytes[readIndex] == 0) {
            long length = Math.min(Pool.BUFFER_BYTES, endOffset - readOffset);
            read.submit(fd, buffers[readIndex], 0, length, readOffset);
        }
        if (isSending) {
            return;
        }
        if (filledBytes[sendIndex] > 0) {
            isSending = true;
            isSendingBuffer = true;
            output.send(buffers[sendIndex], filledBytes[sendIndex]);
        } else if (readOffset == endOffset) {
            stop();
            output.bodySent();
        }
    }

    private void onRead(Read read) {
        if (output.isClosing()) {
            output.bodyReleased();
            return;
        }
        // The file has become shorter than the head said: only closing the connection tells the client.
        if (read.error() != null || read.bytes() == 0) {
            output.bodyFailed();
            return;
        }
        filledBytes[readIndex] = read.bytes();
        readOffset += read.bytes();
        readIndex ^= 1;
        goOn();
    }
}
