// SPDX-License-Identifier: Apache-2.0
package dev.ringtail.io.tests;

import java.io.IOException;
import java.io.InputStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.Objects;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Assertions;
import org.junit.jupiter.api.Assumptions;

/** A program of one C file, which lies beside the test that needs it. */
public final class CProgram {
    private static final String COMPILER = "gcc";

    private CProgram() {}

    /** Compiles it into a folder, and returns where it is. Without a compiler the test is skipped. */
    public static Path compile(Class<?> owner, String name, Path folder) throws IOException, InterruptedException {
        String sourceName = name + ".c";
        Assumptions.assumeTrue(isThere(COMPILER), "there is no " + COMPILER + " to compile " + sourceName);
        Path source = folder.resolve(sourceName);
        try (InputStream resource = owner.getResourceAsStream(sourceName)) {
            Files.copy(Objects.requireNonNull(resource), source);
        }
        Path binary = folder.resolve(name);
        Path messages = folder.resolve("messages");
        Process compiler = new ProcessBuilder(
                        COMPILER, "-Wall", "-Wextra", "-Werror", "-o", binary.toString(), source.toString())
                .redirectErrorStream(true)
                .redirectOutput(messages.toFile())
                .start();
        boolean hasEnded = compiler.waitFor(60, TimeUnit.SECONDS);
        compiler.destroyForcibly();
        Assertions.assertTrue(hasEnded && compiler.exitValue() == 0, Files.readString(messages));
        return binary;
    }

    private static boolean isThere(String command) {
        return Arrays.stream(System.getenv("PATH").split(":", -1))
                .anyMatch(folder -> Files.isExecutable(Path.of(folder, command)));
    }
}
