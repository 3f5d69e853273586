// SPDX-License-Identifier: Apache-2.0
package dev.ringtail.io.bench;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.LinkedHashMap;
import java.util.Locale;
import java.util.Map;

/** What a run says in the end: the parts of the benchmarks, how each target was met, plots. */
final class Report {
    private final StringBuilder parts = new StringBuilder();
    private final Table targets = new Table("what", "ratio", "target", "");
    private final Map<String, Plot> plots = new LinkedHashMap<>();
    private int metCount;
    private int targetCount;

    /** Judges a ratio that should be large. Returns it with its target, in short. */
    String atLeast(String what, Results.Ratio ratio, double target) {
        return judge(what, ratio, target, ratio.median() >= target, "at least ");
    }

    /** Judges a ratio that should be small. */
    String atMost(String what, Results.Ratio ratio, double target) {
        return judge(what, ratio, target, ratio.median() <= target, "at most ");
    }

    private String judge(String what, Results.Ratio ratio, double target, boolean isMet, String kind) {
        if (Double.isNaN(ratio.median())) {
            targets.row(what, "-", kind + target, "not measured");
            return kind + target + ": not measured";
        }
        targetCount++;
        if (isMet) {
            metCount++;
        }
        targets.row(what, Table.ratio(ratio), kind + target, isMet ? "met" : "missed");
        return String.format(Locale.ROOT, "%s%s: %s", kind, target, isMet ? "met" : "missed");
    }

    /** A whole benchmark, which failed. */
    void notMeasured(String what) {
        targets.row(what, "-", "-", "not measured");
    }

    void plot(String name, Plot plot) {
        plots.put(name, plot);
    }

    /** The peers that could not be had, by name. */
    String missing(Results results) {
        StringBuilder text = new StringBuilder();
        for (String missing : results.missing()) {
            text.append("\nMissing: ").append(missing).append('\n');
        }
        return text.toString();
    }

    void part(String title, String text) {
        parts.append("\n## ").append(title).append("\n\n").append(text);
    }

    String targets() {
        return metCount + " of " + targetCount + " targets met.\n\n" + targets;
    }

    /** Writes the report, and the plots beside it. */
    void write(Path file, String machine, String command) throws IOException {
        String explanations = "";
        Path notes = file.resolveSibling("performance-notes.md");
        if (Files.exists(notes)) {
            explanations = "\n" + Files.readString(notes);
        }
        Files.writeString(file, """
                # Performance

                Written by `%s`; don't edit. Ratios are medians of the rounds' ratios, the smallest and the largest in \
                parentheses; within a round all peers run in turn. See `io.bench` for how.

                ![plots](performance.svg)

                ## Targets

                %s%s
                ## The machine

                %s%s""".formatted(command, targets(), explanations, machine, parts));
        Files.writeString(file.resolveSibling("performance.svg"), Plot.page(plots.values()));
    }
}
