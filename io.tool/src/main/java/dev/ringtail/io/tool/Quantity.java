// SPDX-License-Identifier: Apache-2.0

package dev.ringtail.io.tool;

import java.util.Locale;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import picocli.CommandLine.ITypeConverter;
import picocli.CommandLine.TypeConversionException;

/** Bytes and times as people write them. Decimal units when printed, as disks and networks are sold; binary when read. */
final class Quantity {
    private static final String UNITS = "kMGTPE";

    private Quantity() {}

    /** As in {@code 512 B}, {@code 139.9 MB}. */
    static String bytes(long bytes) {
        int unit = -1;
        double value = (double) bytes;
        while (value >= 999.95 && unit < UNITS.length() - 1) {
            value /= 1000;
            unit++;
        }
        return unit < 0 ? "%.0f B".formatted(value) : String.format(Locale.ROOT, "%.1f %sB", value, UNITS.charAt(unit));
    }

    /** As in {@code 433.0 MB/s}. */
    static String rate(long bytes, long nanos) {
        return bytes((long) (bytes * 1e9 / Math.max(1, nanos))) + "/s";
    }

    /** As in {@code 0.31 s}. */
    static String seconds(long nanos) {
        return String.format(Locale.ROOT, nanos < 100_000_000 ? "%.3f s" : "%.2f s", nanos / 1e9);
    }

    /** Reads a size: {@code 4096}, {@code 256k}, {@code 1M} (powers of 1024). */
    static final class Size implements ITypeConverter<Integer> {
        private static final Pattern SIZE = Pattern.compile("(\\d{1,10})([kKmMgG]?)(i?[bB])?");

        @Override
        public Integer convert(String text) {
            Matcher matcher = SIZE.matcher(text);
            if (!matcher.matches()) {
                throw new TypeConversionException("'" + text + "' is no size (as in 4096, 256k or 1M)");
            }
            int shift = switch (matcher.group(2)) {
                case "k", "K" -> 10;
                case "m", "M" -> 20;
                case "g", "G" -> 30;
                default -> 0;
            };
            long size = Long.parseLong(matcher.group(1)) << shift;
            if (size < 1 || size > Integer.MAX_VALUE) {
                throw new TypeConversionException("'" + text + "' isn't between 1 and " + Integer.MAX_VALUE + " bytes");
            }
            return (int) size;
        }
    }
}
