// SPDX-License-Identifier: Apache-2.0
package dev.ringtail.io.bench;

import java.io.BufferedReader;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.LocalDate;
import java.time.ZoneOffset;

/** What the figures were seen on. */
final class Machine {
    private Machine() {}

    static String facts(Plan plan) throws IOException {
        Table table = new Table("fact", "");
        table.row("date", LocalDate.now(ZoneOffset.UTC).toString());
        table.row("processor", processor() + ", " + Runtime.getRuntime().availableProcessors() + " virtual");
        table.row(
                "memory",
                Files.readAllLines(Path.of("/proc/meminfo"))
                        .getFirst()
                        .replaceAll("\\s+", " ")
                        .replace("MemTotal: ", ""));
        table.row("kernel", System.getProperty("os.name") + " " + System.getProperty("os.version"));
        table.row("Java", System.getProperty("java.vm.name") + " " + System.getProperty("java.runtime.version"));
        table.row("commit", first("git", "describe", "--always", "--dirty"));
        table.row("C compiler", first("gcc", "-dumpfullversion") + ", -O2");
        table.row("liburing", first("pkg-config", "--modversion", "liburing"));
        table.row("fio", first("fio", "--version"));
        table.row("nginx", first("nginx", "-v").replace("nginx version: ", ""));
        table.row(
                "file system of the files",
                first("findmnt", "-no", "FSTYPE", "-T", plan.natives().toString()));
        table.row(
                "load average at the start",
                Files.readString(Path.of("/proc/loadavg")).strip());
        table.row("rounds", plan.rounds() + (plan.isQuick() ? ", quick" : ""));
        return table.toString();
    }

    private static String processor() throws IOException {
        return Files.readAllLines(Path.of("/proc/cpuinfo")).stream()
                .filter(line -> line.startsWith("model name"))
                .map(line -> line.substring(line.indexOf(':') + 1).strip())
                .findFirst()
                .orElse(System.getProperty("os.arch"));
    }

    /** The first line that a program prints; a word if there is no such program. */
    private static String first(String... command) {
        return output("", command);
    }

    /** The first line with that beginning that a program prints; a word if there is no such program. */
    static String output(String beginning, String... command) {
        try {
            Process process =
                    new ProcessBuilder(command).redirectErrorStream(true).start();
            try (BufferedReader reader = process.inputReader()) {
                return reader.lines()
                        .filter(line -> line.startsWith(beginning))
                        .map(String::strip)
                        .findFirst()
                        .orElse("-");
            }
        } catch (IOException e) {
            return "missing";
        }
    }
}
