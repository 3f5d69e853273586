// SPDX-License-Identifier: Apache-2.0
package dev.ringtail.io.tests.hostile;

import java.util.ArrayList;
import java.util.List;

/** The table that a run prints: under which condition which provider was taken, and why not the better one. */
final class Conditions {
    /** The suite runs once in full on this machine; under each condition a shorter soak does. */
    static final String SHORT_SOAK = "-Dringtail.soak.operations=20000";

    private static final String ROW = "%n%-58s %-9s %s";

    private final String title;
    private final List<String> rows = new ArrayList<>();

    Conditions(String title) {
        this.title = title;
    }

    /** A condition that was made, and what was seen under it. */
    void add(String condition, Probe.Answer answer) {
        rows.add(
                String.format(ROW, condition, answer.provider(), answer.reason().isEmpty() ? "-" : answer.reason()));
    }

    /** A condition under which something ran as a whole. */
    void add(String condition, String provider, String what) {
        rows.add(String.format(ROW, condition, provider, what));
    }

    // The table is for the reader of the run.
    @SuppressWarnings("SystemOut")
    void print() {
        if (!rows.isEmpty()) {
            System.out.println('\n'
                    + title
                    + String.format(ROW, "condition", "provider", "why not the better one")
                    + String.join("", rows));
        }
    }
}
