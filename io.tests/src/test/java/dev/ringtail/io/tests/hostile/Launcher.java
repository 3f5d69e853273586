// SPDX-License-Identifier: Apache-2.0
package dev.ringtail.io.tests.hostile;

import dev.ringtail.io.tests.CProgram;
import java.io.IOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;

/** The seccomp launcher, compiled from launch.c, which says what its rules are. Immutable. */
final class Launcher {
    private final Path binary;

    /** Compiles it into a folder. Without a compiler the test is skipped. */
    Launcher(Path folder) throws IOException, InterruptedException {
        binary = CProgram.compile(Launcher.class, "launch", folder);
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
