// SPDX-License-Identifier: Apache-2.0

package dev.ringtail.io.tool.http;

import java.nio.ByteBuffer;
import java.nio.charset.CharacterCodingException;
import java.nio.charset.StandardCharsets;
import java.util.Optional;
import org.apache.hc.core5.http.HttpStatus;

/** The path of a request: what it asks for, decoded, and what it must never reach. */
final class RequestPath {
    /** A longer one is shortened to the last name, which the client adds to where it is. A response's head must be short. */
    private static final int LOCATION_MAX = 2 << 10;

    private static final String UNRESERVED = "-._~/";

    private RequestPath() {}

    /** The path part of a request's target, still encoded. */
    static String ofTarget(String target) throws RequestException {
        String rest = target;
        if (target.regionMatches(true, 0, "http://", 0, 7)) {
            int slash = target.indexOf('/', 7);
            rest = slash < 0 ? "/" : target.substring(slash);
        }
        if (!rest.startsWith("/")) {
            throw new RequestException(HttpStatus.SC_BAD_REQUEST);
        }
        int end = 0;
        while (end < rest.length() && rest.charAt(end) != '?' && rest.charAt(end) != '#') {
            end++;
        }
        return rest.substring(0, end);
    }

    /**
     * The decoded path, beginning with a slash. Empty if no file can have it: it has a dot segment, an empty segment, an
     * encoded slash or NUL, or isn't UTF-8.
     */
    static Optional<String> decode(String encoded) throws RequestException {
        byte[] bytes = new byte[encoded.length()];
        int length = 0;
        for (int i = 0; i < encoded.length(); i++) {
            char character = encoded.charAt(i);
            int value = character;
            if (character == '%') {
                value = i + 2 < encoded.length() ? hex(encoded.charAt(i + 1)) << 4 | hex(encoded.charAt(i + 2)) : -1;
                if (value < 0) {
                    throw new RequestException(HttpStatus.SC_BAD_REQUEST);
                }
                if (value == '/' || value == 0) {
                    return Optional.empty();
                }
                i += 2;
            }
            bytes[length++] = (byte) value;
        }
        return utf8(bytes, length).filter(RequestPath::isPlain);
    }

    private static int hex(char digit) {
        int value = Character.digit(digit, 16);
        // Digits of other alphabets are none here.
        return digit < 0x80 ? value : -1;
    }

    private static Optional<String> utf8(byte[] bytes, int length) {
        try {
            return Optional.of(StandardCharsets.UTF_8
                    .newDecoder()
                    .decode(ByteBuffer.wrap(bytes, 0, length))
                    .toString());
        } catch (CharacterCodingException e) {
            return Optional.empty();
        }
    }

    /** Without segments that mean another directory, or that make two paths one. */
    private static boolean isPlain(String path) {
        return !path.contains("//")
                && !path.contains("/./")
                && !path.contains("/../")
                && !path.endsWith("/.")
                && !path.endsWith("/..");
    }

    /**
     * Where a directory is that was asked for without its slash. What the client sent isn't repeated: another host could be
     * hidden in it.
     */
    static String ofDirectory(String path, String target) {
        String query = target.indexOf('?') < 0 ? "" : target.substring(target.indexOf('?'));
        String location = encode(path) + "/" + query;
        return location.length() <= LOCATION_MAX ? location : encode(path.substring(path.lastIndexOf('/') + 1)) + "/";
    }

    /** For a link: everything percent-encoded that could mean something in HTML, a header or a URL. */
    static String encode(String path) {
        return encode(path.getBytes(StandardCharsets.UTF_8));
    }

    /** As {@link #encode(String)}, of what may not be UTF-8. */
    static String encode(byte[] path) {
        StringBuilder encoded = new StringBuilder();
        for (byte octet : path) {
            char character = (char) Byte.toUnsignedInt(octet);
            boolean isAlphanumeric = character < 0x80 && Character.isLetterOrDigit(character);
            if (isAlphanumeric || UNRESERVED.indexOf(character) >= 0) {
                encoded.append(character);
            } else {
                encoded.append("%%%02X".formatted((int) character));
            }
        }
        return encoded.toString();
    }
}
