// SPDX-License-Identifier: Apache-2.0

package dev.ringtail.io.tests.conformance;

import static org.junit.jupiter.api.Assertions.assertEquals;

import java.nio.file.Path;
import java.util.List;

/** Special files, which Java can't make: mkfifo(1) and mknod(1) do. */
final class Fifos {
    private Fifos() {}

    static Path make(Path path) throws Exception {
        run(List.of("mkfifo", path.toString()));
        return path;
    }

    static void run(List<String> command) throws Exception {
        Process process = new ProcessBuilder(command).inheritIO().start();
        assertEquals(0, process.waitFor(), command::toString);
    }
}
