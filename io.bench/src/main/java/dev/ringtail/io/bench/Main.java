// SPDX-License-Identifier: Apache-2.0
package dev.ringtail.io.bench;

import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** Runs benchmarks: all, or those named. Started by the script {@code run}, which builds what it needs. */
public final class Main {
    private static final int ROUNDS = 5;
    private static final int ROUNDS_QUICK = 3;
    private static final List<Benchmark> BENCHMARKS = List.of(
            new EntryCost(),
            new Echo(),
            new FileTransfers(),
            new AppendLog(),
            new Growth(),
            new Cost(),
            new StartUp(),
            new Http());

    private Main() {}

    /** Arguments: {@code [--quick] [--rounds N] [--report FILE] NATIVES CLASSPATH [NAME ...]}. */
    public static void main(String[] arguments) throws Exception {
        boolean isQuick = false;
        int rounds = 0;
        Path file = null;
        List<String> words = new ArrayList<>();
        for (int i = 0; i < arguments.length; i++) {
            switch (arguments[i]) {
                case "--quick" -> isQuick = true;
                case "--rounds" -> rounds = Integer.parseInt(arguments[++i]);
                case "--list" -> {
                    BENCHMARKS.forEach(benchmark -> System.out.println(benchmark.name() + ": " + benchmark.title()));
                    return;
                }
                case "--report" -> file = Path.of(arguments[++i]);
                default -> words.add(arguments[i]);
            }
        }
        rounds = rounds > 0 ? rounds : isQuick ? ROUNDS_QUICK : ROUNDS;
        Plan plan = new Plan(isQuick, rounds, Path.of(words.get(0)), words.get(1));
        run(plan, words.subList(2, words.size()), file);
    }

    private static void run(Plan plan, List<String> names, @Nullable Path file) throws Exception {
        checkNames(names);
        String machine = Machine.facts(plan);
        System.out.println(machine);
        Report report = new Report();
        for (Benchmark benchmark : BENCHMARKS) {
            if (names.isEmpty() || names.contains(benchmark.name())) {
                long start = System.nanoTime();
                System.out.println("# " + benchmark.title());
                String text = text(benchmark, plan, report);
                System.out.println(text);
                System.out.printf("(%d s)%n%n", (System.nanoTime() - start) / 1_000_000_000);
                report.part(benchmark.title(), text);
                if (file != null) {
                    report.write(file, machine, "io.bench/run");
                }
            }
        }
        System.out.println(report.targets());
    }

    /** What a benchmark says; what became of it, if a peer failed: the others are worth their time. */
    private static String text(Benchmark benchmark, Plan plan, Report report) {
        try {
            return benchmark.run(plan, report);
        } catch (Exception e) {
            report.notMeasured(benchmark.name());
            return "**Failed:** " + e + "\n";
        }
    }

    private static void checkNames(List<String> names) {
        List<String> known = BENCHMARKS.stream().map(Benchmark::name).toList();
        for (String name : names) {
            if (!known.contains(name)) {
                System.err.println("There is no benchmark " + name + ": " + String.join(", ", known));
                System.exit(2);
            }
        }
    }
}
