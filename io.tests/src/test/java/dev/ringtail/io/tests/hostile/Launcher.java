// SPDX-License-Identifier: Apache-2.0
package dev.ringtail.io.tests.hostile;

import java.io.IOException;
import java.io.InputStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Objects;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Assertions;
import org.junit.jupiter.api.Assumptions;

/** The seccomp launcher, compiled from launch.c, which says what its rules are. Immutable. */
final class Launcher {
    private static final String SOURCE = "launch.c";
    private static final String COMPILER = "gcc";

    private final Path binary;

    /** Compiles it into a folder. Without a compiler the test is skipped. */
    Launcher(Path folder) throws IOException, InterruptedException {
        Assumptions.assumeTrue(isThere(COMPILER), "there is no " + COMPILER + " to compile " + SOURCE);
        Path source = folder.resolve(SOURCE);
        try (InputStream resource = Launcher.class.getResourceAsStream(SOURCE)) {
            Files.copy(Objects.requireNonNull(resource), source);
        }
        binary = folder.resolve("launch");
        Path messages = folder.resolve("messages");
        Process compiler = new ProcessBuilder(
                        COMPILER, "-Wall", "-Wextra", "-Werror", "-o", binary.toString(), source.toString())
                .redirectErrorStream(true)
                .redirectOutput(messages.toFile())
                .start();
        boolean hasEnded = compiler.waitFor(60, TimeUnit.SECONDS);
        compiler.destroyForcibly();
        Assertions.assertTrue(hasEnded && compiler.exitValue() == 0, Files.readString(messages));
    }

    private static boolean isThere(String command) {
        return Arrays.stream(System.getenv("PATH").split(":", -1))
                .anyMatch(folder -> Files.isExecutable(Path.of(folder, command)));
    }

    /** What stands before a command for it to run under these rules. */
    String[] with(String... rules) {
        List<String> prefix = new ArrayList<>();
        prefix.add(binary.toString());
        prefix.addAll(List.of(rules));
        prefix.add("--");
        return prefix.toArray(String[]::new);
    }
}
