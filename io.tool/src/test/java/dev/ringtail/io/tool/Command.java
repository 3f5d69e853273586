// SPDX-License-Identifier: Apache-2.0

package dev.ringtail.io.tool;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.TimeUnit;

/** The ringtail command in a process of its own. */
public final class Command implements AutoCloseable {
    static final Duration PATIENCE = Duration.ofSeconds(60);

    private static final List<String> DEFAULT_SIGNALS = defaultSignals();

    private final Process process;
    private final Path out;
    private final Path err;

    private Command(Process process, Path out, Path err) {
        this.process = process;
        this.out = out;
        this.err = err;
    }

    /** Starts it; what it prints goes to files in a directory. */
    public static Command start(Path directory, String... args) throws IOException {
        return start(directory, List.of(), args);
    }

    /** Starts it by a command of another kind, such as a shell that sets limits first. */
    static Command start(Path directory, List<String> starter, String... args) throws IOException {
        List<String> command = new ArrayList<>(DEFAULT_SIGNALS);
        command.addAll(starter);
        command.addAll(List.of(
                Path.of(System.getProperty("java.home"), "bin", "java").toString(),
                "--enable-native-access=ALL-UNNAMED",
                "-cp",
                System.getProperty("java.class.path"),
                Main.class.getName()));
        command.addAll(List.of(args));
        Path out = Files.createTempFile(directory, "command", ".out");
        Path err = Files.createTempFile(directory, "command", ".err");
        Process process = new ProcessBuilder(command)
                .redirectInput(ProcessBuilder.Redirect.from(Path.of("/dev/null").toFile()))
                .redirectOutput(out.toFile())
                .redirectError(err.toFile())
                .start();
        return new Command(process, out, err);
    }

    /**
     * What starts it with SIGINT as it is for a user at a terminal. A build started in the background ignores that signal, its
     * children inherit it, and a JVM that finds it ignored leaves it so.
     */
    private static List<String> defaultSignals() {
        List<String> command = List.of("env", "--default-signal=INT");
        try {
            List<String> trial = new ArrayList<>(command);
            trial.add("true");
            return new ProcessBuilder(trial).start().waitFor() == 0 ? command : List.of();
        } catch (IOException e) {
            // Older tools don't have it.
            return List.of();
        } catch (InterruptedException e) {
            throw new AssertionError(e);
        }
    }

    /** Its exit code. */
    public int await() throws InterruptedException {
        if (!process.waitFor(PATIENCE.toSeconds(), TimeUnit.SECONDS)) {
            throw new AssertionError("the command doesn't end: " + this);
        }
        return process.exitValue();
    }

    /** Sends a signal, such as INT. */
    public void signal(String name) throws IOException, InterruptedException {
        new ProcessBuilder("kill", "-" + name, String.valueOf(process.pid()))
                .start()
                .waitFor();
    }

    long pid() {
        return process.pid();
    }

    boolean isAlive() {
        return process.isAlive();
    }

    /** What it has printed. */
    public String out() throws IOException {
        return Files.readString(out, StandardCharsets.UTF_8);
    }

    /** What it has complained of. */
    public String err() throws IOException {
        return Files.readString(err, StandardCharsets.UTF_8);
    }

    /** Waits until it has printed a text. */
    public void awaitOut(String text) throws IOException, InterruptedException {
        long end = System.nanoTime() + PATIENCE.toNanos();
        while (!out().contains(text)) {
            if (System.nanoTime() > end || !process.isAlive()) {
                throw new AssertionError("never printed '" + text + "': " + this);
            }
            Thread.sleep(5);
        }
    }

    @Override
    public void close() {
        process.destroyForcibly();
    }

    @Override
    public String toString() {
        try {
            return process + ", out: " + out() + ", err: " + err();
        } catch (IOException e) {
            return process + ", " + e;
        }
    }
}
