// SPDX-License-Identifier: Apache-2.0

package dev.ringtail.io.tests.conformance;

import dev.ringtail.io.Providers;
import java.lang.reflect.Method;
import java.util.Comparator;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import org.junit.platform.engine.TestExecutionResult;
import org.junit.platform.engine.support.descriptor.MethodSource;
import org.junit.platform.launcher.TestExecutionListener;
import org.junit.platform.launcher.TestIdentifier;
import org.junit.platform.launcher.TestPlan;

/** Prints, at the end of a run, which points of the contract were seen kept, by provider: passed of those run. */
public final class PromiseTable implements TestExecutionListener {
    private static final class Count {
        int passed;
        int run;

        @Override
        public String toString() {
            return passed + "/" + run;
        }
    }

    private final Map<String, Map<String, Count>> counts = new TreeMap<>(Comparator.comparing(PromiseTable::sortable));

    /** For the launcher, which finds it as a service. */
    public PromiseTable() {}

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
    public synchronized void executionFinished(TestIdentifier test, TestExecutionResult result) {
        if (!test.isTest() || !(test.getSource().orElse(null) instanceof MethodSource source)) {
            return;
        }
        Method method = source.getJavaMethod();
        Promise promise = method.getAnnotation(Promise.class);
        // A test on every provider is named after its provider; others prove the loop above any of them.
        String name = test.getDisplayName();
        // A number in that place is a parameter's.
        boolean isOnProvider = name.matches("\\[\\D.*");
        String provider = isOnProvider ? name.substring(1, name.indexOf(']')) : "engine";
        // What is skipped half-way (no IPv6, say) wasn't run.
        if (promise == null || result.getStatus() == TestExecutionResult.Status.ABORTED) {
            return;
        }
        for (String point : promise.value()) {
            Count count =
                    counts.computeIfAbsent(point, key -> new TreeMap<>()).computeIfAbsent(provider, key -> new Count());
            count.run++;
            if (result.getStatus() == TestExecutionResult.Status.SUCCESSFUL) {
                count.passed++;
            }
        }
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
        StringBuilder table = new StringBuilder("\nPoint of the contract: tests passed/run\n");
        table.append(String.format("%-8s", "point"));
        providers.forEach(provider -> table.append(String.format("%12s", provider)));
        counts.forEach((point, row) -> {
            table.append(String.format("%n%-8s", point));
            providers.forEach(provider ->
                    table.append(String.format("%12s", row.containsKey(provider) ? row.get(provider) : "-")));
        });
        table.append('\n');
        for (Providers.Candidate candidate : Providers.find()) {
            table.append(candidate).append('\n');
        }
        System.out.println(table);
    }
}
