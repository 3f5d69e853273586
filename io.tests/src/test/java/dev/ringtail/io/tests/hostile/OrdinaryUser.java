// SPDX-License-Identifier: Apache-2.0
package dev.ringtail.io.tests.hostile;

import dev.ringtail.io.tests.ChildJvm;
import java.io.File;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.ArrayList;
import java.util.List;
import java.util.stream.Stream;
import org.junit.jupiter.api.Assumptions;

/**
 * The user nobody, for whom a child of root's can be run: with a class path that this user can read, as root's repository of
 * jars usually can't be read by others.
 */
final class OrdinaryUser {
    private static final String NOBODY = "65534";

    private final String classPath;

    /** Copies the class path into a folder. Skips the test if no child can be run for this user. */
    OrdinaryUser(Path folder) throws IOException, InterruptedException {
        Files.setPosixFilePermissions(folder, PosixFilePermissions.fromString("rwxr-xr-x"));
        List<String> copies = new ArrayList<>();
        for (String entry : System.getProperty("java.class.path").split(File.pathSeparator, -1)) {
            Path from = Path.of(entry);
            if (Files.exists(from)) {
                Path to = folder.resolve(copies.size() + "-" + from.getFileName());
                copy(from, to);
                copies.add(to.toString());
            }
        }
        classPath = String.join(File.pathSeparator, copies);
        int status = new ProcessBuilder(Stream.concat(Stream.of(prefix()), Stream.of(java(), "-version"))
                        .toList())
                .redirectErrorStream(true)
                .redirectOutput(ProcessBuilder.Redirect.DISCARD)
                .start()
                .waitFor();
        Assumptions.assumeTrue(status == 0, "an ordinary user can't run " + java());
    }

    private static String java() {
        return Path.of(System.getProperty("java.home"), "bin", "java").toString();
    }

    private static String[] prefix() {
        return new String[] {"setpriv", "--reuid=" + NOBODY, "--regid=" + NOBODY, "--clear-groups"};
    }

    private static void copy(Path from, Path to) throws IOException {
        try (Stream<Path> files = Files.walk(from)) {
            for (Path file : (Iterable<Path>) files::iterator) {
                Path copy = to.resolve(from.relativize(file).toString());
                Files.copy(file, copy);
                Files.setPosixFilePermissions(
                        copy, PosixFilePermissions.fromString(Files.isDirectory(copy) ? "rwxr-xr-x" : "rw-r--r--"));
            }
        }
    }

    /** The same child, for this user. */
    ChildJvm runs(ChildJvm child) {
        return child.withClassPath(classPath).under(prefix());
    }
}
