// SPDX-License-Identifier: Apache-2.0
package dev.ringtail.io.bench;

import java.util.ArrayList;
import java.util.Collections;
import java.util.LinkedHashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;

/** What the rounds of one benchmark measured: by case, by peer, a map of figures per round. */
final class Results {
    private final Map<String, Map<String, List<Map<String, Double>>>> cases = new LinkedHashMap<>();
    private final Set<String> missing = new LinkedHashSet<>();

    /** Two peers compared round by round, or one figure's rounds: the middle, the smallest and the largest. */
    record Ratio(double median, double min, double max) {}

    void add(String of, String peer, Map<String, Double> figures) {
        cases.computeIfAbsent(of, _ -> new LinkedHashMap<>())
                .computeIfAbsent(peer, _ -> new ArrayList<>())
                .add(figures);
    }

    void addMissing(String what) {
        missing.add(what);
    }

    Set<String> missing() {
        return missing;
    }

    Set<String> cases() {
        return cases.keySet();
    }

    Set<String> peers(String of) {
        return cases.getOrDefault(of, Map.of()).keySet();
    }

    boolean has(String of, String peer) {
        return cases.containsKey(of) && cases.getOrDefault(of, Map.of()).containsKey(peer);
    }

    /** The median over the rounds; NaN if there is no such figure. */
    double median(String of, String peer, String figure) {
        return median(values(of, peer, figure));
    }

    /** One peer's figure, its rounds' spread. */
    Ratio spread(String of, String peer, String figure) {
        return spread(values(of, peer, figure));
    }

    /** One peer's figure over another's, round by round. */
    Ratio ratio(String of, String peer, String over, String figure) {
        return ratio(values(of, peer, figure), values(of, over, figure));
    }

    /** One peer's figure in a case over its figure in another, round by round. */
    Ratio ratioOfCases(String of, String overCase, String peer, String figure) {
        return ratio(values(of, peer, figure), values(overCase, peer, figure));
    }

    private static Ratio ratio(List<Double> above, List<Double> below) {
        List<Double> ratios = new ArrayList<>();
        for (int i = 0; i < Math.min(above.size(), below.size()); i++) {
            ratios.add(above.get(i) / below.get(i));
        }
        return spread(ratios);
    }

    private static Ratio spread(List<Double> values) {
        return values.isEmpty()
                ? new Ratio(Double.NaN, Double.NaN, Double.NaN)
                : new Ratio(median(values), Collections.min(values), Collections.max(values));
    }

    private List<Double> values(String of, String peer, String figure) {
        List<Double> values = new ArrayList<>();
        for (Map<String, Double> round : cases.getOrDefault(of, Map.of()).getOrDefault(peer, List.of())) {
            Double value = round.get(figure);
            if (value != null) {
                values.add(value);
            }
        }
        return values;
    }

    private static double median(List<Double> values) {
        if (values.isEmpty()) {
            return Double.NaN;
        }
        List<Double> sorted = values.stream().sorted().toList();
        int middle = sorted.size() / 2;
        return sorted.size() % 2 == 1 ? sorted.get(middle) : (sorted.get(middle - 1) + sorted.get(middle)) / 2;
    }
}
