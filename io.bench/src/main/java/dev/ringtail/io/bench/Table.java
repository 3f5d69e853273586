// SPDX-License-Identifier: Apache-2.0
package dev.ringtail.io.bench;

import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.Locale;

/** A table in Markdown, columns lined up, so that it reads as well on a terminal. */
final class Table {
    private final List<List<String>> rows = new ArrayList<>();

    Table(String... header) {
        row(header);
    }

    void row(String... cells) {
        List<String> row = new ArrayList<>();
        Collections.addAll(row, cells);
        rows.add(row);
    }

    static String number(double value) {
        if (Double.isNaN(value)) {
            return "-";
        }
        double size = Math.abs(value);
        return String.format(Locale.ROOT, size >= 100 ? "%,.0f" : size >= 10 ? "%.1f" : "%.2f", value);
    }

    static String ratio(Results.Ratio ratio) {
        return Double.isNaN(ratio.median())
                ? "-"
                : String.format(Locale.ROOT, "%.2f (%.2f..%.2f)", ratio.median(), ratio.min(), ratio.max());
    }

    /** A figure's rounds: the median, and in parentheses the smallest and the largest. */
    static String spread(Results.Ratio spread) {
        return Double.isNaN(spread.median())
                ? "-"
                : number(spread.median()) + " (" + number(spread.min()) + ".." + number(spread.max()) + ")";
    }

    @Override
    public String toString() {
        int columns = rows.getFirst().size();
        int[] widths = new int[columns];
        for (List<String> row : rows) {
            for (int i = 0; i < columns; i++) {
                widths[i] = Math.max(widths[i], row.get(i).length());
            }
        }
        StringBuilder text = new StringBuilder();
        for (int r = 0; r < rows.size(); r++) {
            append(text, rows.get(r), widths);
            if (r == 0) {
                for (int width : widths) {
                    text.append("| ").append("-".repeat(width)).append(' ');
                }
                text.append("|\n");
            }
        }
        return text.toString();
    }

    private static void append(StringBuilder text, List<String> row, int[] widths) {
        for (int i = 0; i < widths.length; i++) {
            String cell = row.get(i);
            text.append("| ").append(cell).append(" ".repeat(widths[i] - cell.length() + 1));
        }
        text.append("|\n");
    }
}
