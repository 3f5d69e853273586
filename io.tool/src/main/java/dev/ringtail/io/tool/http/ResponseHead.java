// SPDX-License-Identifier: Apache-2.0

package dev.ringtail.io.tool.http;

import dev.ringtail.io.IoLoop;
import java.lang.foreign.MemorySegment;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.util.HashMap;
import java.util.Locale;
import java.util.Map;
import org.apache.hc.core5.http.HttpStatus;
import org.apache.hc.core5.http.impl.EnglishReasonPhraseCatalog;

/** A response's head as it is sent, and behind it the body if that is small. Owned by one connection. */
final class ResponseHead {
    /** What the longest head takes: a redirect to the longest path that is redirected to. */
    private static final int HEAD_MAX_BYTES = 4 << 10;

    private static final byte[] CONTENT_LENGTH = ascii("Content-Length: ");
    private static final byte[] CONTENT_RANGE = ascii("Content-Range: bytes ");
    private static final byte[] CLOSE = ascii("Connection: close\r\n");
    private static final byte[] KEEP_ALIVE = ascii("Connection: keep-alive\r\n");
    private static final byte[] LINE_END = ascii("\r\n");

    private final MemorySegment memory;
    private final ByteBuffer bytes;
    private final Shared shared;

    /** What the responses of one loop have in common. */
    static final class Shared {
        private final Map<Integer, byte[]> statusLines = new HashMap<>();
        private long second = Long.MIN_VALUE;
        private byte[] date = new byte[0];

        private byte[] date() {
            long now = System.currentTimeMillis() / 1000;
            if (now != second) {
                second = now;
                date = ascii("Date: " + HttpDate.format(now) + "\r\n");
            }
            return date;
        }

        private byte[] statusLine(int status) {
            return statusLines.computeIfAbsent(status, code -> ascii("HTTP/1.1 " + text(code) + "\r\n"));
        }
    }

    ResponseHead(IoLoop loop, Shared shared) {
        this.shared = shared;
        memory = loop.arena().allocate(HEAD_MAX_BYTES + ResourceLoad.SMALL_BYTES);
        bytes = memory.asByteBuffer();
    }

    /** As in {@code 404 Not Found}. */
    static String text(int status) {
        return status + " " + EnglishReasonPhraseCatalog.INSTANCE.getReason(status, Locale.ROOT);
    }

    void begin(int status) {
        bytes.clear();
        bytes.put(shared.statusLine(status)).put(shared.date());
    }

    void beginRefusal(int status) {
        begin(status);
        if (status == HttpStatus.SC_METHOD_NOT_ALLOWED) {
            line("Allow", "GET, HEAD");
        }
        if (status == HttpStatus.SC_SERVICE_UNAVAILABLE) {
            line("Retry-After", "1");
        }
    }

    /** The last lines, and the status in words behind them. */
    void endWithText(int status, boolean isKeptAlive, boolean isVersion10, boolean hasBody) {
        byte[] text = ascii(text(status) + "\n");
        line("Content-Type", "text/plain; charset=utf-8");
        contentLength(text.length);
        end(isKeptAlive, isVersion10);
        if (hasBody) {
            lines(text);
        }
    }

    /** What is said of a resource. */
    void begin(Answer answer, Resource resource) {
        begin(answer.status());
        if (answer.status() == HttpStatus.SC_REQUESTED_RANGE_NOT_SATISFIABLE) {
            line("Content-Range", "bytes */" + resource.size());
            return;
        }
        lines(resource.headers());
        if (answer.status() == HttpStatus.SC_PARTIAL_CONTENT) {
            contentRange(answer.from(), answer.length(), resource.size());
        }
        if (answer.status() != HttpStatus.SC_NOT_MODIFIED) {
            contentLength(answer.length());
        }
    }

    /** Whole lines, each with its end. */
    void lines(byte[] lines) {
        bytes.put(lines);
    }

    /** One line, of what is known to be short. */
    void line(String name, String value) {
        bytes.put(ascii(name)).put(ascii(": ")).put(ascii(value)).put(LINE_END);
    }

    void contentLength(long length) {
        bytes.put(CONTENT_LENGTH).put(ascii(Long.toString(length))).put(LINE_END);
    }

    private void contentRange(long from, long length, long size) {
        bytes.put(CONTENT_RANGE)
                .put(ascii(from + "-" + (from + length - 1) + "/" + size))
                .put(LINE_END);
    }

    /** The last lines: HTTP/1.0 keeps a connection only if told so, HTTP/1.1 unless told otherwise. */
    void end(boolean isKeptAlive, boolean isVersion10) {
        if (!isKeptAlive) {
            bytes.put(CLOSE);
        } else if (isVersion10) {
            bytes.put(KEEP_ALIVE);
        }
        bytes.put(LINE_END);
    }

    /** Whether a body of this length fits behind the head. */
    boolean hasRoom(long length) {
        return length <= bytes.remaining();
    }

    /** The body, or its beginning. */
    void body(MemorySegment content, long from, long length) {
        MemorySegment.copy(content, from, memory, bytes.position(), length);
        bytes.position(bytes.position() + (int) length);
    }

    MemorySegment memory() {
        return memory;
    }

    int length() {
        return bytes.position();
    }

    static byte[] ascii(String text) {
        return text.getBytes(StandardCharsets.US_ASCII);
    }
}
