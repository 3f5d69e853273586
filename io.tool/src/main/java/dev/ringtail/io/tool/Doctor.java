// SPDX-License-Identifier: Apache-2.0

package dev.ringtail.io.tool;

import dev.ringtail.io.tool.Diagnosis.Finding;
import java.io.IOException;
import java.io.PrintWriter;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.ExitCode;
import picocli.CommandLine.Help;
import picocli.CommandLine.Help.Ansi;
import picocli.CommandLine.Help.Column;
import picocli.CommandLine.Help.TextTable;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.Spec;
import tools.jackson.jr.ob.JSON;

/** Says what works here, and why the rest doesn't. */
@Command(
        name = "doctor",
        description = {
            "Say which providers work here, and why the others don't.",
            "",
            "Every operation is tried for real on every available provider. Paste this into a bug report."
        },
        exitCodeListHeading = "Exit codes:%n",
        exitCodeList = {"0:a provider works", "1:none does"})
final class Doctor implements Callable<Integer> {
    private static final int WIDTH = 120;

    @Spec
    @SuppressWarnings("NullAway.Init")
    private CommandSpec spec;

    @Option(names = "--json", description = "Print it as JSON.")
    private boolean isJson;

    @Override
    public Integer call() throws IOException {
        Diagnosis diagnosis = Diagnosis.make();
        PrintWriter out = spec.commandLine().getOut();
        if (isJson) {
            out.println(json(diagnosis));
        } else {
            print(diagnosis, out);
        }
        out.flush();
        return diagnosis.hasWorkingProvider() ? ExitCode.OK : Main.EXIT_FAILURE;
    }

    private static void print(Diagnosis diagnosis, PrintWriter out) {
        TextTable system = table(26);
        diagnosis.system().forEach(system::addRowValues);
        out.print(system);
        out.println();
        TextTable providers = table(26);
        for (Finding finding : diagnosis.providers()) {
            providers.addRowValues(finding.name(), verdict(finding));
            providers.addRowValues("  priority", String.valueOf(finding.priority()));
            if (!finding.operations().isEmpty()) {
                providers.addRowValues("  capabilities", String.join(" ", finding.capabilities()));
                providers.addRowValues("  operations", operations(finding));
            }
        }
        if (diagnosis.providers().isEmpty()) {
            providers.addRowValues("no provider", "none is on the class path or module path");
        }
        out.print(providers);
    }

    private static TextTable table(int nameWidth) {
        return TextTable.forColumns(
                Help.defaultColorScheme(Ansi.OFF),
                new Column(nameWidth, 0, Column.Overflow.SPAN),
                new Column(WIDTH - nameWidth, 1, Column.Overflow.WRAP));
    }

    private static String verdict(Finding finding) {
        if (!finding.trouble().isEmpty()) {
            return "doesn't work: " + finding.trouble();
        }
        return finding.works() ? "works" : "works in part";
    }

    private static String operations(Finding finding) {
        List<String> working = new ArrayList<>();
        List<String> failing = new ArrayList<>();
        Map<String, List<String>> byReason = new LinkedHashMap<>();
        finding.operations().forEach((operation, outcome) -> {
            if (outcome.equals(SelfTest.OK)) {
                working.add(operation);
            } else if (outcome.startsWith(SelfTest.NOT_TRIED)) {
                byReason.computeIfAbsent(outcome.substring(SelfTest.NOT_TRIED.length()), _ -> new ArrayList<>())
                        .add(operation);
            } else {
                failing.add(operation + ": " + outcome);
            }
        });
        List<String> parts = new ArrayList<>();
        parts.add("tried and working: " + String.join(" ", working));
        byReason.forEach((reason, operations) ->
                parts.add(SelfTest.NOT_TRIED + String.join(" ", operations) + " (" + reason + ")"));
        if (!failing.isEmpty()) {
            parts.add("failing: " + String.join(", ", failing));
        }
        return String.join("; ", parts);
    }

    private static String json(Diagnosis diagnosis) {
        Map<String, Object> root = new LinkedHashMap<>();
        root.put("works", diagnosis.hasWorkingProvider());
        root.put("system", diagnosis.system());
        List<Map<String, Object>> providers = new ArrayList<>();
        for (Finding finding : diagnosis.providers()) {
            Map<String, Object> provider = new LinkedHashMap<>();
            provider.put("name", finding.name());
            provider.put("priority", finding.priority());
            provider.put("works", finding.works());
            provider.put("trouble", finding.trouble());
            provider.put("capabilities", finding.capabilities());
            provider.put("operations", finding.operations());
            providers.add(provider);
        }
        root.put("providers", providers);
        return JSON.std.with(JSON.Feature.PRETTY_PRINT_OUTPUT).asString(root);
    }
}
