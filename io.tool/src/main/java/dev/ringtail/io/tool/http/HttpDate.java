// SPDX-License-Identifier: Apache-2.0

package dev.ringtail.io.tool.http;

import java.time.Instant;
import java.time.ZoneOffset;
import java.time.format.DateTimeFormatter;
import java.time.format.DateTimeParseException;
import java.util.Locale;
import java.util.OptionalLong;

/** Dates as HTTP writes them: IMF-fixdate of RFC 9110, 5.6.7. The JDK's RFC 1123 format has days of one digit. */
final class HttpDate {
    private static final DateTimeFormatter FORMAT = DateTimeFormatter.ofPattern(
                    "EEE, dd MMM yyyy HH:mm:ss 'GMT'", Locale.US)
            .withZone(ZoneOffset.UTC);

    private HttpDate() {}

    static String format(long epochSecond) {
        return FORMAT.format(Instant.ofEpochSecond(epochSecond));
    }

    /** Seconds since the epoch; empty if it is no such date, which HTTP says to ignore. */
    static OptionalLong parse(String text) {
        try {
            return OptionalLong.of(FORMAT.parse(text, Instant::from).getEpochSecond());
        } catch (DateTimeParseException e) {
            return OptionalLong.empty();
        }
    }
}
