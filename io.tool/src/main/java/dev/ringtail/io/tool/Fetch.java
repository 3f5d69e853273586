// SPDX-License-Identifier: Apache-2.0

package dev.ringtail.io.tool;

import dev.ringtail.io.Address;
import dev.ringtail.io.Close;
import dev.ringtail.io.Connect;
import dev.ringtail.io.IoLoop;
import dev.ringtail.io.Recv;
import dev.ringtail.io.Send;
import java.io.IOException;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.security.MessageDigest;
import java.util.function.BooleanSupplier;
import org.jspecify.annotations.Nullable;

/** One file fetched over HTTP and hashed as it comes in: connect, send, recv. Used on the loop's thread. */
final class Fetch {
    private static final int BUFFER_BYTES = 256 << 10;
    private static final String HEAD_END = "\r\n\r\n";
    private static final String OK = "HTTP/1.1 200 ";

    private final IoLoop loop;
    private final MessageDigest digest;
    private final MemorySegment buffer;
    private final ByteBuffer bytes;
    private final Connect connect;
    private final Send send;
    private final Recv recv;

    private int fd;
    private byte[] request = new byte[0];
    private int sentBytes;

    /** What was received of the head, until it is complete. */
    private final StringBuilder head = new StringBuilder();

    private boolean isInBody;
    private long bodyBytes;
    private boolean isDone;
    private @Nullable String failure;

    Fetch(IoLoop loop, MessageDigest digest) {
        this.loop = loop;
        this.digest = digest;
        buffer = loop.arena().allocate(BUFFER_BYTES);
        bytes = buffer.asByteBuffer();
        connect = new Connect(loop, this::onConnect);
        send = new Send(loop, this::onSend);
        recv = new Recv(loop, this::onRecv);
    }

    /**
     * Fetches a path.
     *
     * @return how many bytes the body has
     */
    long run(Address server, String path, BooleanSupplier isInterrupted) throws ToolException, IOException {
        request = ("GET " + path + " HTTP/1.1\r\nHost: " + server + "\r\nConnection: close\r\n\r\n")
                .getBytes(StandardCharsets.US_ASCII);
        fd = loop.sockets().openStream(server.family());
        connect.submit(fd, server);
        LoopRun.until(loop, () -> isDone || isInterrupted.getAsBoolean());
        Close close = new Close(loop, done -> {});
        close.submit(fd);
        LoopRun.finish(close);
        if (!isDone) {
            throw new ToolException("interrupted");
        }
        if (failure != null) {
            throw new ToolException("can't fetch http://" + server + path + ": " + failure);
        }
        return bodyBytes;
    }

    private void fail(String reason) {
        failure = reason;
        isDone = true;
    }

    private void onConnect(Connect connect) {
        if (connect.error() != null) {
            fail(ToolException.words(connect));
            return;
        }
        MemorySegment.copy(request, 0, buffer, ValueLayout.JAVA_BYTE, 0, request.length);
        send.submit(fd, buffer, 0, request.length);
    }

    private void onSend(Send send) {
        if (send.error() != null) {
            fail(ToolException.words(send));
            return;
        }
        sentBytes += send.bytes();
        if (sentBytes < request.length) {
            send.submit(fd, buffer, sentBytes, (long) request.length - sentBytes);
        } else {
            recv.submit(fd, buffer);
        }
    }

    private void onRecv(Recv recv) {
        if (isDone) {
            return;
        }
        if (recv.error() != null) {
            fail(ToolException.words(recv));
        } else if (recv.bytes() == 0) {
            isDone = true;
        } else {
            take(recv.bytes());
            if (!isDone) {
                recv.submit(fd, buffer);
            }
        }
    }

    private void take(int length) {
        bytes.clear().limit(length);
        while (!isInBody && bytes.hasRemaining()) {
            head.append((char) Byte.toUnsignedInt(bytes.get()));
            isInBody = head.length() >= HEAD_END.length()
                    && head.indexOf(HEAD_END, head.length() - HEAD_END.length()) >= 0;
        }
        if (isInBody && head.indexOf(OK) != 0) {
            fail(head.substring(0, head.indexOf("\r\n")));
            return;
        }
        bodyBytes += bytes.remaining();
        digest.update(bytes);
    }
}
