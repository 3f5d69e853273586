// SPDX-License-Identifier: Apache-2.0
package dev.ringtail.io.bench;

import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;

/**
 * How a run is done: what all benchmarks share.
 *
 * @param isQuick fewer cases and rounds, shorter ones: to see that it works
 * @param rounds how often each peer is measured in each case
 * @param natives where the C peers are, and the benchmarks' files
 * @param classPath of the Java peers
 */
record Plan(boolean isQuick, int rounds, Path natives, String classPath) {
    /** A span in milliseconds, or a part of it in a quick run. */
    int millis(int full) {
        return isQuick ? Math.max(100, full / 3) : full;
    }

    /** The command of a Java peer. */
    List<String> java(List<String> options, String... arguments) {
        List<String> command = jvm(options);
        command.add("dev.ringtail.io.bench.peers.PeerMain");
        Collections.addAll(command, arguments);
        return command;
    }

    /** The command of another class. */
    List<String> javaMain(String main, String... arguments) {
        List<String> command = jvm(List.of());
        command.add(main);
        Collections.addAll(command, arguments);
        return command;
    }

    private List<String> jvm(List<String> options) {
        List<String> command = new ArrayList<>();
        command.add(Path.of(System.getProperty("java.home"), "bin", "java").toString());
        command.addAll(List.of("--enable-native-access=ALL-UNNAMED", "-Xmx1g", "-XX:-UsePerfData"));
        command.addAll(options);
        command.addAll(List.of("-cp", classPath));
        return command;
    }

    /** The command of a C peer. */
    List<String> c(String program, String... arguments) {
        List<String> command = new ArrayList<>();
        command.add(natives.resolve(program).toString());
        Collections.addAll(command, arguments);
        return command;
    }
}
