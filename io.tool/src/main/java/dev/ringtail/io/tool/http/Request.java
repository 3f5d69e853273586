// SPDX-License-Identifier: Apache-2.0

package dev.ringtail.io.tool.http;

import java.util.Iterator;
import org.apache.hc.core5.http.Header;
import org.apache.hc.core5.http.HttpRequest;
import org.apache.hc.core5.http.HttpStatus;
import org.apache.hc.core5.http.HttpVersion;
import org.apache.hc.core5.http.ProtocolVersion;
import org.apache.hc.core5.http.config.Http1Config;
import org.apache.hc.core5.http.impl.nio.DefaultHttpRequestFactory;
import org.apache.hc.core5.http.impl.nio.DefaultHttpRequestParser;
import org.jspecify.annotations.Nullable;

/**
 * What a request says, checked: RFC 9112 for what is dangerous to read in two ways.
 *
 * @param target as it was sent, for the log
 * @param isKeptAlive whether the client wants to go on with the connection, and it can be gone on with
 * @param isVersion10 whether keeping the connection alive must be said
 * @param bodyBytes what follows the head and is thrown away
 */
record Request(
        String method,
        String target,
        boolean isKeptAlive,
        boolean isVersion10,
        long bodyBytes,
        @Nullable String ifNoneMatch,
        @Nullable String ifModifiedSince,
        @Nullable String ifRange,
        @Nullable String range) {
    /** A longer body isn't worth reading: the connection is closed instead. */
    private static final long BODY_MAX_BYTES = 64 << 10;

    /** Enough digits for every sensible length, few enough for a long. */
    private static final int LENGTH_MAX_DIGITS = 18;

    /** The line's length is limited by the buffer. */
    private static final Http1Config LIMITS = Http1Config.custom()
            .setMaxHeaderCount(100)
            .setMaxLineLength(RequestBuffer.HEAD_MAX_BYTES)
            .build();

    static DefaultHttpRequestParser<HttpRequest> newParser() {
        return new DefaultHttpRequestParser<>(LIMITS, DefaultHttpRequestFactory.INSTANCE);
    }

    static Request of(HttpRequest message) throws RequestException {
        ProtocolVersion version = message.getVersion();
        if (version.getMajor() != 1) {
            throw new RequestException(HttpStatus.SC_HTTP_VERSION_NOT_SUPPORTED);
        }
        boolean isVersion10 = version.lessEquals(HttpVersion.HTTP_1_0);
        int hostCount = message.countHeaders("Host");
        if (hostCount > 1 || (hostCount == 0 && !isVersion10)) {
            throw new RequestException(HttpStatus.SC_BAD_REQUEST);
        }
        boolean isChunked = message.containsHeader("Transfer-Encoding");
        long length = length(message);
        if (isChunked && length >= 0) {
            throw new RequestException(HttpStatus.SC_BAD_REQUEST);
        }
        // A client that expects 100 may or may not send its body after another answer.
        boolean isBodyLeft = isChunked || length > BODY_MAX_BYTES || message.containsHeader("Expect");
        boolean isWanted = isVersion10 ? has(message, "keep-alive") : !has(message, "close");
        return new Request(
                message.getMethod(),
                message.getRequestUri(),
                isWanted && !isBodyLeft,
                isVersion10,
                isBodyLeft ? 0 : Math.max(0, length),
                joined(message, "If-None-Match"),
                single(message, "If-Modified-Since"),
                single(message, "If-Range"),
                single(message, "Range"));
    }

    boolean isGet() {
        return method.equals("GET");
    }

    boolean isHead() {
        return method.equals("HEAD");
    }

    private static long length(HttpRequest message) throws RequestException {
        Iterator<Header> headers = message.headerIterator("Content-Length");
        String value = null;
        while (headers.hasNext()) {
            String next = headers.next().getValue();
            if (value != null && !value.equals(next)) {
                throw new RequestException(HttpStatus.SC_BAD_REQUEST);
            }
            value = next;
        }
        if (value == null) {
            return -1;
        }
        boolean isNumber = !value.isEmpty() && value.chars().allMatch(c -> c >= '0' && c <= '9');
        if (!isNumber || value.length() > LENGTH_MAX_DIGITS) {
            throw new RequestException(HttpStatus.SC_BAD_REQUEST);
        }
        return Long.parseLong(value);
    }

    private static boolean has(HttpRequest message, String connectionOption) {
        Iterator<Header> headers = message.headerIterator("Connection");
        while (headers.hasNext()) {
            String value = headers.next().getValue();
            if (value != null) {
                for (String option : value.split(",", -1)) {
                    if (option.strip().equalsIgnoreCase(connectionOption)) {
                        return true;
                    }
                }
            }
        }
        return false;
    }

    private static @Nullable String single(HttpRequest message, String name) {
        Header header = message.getFirstHeader(name);
        return header == null || message.countHeaders(name) > 1 ? null : header.getValue();
    }

    /** The values of a header that may be sent in parts. */
    private static @Nullable String joined(HttpRequest message, String name) {
        Iterator<Header> headers = message.headerIterator(name);
        String value = null;
        while (headers.hasNext()) {
            String next = headers.next().getValue();
            value = value == null ? next : value + "," + next;
        }
        return value;
    }
}
