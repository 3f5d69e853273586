// SPDX-License-Identifier: Apache-2.0

package dev.ringtail.io.tests.installations;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.File;
import java.io.IOException;
import java.nio.file.FileVisitResult;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.SimpleFileVisitor;
import java.nio.file.attribute.BasicFileAttributes;
import java.nio.file.attribute.PosixFilePermissions;
import java.time.Duration;
import java.util.Comparator;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.TimeUnit;
import java.util.stream.Stream;

/**
 * A copy of the sources as a user has it who has just cloned the repository, and a user's environment: an empty local Maven
 * repository, and {@code mvn} and a JDK on PATH. What this build has downloaded is offered to that Maven as a remote
 * repository, so that it need not be downloaded twice.
 */
final class Checkout {
    /** The sources that this build is of. */
    static final Path SOURCES = Path.of(System.getProperty("installations.sources", ""));

    private static final Path HOME = Path.of(System.getProperty("installations.home", ""));
    private static final String MAVEN = System.getProperty("installations.maven", "");
    private static final Path DOWNLOADED = Path.of(System.getProperty("installations.downloaded", ""));
    private static final Duration TIMEOUT = Duration.ofMinutes(10);

    /** What a clone doesn't have. */
    private static final Set<String> NOT_COPIED = Set.of("target", ".git");

    private Checkout() {}

    /** The root of the copy. */
    static Path root() {
        return HOME.resolve("checkout");
    }

    /** The user's local Maven repository. */
    static Path repository() {
        return HOME.resolve("repository");
    }

    /** Makes it all anew. */
    static void create() throws IOException {
        delete(HOME);
        copy(SOURCES, root());
        Files.createDirectories(repository());
        Files.writeString(HOME.resolve("settings.xml"), """
                <settings>
                  <localRepository>REPOSITORY</localRepository>
                  <profiles>
                    <profile>
                      <id>downloaded</id>
                      <repositories>
                        <repository><id>downloaded</id><url>DOWNLOADED</url>
                          <releases><checksumPolicy>ignore</checksumPolicy></releases>
                          <snapshots><enabled>false</enabled></snapshots></repository>
                      </repositories>
                      <pluginRepositories>
                        <pluginRepository><id>downloaded</id><url>DOWNLOADED</url>
                          <releases><checksumPolicy>ignore</checksumPolicy></releases>
                          <snapshots><enabled>false</enabled></snapshots></pluginRepository>
                      </pluginRepositories>
                    </profile>
                  </profiles>
                  <activeProfiles><activeProfile>downloaded</activeProfile></activeProfiles>
                </settings>
                """.replace(
                        "REPOSITORY", repository().toString())
                .replace("DOWNLOADED", DOWNLOADED.toUri().toString()));
        Path mvn = Files.createDirectories(HOME.resolve("bin")).resolve("mvn");
        Files.writeString(
                mvn, "#!/bin/sh\nexec '" + MAVEN + "/bin/mvn' -B -s '" + HOME.resolve("settings.xml") + "' \"$@\"\n");
        Files.setPosixFilePermissions(mvn, PosixFilePermissions.fromString("rwxr-xr-x"));
    }

    private static void copy(Path from, Path to) throws IOException {
        Files.walkFileTree(from, new SimpleFileVisitor<>() {
            @Override
            public FileVisitResult preVisitDirectory(Path folder, BasicFileAttributes attributes) throws IOException {
                if (NOT_COPIED.contains(folder.getFileName().toString())) {
                    return FileVisitResult.SKIP_SUBTREE;
                }
                Files.createDirectories(to.resolve(from.relativize(folder)));
                return FileVisitResult.CONTINUE;
            }

            @Override
            public FileVisitResult visitFile(Path file, BasicFileAttributes attributes) throws IOException {
                // In a work tree .git is a file.
                if (!NOT_COPIED.contains(file.getFileName().toString())) {
                    Files.copy(file, to.resolve(from.relativize(file)));
                }
                return FileVisitResult.CONTINUE;
            }
        });
    }

    private static void delete(Path folder) throws IOException {
        if (Files.exists(folder)) {
            try (Stream<Path> files = Files.walk(folder)) {
                for (Path file : (Iterable<Path>) files.sorted(Comparator.reverseOrder())::iterator) {
                    Files.delete(file);
                }
            }
        }
    }

    /** Runs a script by bash in the copy's root. Fails, with what it printed, if it fails. Returns what it printed. */
    static String run(String name, String script) throws IOException, InterruptedException {
        Path file = Files.writeString(HOME.resolve(name + ".sh"), "set -eo pipefail\n" + script);
        Path output = HOME.resolve(name + ".out");
        ProcessBuilder builder = new ProcessBuilder(List.of("bash", file.toString()))
                .directory(root().toFile())
                .redirectInput(new File("/dev/null"))
                .redirectErrorStream(true)
                .redirectOutput(output.toFile());
        Map<String, String> environment = builder.environment();
        String java = System.getProperty("java.home");
        environment.put("JAVA_HOME", java);
        environment.put("PATH", HOME.resolve("bin") + ":" + java + "/bin:" + environment.get("PATH"));
        environment.put("MAVEN_REPOSITORY", repository().toString());
        // Maven's own libraries, not ours, make JDK 25 warn.
        environment.put("MAVEN_OPTS", "--enable-native-access=ALL-UNNAMED --sun-misc-unsafe-memory-access=allow");
        environment.remove("MAVEN_ARGS");
        environment.remove("JAVA_TOOL_OPTIONS");
        Process process = builder.start();
        try {
            boolean hasEnded = process.waitFor(TIMEOUT.toMillis(), TimeUnit.MILLISECONDS);
            String printed = Files.readString(output);
            assertTrue(hasEnded, () -> name + " takes more than " + TIMEOUT + ":\n" + printed);
            assertEquals(0, process.exitValue(), () -> name + " failed:\n" + printed);
            return printed;
        } finally {
            List<ProcessHandle> descendants = process.descendants().toList();
            descendants.forEach(ProcessHandle::destroyForcibly);
            process.destroyForcibly().waitFor();
        }
    }
}
