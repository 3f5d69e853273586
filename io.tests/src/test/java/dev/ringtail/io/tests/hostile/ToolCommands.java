// SPDX-License-Identifier: Apache-2.0
package dev.ringtail.io.tests.hostile;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.ringtail.io.tests.ChildJvm;
import dev.ringtail.io.tool.Main;
import java.io.BufferedReader;
import java.io.IOException;
import java.io.InputStream;
import java.net.URI;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.Random;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;
import java.util.function.UnaryOperator;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/** The ringtail command's work, done by children under some condition. */
final class ToolCommands {
    /** Some blocks of a copy, and a rest. */
    private static final int FILE_BYTES = 3_000_001;

    private static final int TIMEOUT_SECONDS = 60;
    private static final Pattern SERVING = Pattern.compile("serving .* on (http://\\S+/) \\((\\w+);.*");

    private final UnaryOperator<ChildJvm> condition;
    private final String provider;
    private final Path folder;
    private final Path file;
    private final byte[] content = new byte[FILE_BYTES];

    /**
     * Makes a file in a new folder, for any user.
     *
     * @param condition puts a child under it
     * @param provider the one that is to be taken under it
     */
    ToolCommands(UnaryOperator<ChildJvm> condition, String provider, Path parent) throws IOException {
        this.condition = condition;
        this.provider = provider;
        folder = Files.createTempDirectory(parent, "tool");
        Files.setPosixFilePermissions(folder, PosixFilePermissions.fromString("rwxrwxrwx"));
        Files.setPosixFilePermissions(parent, PosixFilePermissions.fromString("rwxr-xr-x"));
        new Random(1).nextBytes(content);
        file = Files.write(folder.resolve("file"), content);
    }

    private ChildJvm child(String... arguments) {
        return condition.apply(ChildJvm.of(Main.class, arguments));
    }

    void assertDemoWorks() throws IOException, InterruptedException {
        child("demo", file.toString())
                .run()
                .assertExit(0)
                .assertOut("provider " + provider)
                .assertOut("All three are the same.");
    }

    void assertCopyWorks() throws IOException, InterruptedException {
        Path copy = folder.resolve("copy");
        child("copy", file.toString(), copy.toString()).run().assertExit(0).assertOut(", on " + provider);
        assertArrayEquals(content, Files.readAllBytes(copy));
    }

    void assertServeWorks() throws IOException, InterruptedException {
        Process server = new ProcessBuilder(
                        child("serve", folder.toString(), "--port", "0").command())
                .redirectErrorStream(true)
                .start();
        // A bound on all that follows: without the server nothing of it blocks.
        CompletableFuture.delayedExecutor(TIMEOUT_SECONDS, TimeUnit.SECONDS).execute(server::destroyForcibly);
        try (BufferedReader output = server.inputReader()) {
            String line = String.valueOf(output.readLine());
            Matcher serving = SERVING.matcher(line);
            assertTrue(serving.matches(), line);
            assertEquals(provider, serving.group(2));
            try (InputStream in = URI.create(serving.group(1) + "file").toURL().openStream()) {
                assertArrayEquals(content, in.readAllBytes());
            }
            server.destroy();
            assertTrue(server.waitFor(TIMEOUT_SECONDS, TimeUnit.SECONDS));
            assertEquals(0, server.exitValue());
        } finally {
            server.destroyForcibly().waitFor();
        }
    }
}
