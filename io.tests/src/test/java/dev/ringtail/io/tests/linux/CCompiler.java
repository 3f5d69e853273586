// SPDX-License-Identifier: Apache-2.0
package dev.ringtail.io.tests.linux;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Set;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Collectors;

/**
 * A C compiler with its headers, asked about {@link Fact}s: for this machine ({@link #values}) or for another
 * ({@link #refuted}), whose programs don't run here.
 */
final class CCompiler {
    private static final Pattern IDENTIFIER = Pattern.compile("[A-Za-z_]\\w*");
    private static final Pattern VERSION_CODE = Pattern.compile("#define LINUX_VERSION_CODE (\\d+)");
    private static final Pattern REFUTED = Pattern.compile("error: .*\"fact (\\d+)\"");

    private final String command;
    private final Path folder;
    private final String preamble;
    private final Set<String> identifiers;
    private final int versionCode;

    /**
     * Reads the compiler's headers.
     *
     * @param command a gcc that is there: {@link #isThere}
     * @param folder for the files that are compiled
     * @param headers a C file that includes the headers in question
     */
    CCompiler(String command, Path folder, Path headers) throws IOException, InterruptedException {
        this.command = command;
        this.folder = folder;
        preamble = "#include \"" + headers.toAbsolutePath().normalize() + "\"\n#include <linux/version.h>\n";
        Path source = write("headers.c", preamble);
        // The macros (-dD) as well as what is left after them: a constant can be a macro or in an enum.
        String text = run(command, "-E", "-dD", source.toString()).expectSuccess();
        identifiers =
                IDENTIFIER.matcher(text).results().map(match -> match.group()).collect(Collectors.toSet());
        Matcher version = VERSION_CODE.matcher(text);
        versionCode = version.find() ? Integer.parseInt(version.group(1)) : 0;
    }

    static boolean isThere(String command) {
        return Arrays.stream(System.getenv("PATH").split(":"))
                .anyMatch(folder -> Files.isExecutable(Path.of(folder, command)));
    }

    /** Whether the headers are those of that Linux or a newer one. */
    boolean hasHeadersOf(int major, int minor) {
        return versionCode >= (major << 16) + (minor << 8);
    }

    /** Whether the headers have what the fact is about. */
    boolean knows(Fact fact) {
        return identifiers.contains(fact.name());
    }

    /** C's numbers, in the order of the facts, printed by a program. */
    List<Long> values(List<Fact> facts) throws IOException, InterruptedException {
        StringBuilder program = new StringBuilder(preamble)
                .append("#include <stdio.h>\n")
                .append("static const long long values[] = {\n");
        for (Fact fact : facts) {
            program.append("    (long long) (").append(fact.expression()).append("),\n");
        }
        program.append("};\n")
                .append("int main(void) {\n")
                .append("    for (unsigned long i = 0; i < sizeof values / sizeof values[0]; i++)\n")
                .append("        printf(\"%lld\\n\", values[i]);\n")
                .append("}\n");
        Path source = write("values.c", program);
        Path binary = folder.resolve("values");
        run(command, "-o", binary.toString(), source.toString()).expectSuccess();
        return run(binary.toString()).expectSuccess().lines().map(Long::valueOf).toList();
    }

    /** The facts that are wrong, found by the compiler alone. */
    List<Fact> refuted(List<Fact> facts) throws IOException, InterruptedException {
        StringBuilder assertions = new StringBuilder(preamble);
        for (int i = 0; i < facts.size(); i++) {
            assertions
                    .append("_Static_assert(")
                    .append(facts.get(i).condition())
                    .append(", \"fact ")
                    .append(i)
                    .append("\");\n");
        }
        Path source = write("assertions.c", assertions);
        Outcome outcome = run(command, "-fsyntax-only", source.toString());
        List<Fact> refuted = new ArrayList<>();
        for (String line : outcome.output().lines().toList()) {
            Matcher match = REFUTED.matcher(line);
            if (match.find()) {
                refuted.add(facts.get(Integer.parseInt(match.group(1))));
            } else if (line.contains("error: ")) {
                throw new AssertionError(outcome.toString());
            }
        }
        if (refuted.isEmpty()) {
            outcome.expectSuccess();
        }
        return refuted;
    }

    @Override
    public String toString() {
        return command + " with headers of Linux " + (versionCode >> 16) + "." + (versionCode >> 8 & 255);
    }

    private Path write(String name, CharSequence text) throws IOException {
        return Files.writeString(folder.resolve(name), text);
    }

    private Outcome run(String... words) throws IOException, InterruptedException {
        Path output = folder.resolve("output");
        ProcessBuilder builder =
                new ProcessBuilder(words).redirectErrorStream(true).redirectOutput(output.toFile());
        // The messages are read: they have to be in English.
        builder.environment().put("LC_ALL", "C");
        int status = builder.start().waitFor();
        return new Outcome(List.of(words), status, Files.readString(output));
    }

    private record Outcome(List<String> words, int status, String output) {
        String expectSuccess() {
            if (status != 0) {
                throw new AssertionError(toString());
            }
            return output;
        }
    }
}
