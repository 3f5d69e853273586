// SPDX-License-Identifier: Apache-2.0

package dev.ringtail.io.tool.http;

import dev.ringtail.io.IoLoop;
import java.io.IOException;
import java.lang.foreign.MemorySegment;
import java.nio.ByteBuffer;
import java.nio.channels.ReadableByteChannel;
import java.nio.channels.WritableByteChannel;
import org.apache.hc.core5.http.HttpStatus;
import org.apache.hc.core5.http.nio.SessionInputBuffer;
import org.apache.hc.core5.util.CharArrayBuffer;

/**
 * What a connection has received and not used yet. The loop writes into it, HttpCore's parser takes lines out of it: the
 * bytes are never copied in between. Owned by one connection.
 */
final class RequestBuffer implements SessionInputBuffer {
    /** The longest head of a request, and so the longest line, in bytes. */
    static final int HEAD_MAX_BYTES = 16 << 10;

    private final MemorySegment memory;
    private final ByteBuffer bytes;

    /** The first byte that wasn't used yet. */
    private int begin;

    /** The end of what was received. */
    private int end;

    /** Up to here there is no line's end: a client that sends byte by byte costs no more than another. */
    private int searched;

    /** How much of the current request's head was used already. */
    private int headBytes;

    private boolean isFirstLine = true;

    RequestBuffer(IoLoop loop) {
        memory = loop.arena().allocate(HEAD_MAX_BYTES);
        bytes = memory.asByteBuffer();
    }

    /** For the next connection. */
    void clear() {
        begin = 0;
        end = 0;
        searched = 0;
        endHead();
    }

    /** The current request's head is complete. */
    void endHead() {
        headBytes = 0;
        isFirstLine = true;
    }

    /** Whether a request has begun. */
    boolean isInHead() {
        return headBytes > 0 || begin < end;
    }

    MemorySegment memory() {
        return memory;
    }

    /** Where the next bytes go. There is room, or the head is too long. */
    int writeFrom() throws RequestException {
        if (begin == end) {
            begin = 0;
            end = 0;
            searched = 0;
        } else if (end == HEAD_MAX_BYTES && begin > 0) {
            MemorySegment.copy(memory, begin, memory, 0, (long) end - begin);
            end -= begin;
            searched -= begin;
            begin = 0;
        }
        if (end == HEAD_MAX_BYTES) {
            throw tooLong();
        }
        return end;
    }

    void received(int count) {
        end += count;
    }

    /** Throws away so many bytes, or what there is; says how many. */
    int skip(long count) {
        int skipped = (int) Math.min(count, end - begin);
        begin += skipped;
        searched = Math.max(searched, begin);
        return skipped;
    }

    @Override
    public boolean readLine(CharArrayBuffer line, boolean isEndOfStream) throws IOException {
        int at = Math.max(searched, begin);
        while (at < end && bytes.get(at) != '\n') {
            at++;
        }
        searched = at;
        if (at == end) {
            return false;
        }
        try {
            takeLine(line, at);
        } catch (RequestException e) {
            // The parser's interface has no room for what is wrong with the request.
            throw new IOException(e);
        }
        return true;
    }

    private void takeLine(CharArrayBuffer line, int newline) throws RequestException {
        headBytes += newline + 1 - begin;
        if (headBytes > HEAD_MAX_BYTES) {
            throw tooLong();
        }
        int lineEnd = newline > begin && bytes.get(newline - 1) == '\r' ? newline - 1 : newline;
        for (int i = begin; i < lineEnd; i++) {
            int character = Byte.toUnsignedInt(bytes.get(i));
            if ((character < ' ' && character != '\t') || character == 0x7f) {
                throw new RequestException(HttpStatus.SC_BAD_REQUEST);
            }
            line.append((char) character);
        }
        // Folded lines are obsolete, and read differently by different servers (RFC 9112, 5.2).
        if (!line.isEmpty() && (line.charAt(0) == ' ' || line.charAt(0) == '\t')) {
            throw new RequestException(HttpStatus.SC_BAD_REQUEST);
        }
        isFirstLine = isFirstLine && line.isEmpty();
        begin = newline + 1;
        searched = begin;
    }

    private RequestException tooLong() {
        return new RequestException(
                isFirstLine ? HttpStatus.SC_REQUEST_URI_TOO_LONG : HttpStatus.SC_REQUEST_HEADER_FIELDS_TOO_LARGE);
    }

    @Override
    public boolean hasData() {
        return begin < end;
    }

    @Override
    public int length() {
        return end - begin;
    }

    // The rest of the interface is for bodies, which the parser doesn't touch.

    @Override
    public int fill(ReadableByteChannel channel) {
        throw new UnsupportedOperationException();
    }

    @Override
    public int read() {
        throw new UnsupportedOperationException();
    }

    @Override
    public int read(ByteBuffer target, int limit) {
        throw new UnsupportedOperationException();
    }

    @Override
    public int read(ByteBuffer target) {
        throw new UnsupportedOperationException();
    }

    @Override
    public int read(WritableByteChannel target, int limit) {
        throw new UnsupportedOperationException();
    }

    @Override
    public int read(WritableByteChannel target) {
        throw new UnsupportedOperationException();
    }
}
