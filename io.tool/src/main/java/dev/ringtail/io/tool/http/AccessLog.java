// SPDX-License-Identifier: Apache-2.0

package dev.ringtail.io.tool.http;

import java.io.PrintStream;
import java.time.Instant;
import java.time.temporal.ChronoUnit;

/** A line per response. Kept back until {@link #flush}, because writing them one by one would slow the loop. */
public final class AccessLog {
    private static final int KEPT_MAX = 64 << 10;

    private final PrintStream out;
    private final StringBuilder lines = new StringBuilder();

    /** Writes to a stream. */
    public AccessLog(PrintStream out) {
        this.out = out;
    }

    /** Takes a line; {@code end} says what became of the response if it is unusual, such as " aborted". */
    void log(String peer, String request, int status, long bytes, long nanos, String end) {
        lines.append(Instant.now().truncatedTo(ChronoUnit.MILLIS))
                .append(' ')
                .append(peer)
                .append(" \"");
        // What a client sends must not be able to move the reader's cursor or to end the line.
        for (int i = 0; i < request.length(); i++) {
            char character = request.charAt(i);
            if (character >= ' ' && character < 0x7f && character != '"' && character != '\\') {
                lines.append(character);
            } else {
                lines.append("\\x").append("%02x".formatted((int) character));
            }
        }
        lines.append("\" ")
                .append(status)
                .append(' ')
                .append(bytes)
                .append(' ')
                .append(nanos / 1000)
                .append(" us")
                .append(end)
                .append('\n');
        if (lines.length() > KEPT_MAX) {
            flush();
        }
    }

    void flush() {
        if (!lines.isEmpty()) {
            out.print(lines);
            out.flush();
            lines.setLength(0);
        }
    }
}
