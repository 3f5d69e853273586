// SPDX-License-Identifier: Apache-2.0
package dev.ringtail.io.tests.choice;

import dev.ringtail.io.Providers;
import dev.ringtail.io.tests.conformance.Leaks;
import java.util.Set;

/** What runs in a child: asks every provider fifty times, and looks whether something is left behind. */
final class Ask {
    private static final int TIMES = 50;

    private Ask() {}

    // The standard streams are how a child answers.
    @SuppressWarnings("SystemOut")
    public static void main(String... arguments) {
        // Loads what the count itself needs; the providers are first asked after it.
        Leaks.now();
        Leaks before = Leaks.now();
        Set<Thread> threads = Thread.getAllStackTraces().keySet();
        for (int i = 0; i < TIMES; i++) {
            for (Providers.Candidate candidate : Providers.find()) {
                candidate.provider().orElseThrow().availability();
                System.out.println("found " + candidate);
            }
        }
        Leaks.now().assertNoMoreThan(before);
        Set<Thread> more = Thread.getAllStackTraces().keySet();
        if (!threads.containsAll(more)) {
            throw new AssertionError("threads: " + more + ", before: " + threads);
        }
    }
}
