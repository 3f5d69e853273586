// SPDX-License-Identifier: Apache-2.0

package dev.ringtail.io.tool.http;

import java.util.Optional;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/** A part of a file: {@code length} bytes beginning with byte {@code from}. */
record ByteRange(long from, long length) {
    /** More digits than any file has bytes, and few enough for a long. */
    private static final Pattern SINGLE =
            Pattern.compile("bytes\\s*=\\s*(\\d{0,18})-(\\d{0,18})", Pattern.CASE_INSENSITIVE);

    /** Nothing of the file is in the range that was asked for: 416. */
    static final ByteRange UNSATISFIABLE = new ByteRange(-1, 0);

    /**
     * What a Range header asks for, of a file of this size. Empty if it is to be ignored (RFC 9110, 14.2): in other units,
     * malformed, or of several ranges.
     */
    static Optional<ByteRange> parse(String header, long size) {
        Matcher matcher = SINGLE.matcher(header.strip());
        if (!matcher.matches()) {
            return Optional.empty();
        }
        String first = matcher.group(1);
        String last = matcher.group(2);
        if (first.isEmpty()) {
            return last.isEmpty() ? Optional.empty() : Optional.of(suffix(Long.parseLong(last), size));
        }
        long from = Long.parseLong(first);
        long to = last.isEmpty() ? Long.MAX_VALUE : Long.parseLong(last);
        if (to < from) {
            return Optional.empty();
        }
        return Optional.of(from >= size ? UNSATISFIABLE : new ByteRange(from, Math.min(to, size - 1) - from + 1));
    }

    private static ByteRange suffix(long count, long size) {
        long length = Math.min(count, size);
        return length == 0 ? UNSATISFIABLE : new ByteRange(size - length, length);
    }
}
