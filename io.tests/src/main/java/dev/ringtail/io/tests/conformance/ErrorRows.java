// SPDX-License-Identifier: Apache-2.0

package dev.ringtail.io.tests.conformance;

import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.TreeSet;
import java.util.stream.Collectors;
import org.junit.platform.engine.TestExecutionResult;
import org.junit.platform.engine.support.descriptor.MethodSource;
import org.junit.platform.launcher.TestExecutionListener;
import org.junit.platform.launcher.TestIdentifier;
import org.junit.platform.launcher.TestPlan;

/**
 * Prints, at the end of a run, which rows of errors.tsv the kernel was seen to produce, by provider, and which are proved
 * on the mapping only, with the reason.
 */
public final class ErrorRows implements TestExecutionListener {
    private static final String BY_MAPPING = "errors-by-mapping.tsv";

    private final Map<String, TreeSet<String>> provoked = new TreeMap<>();
    private final Map<String, TreeSet<String>> notHere = new TreeMap<>();

    /** For the launcher, which finds it as a service. */
    public ErrorRows() {}

    /** The rows that no test provokes, each with the reason. */
    public static Map<String, String> byMapping() {
        Map<String, String> rows = new TreeMap<>();
        try (InputStream stream = ErrorRows.class.getResourceAsStream(BY_MAPPING)) {
            if (stream == null) {
                throw new AssertionError("no " + BY_MAPPING);
            }
            String text = new String(stream.readAllBytes(), StandardCharsets.UTF_8);
            for (String line : text.lines().filter(l -> !l.startsWith("#")).toList()) {
                String[] fields = line.split("\t", -1);
                rows.put(fields[0] + " " + fields[1], fields[2]);
            }
            return rows;
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    @Override
    public synchronized void executionFinished(TestIdentifier test, TestExecutionResult result) {
        String name = test.getDisplayName();
        if (!test.isTest()
                || !name.startsWith("[")
                || !(test.getSource().orElse(null) instanceof MethodSource source)) {
            return;
        }
        Provokes provokes = source.getJavaMethod().getAnnotation(Provokes.class);
        if (provokes == null) {
            return;
        }
        boolean isSeen = result.getStatus() == TestExecutionResult.Status.SUCCESSFUL;
        String provider = name.substring(1, name.indexOf(']'));
        for (String row : provokes.value()) {
            (isSeen ? provoked : notHere)
                    .computeIfAbsent(row, key -> new TreeSet<>())
                    .add(provider);
        }
    }

    // The list is this class's purpose.
    @SuppressWarnings("SystemOut")
    @Override
    public synchronized void testPlanExecutionFinished(TestPlan plan) {
        if (provoked.isEmpty() && notHere.isEmpty()) {
            return;
        }
        List<String> lines = new ArrayList<>();
        lines.add("Rows of errors.tsv provoked for real: " + provoked.size());
        Map<String, String> byProviders = new TreeMap<>();
        provoked.forEach((row, providers) ->
                byProviders.merge("provoked on " + String.join(", ", providers), row, (a, b) -> a + ", " + b));
        byProviders.forEach((how, rows) -> lines.add("  " + how + ": " + rows));
        notHere.forEach((row, providers) -> {
            TreeSet<String> missing = new TreeSet<>(providers);
            missing.removeAll(provoked.getOrDefault(row, new TreeSet<>()));
            if (!missing.isEmpty()) {
                lines.add("  not provoked here on " + String.join(", ", missing) + ": " + row);
            }
        });
        Map<String, String> byMapping = byMapping();
        lines.add("Rows of errors.tsv proved by unit test on the mapping only: " + byMapping.size());
        byMapping.entrySet().stream()
                .collect(Collectors.groupingBy(
                        Map.Entry::getValue,
                        TreeMap::new,
                        Collectors.mapping(Map.Entry::getKey, Collectors.joining(", "))))
                .forEach((why, rows) -> lines.add("  " + why + ": " + rows));
        System.out.println(String.join("\n", lines) + "\n");
    }
}
