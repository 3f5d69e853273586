// SPDX-License-Identifier: Apache-2.0

package dev.ringtail.io.tests.conformance;

import dev.ringtail.io.Providers;
import java.util.Comparator;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import java.util.TreeSet;
import org.jspecify.annotations.Nullable;
import org.junit.platform.engine.TestExecutionResult;
import org.junit.platform.engine.support.descriptor.MethodSource;
import org.junit.platform.launcher.TestExecutionListener;
import org.junit.platform.launcher.TestIdentifier;
import org.junit.platform.launcher.TestPlan;

/**
 * Prints, at the end of a run, which points of the contract were seen kept, by provider: passed of those run, how many more a
 * provider has declared that it doesn't support, and how many were skipped; each reason below the table.
 */
public final class PromiseTable implements TestExecutionListener {
    private static final String UNSUPPORTED = "declared absent: ";

    private static final class Count {
        int passed;
        int run;
        int unsupported;
        int skipped;

        @Override
        public String toString() {
            return passed + "/" + run + (unsupported > 0 ? " -" + unsupported : "")
                    + (skipped > 0 ? " ?" + skipped : "");
        }
    }

    /** Why a test wasn't run to its end, and where. */
    private record Reason(String provider, String text) {}

    private final Map<String, Map<String, Count>> counts = new TreeMap<>(points());

    /** Of what wasn't run, with the points that it would have been about. */
    private final Map<Reason, Set<String>> reasons =
            new TreeMap<>(Comparator.comparing(Reason::provider).thenComparing(Reason::text));

    /** For the launcher, which finds it as a service. */
    public PromiseTable() {}

    private static Comparator<String> points() {
        return Comparator.comparing(PromiseTable::sortable);
    }

    /** 1.10 comes after 1.9. */
    private static String sortable(String promise) {
        String[] parts = promise.split("\\.", -1);
        StringBuilder padded = new StringBuilder();
        for (String part : parts) {
            padded.append(" ".repeat(Math.max(0, 4 - part.length()))).append(part);
        }
        return padded.toString();
    }

    @Override
    public synchronized void executionSkipped(TestIdentifier test, String reason) {
        if (test.isTest()) {
            count(test, null, reason);
        }
    }

    @Override
    public synchronized void executionFinished(TestIdentifier test, TestExecutionResult result) {
        if (test.isTest()) {
            count(
                    test,
                    result.getStatus(),
                    result.getThrowable().map(PromiseTable::text).orElse("no reason given"));
        }
    }

    private static String text(Throwable aborted) {
        return String.valueOf(aborted.getMessage())
                .replaceFirst("^Assumption failed: ", "")
                .lines()
                .findFirst()
                .orElse("");
    }

    private void count(TestIdentifier test, TestExecutionResult.@Nullable Status status, String reason) {
        if (!(test.getSource().orElse(null) instanceof MethodSource source)) {
            return;
        }
        Promise promise = source.getJavaMethod().getAnnotation(Promise.class);
        if (promise == null) {
            return;
        }
        String provider = provider(test.getDisplayName());
        boolean isRun = status == TestExecutionResult.Status.SUCCESSFUL || status == TestExecutionResult.Status.FAILED;
        for (String point : promise.value()) {
            Count count =
                    counts.computeIfAbsent(point, key -> new TreeMap<>()).computeIfAbsent(provider, key -> new Count());
            if (isRun) {
                count.run++;
                count.passed += status == TestExecutionResult.Status.SUCCESSFUL ? 1 : 0;
            } else if (reason.startsWith(UNSUPPORTED)) {
                count.unsupported++;
            } else {
                count.skipped++;
            }
        }
        if (!isRun) {
            reasons.computeIfAbsent(new Reason(provider, reason), key -> new TreeSet<>(points()))
                    .addAll(List.of(promise.value()));
        }
    }

    /** A test on every provider is named after its provider; others prove the loop above any of them. */
    private static String provider(String name) {
        // A number in that place is a parameter's.
        return name.matches("\\[\\D.*") ? name.substring(1, name.indexOf(']')) : "engine";
    }

    // The table is this class's purpose.
    @SuppressWarnings("SystemOut")
    @Override
    public synchronized void testPlanExecutionFinished(TestPlan plan) {
        if (counts.isEmpty()) {
            return;
        }
        List<String> providers = counts.values().stream()
                .flatMap(row -> row.keySet().stream())
                .distinct()
                .sorted()
                .toList();
        StringBuilder table =
                new StringBuilder("\nPoint of the contract: tests passed/run, -declared unsupported, ?skipped\n");
        table.append(String.format("%-8s", "point"));
        providers.forEach(provider -> table.append(String.format("%15s", provider)));
        counts.forEach((point, row) -> {
            table.append(String.format("%n%-8s", point));
            providers.forEach(provider ->
                    table.append(String.format("%15s", row.containsKey(provider) ? row.get(provider) : "-")));
        });
        table.append('\n');
        reasons.forEach((reason, points) -> table.append(reason.text().startsWith(UNSUPPORTED) ? "-" : "?")
                .append(' ')
                .append(reason.provider())
                .append(": ")
                .append(reason.text())
                .append(" (")
                .append(String.join(", ", points))
                .append(")\n"));
        for (Providers.Candidate candidate : Providers.find()) {
            table.append(candidate).append('\n');
        }
        System.out.println(table);
    }
}
