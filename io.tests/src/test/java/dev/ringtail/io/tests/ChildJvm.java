// SPDX-License-Identifier: Apache-2.0
package dev.ringtail.io.tests;

import java.io.File;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Assertions;

/**
 * A virtual machine of its own for a condition that a test can't make in this one: started on this class path, waited for
 * with a bound, and gone afterwards whatever happens, with everything that it started. Immutable; {@code with...} gives a
 * changed copy.
 *
 * <pre>{@code
 * ChildJvm.of(Probe.class, "argument").under("prlimit", "--nofile=20").run().assertExit(0);
 * }</pre>
 */
public final class ChildJvm {
    private static final Duration TIMEOUT = Duration.ofSeconds(60);

    /** What every child gets: quick to start, small, and no file in /tmp that another user can't write. */
    private static final List<String> FRUGAL = List.of("-Xshare:auto", "-XX:TieredStopAtLevel=1", "-XX:-UsePerfData");

    private final List<String> prefix;
    private final List<String> flags;
    private final List<String> program;
    private final String classPath;
    private final Duration timeout;

    private ChildJvm(
            List<String> prefix, List<String> flags, List<String> program, String classPath, Duration timeout) {
        this.prefix = prefix;
        this.flags = flags;
        this.program = program;
        this.classPath = classPath;
        this.timeout = timeout;
    }

    /** A child that runs a class of this class path, native access granted, assertions enabled. */
    public static ChildJvm of(Class<?> mainClass, String... arguments) {
        return of(mainClass.getName(), arguments);
    }

    /** A child that runs a class by its name, native access granted, assertions enabled. */
    public static ChildJvm of(String mainClass, String... arguments) {
        return new ChildJvm(
                List.of(),
                List.of("--enable-native-access=ALL-UNNAMED", "--illegal-native-access=deny", "-ea"),
                joined(List.of(mainClass), arguments),
                System.getProperty("java.class.path"),
                TIMEOUT);
    }

    /** Started by another command, before what is there already: a launcher such as prlimit, setpriv, unshare or strace. */
    public ChildJvm under(String... command) {
        return new ChildJvm(joined(List.of(command), prefix), flags, program, classPath, timeout);
    }

    /** With more flags for the virtual machine; system properties too. */
    public ChildJvm withFlags(String... more) {
        return new ChildJvm(prefix, joined(flags, more), program, classPath, timeout);
    }

    /** With no flags but these: without native access, say. */
    public ChildJvm withOnlyFlags(String... only) {
        return new ChildJvm(prefix, List.of(only), program, classPath, timeout);
    }

    /** With another class path; empty for none, where the flags give a module path. */
    public ChildJvm withClassPath(String other) {
        return new ChildJvm(prefix, flags, program, other, timeout);
    }

    /** With folders or jars before this class path. */
    public ChildJvm withClassPathFirst(Path... first) {
        StringBuilder path = new StringBuilder();
        for (Path entry : first) {
            path.append(entry).append(File.pathSeparatorChar);
        }
        return withClassPath(path + classPath);
    }

    /** With another bound than a minute. */
    public ChildJvm withTimeout(Duration other) {
        return new ChildJvm(prefix, flags, program, classPath, other);
    }

    /** Runs it to its end. Fails, with what it printed, if it takes longer than its bound. */
    public Result run() throws IOException, InterruptedException {
        List<String> command = command();
        Path folder = Files.createTempDirectory("child-jvm");
        Path out = folder.resolve("out");
        Path err = folder.resolve("err");
        try {
            Process process = new ProcessBuilder(command)
                    .redirectInput(new File("/dev/null"))
                    .redirectOutput(out.toFile())
                    .redirectError(err.toFile())
                    .start();
            boolean hasEnded;
            try {
                hasEnded = process.waitFor(timeout.toMillis(), TimeUnit.MILLISECONDS);
            } finally {
                destroy(process);
            }
            Result result = new Result(
                    command, hasEnded ? process.exitValue() : -1, Files.readString(out), Files.readString(err));
            Assertions.assertTrue(hasEnded, () -> "still running after " + timeout + ": " + result);
            return result;
        } finally {
            Files.deleteIfExists(out);
            Files.deleteIfExists(err);
            Files.deleteIfExists(folder);
        }
    }

    /** What {@link #run} runs, for a test that has to talk to its child meanwhile, and to end it. */
    public List<String> command() {
        List<String> command = new ArrayList<>(prefix);
        command.add(Path.of(System.getProperty("java.home"), "bin", "java").toString());
        command.addAll(FRUGAL);
        command.addAll(flags);
        if (!classPath.isEmpty()) {
            command.add("-cp");
            command.add(classPath);
        }
        command.addAll(program);
        return command;
    }

    private static void destroy(Process process) throws InterruptedException {
        List<ProcessHandle> descendants = process.descendants().toList();
        descendants.forEach(ProcessHandle::destroyForcibly);
        process.destroyForcibly().waitFor();
    }

    private static List<String> joined(List<String> first, String... more) {
        return joined(first, List.of(more));
    }

    private static List<String> joined(List<String> first, List<String> more) {
        List<String> all = new ArrayList<>(first);
        all.addAll(more);
        return List.copyOf(all);
    }

    /**
     * How a child ended.
     *
     * @param exitCode what it exited with; 128 and more: a signal; that of the outermost command, if there is a prefix
     */
    public record Result(List<String> command, int exitCode, String out, String err) {
        /** Fails, with all that it printed, if it ended in another way. Returns this. */
        public Result assertExit(int expected) {
            Assertions.assertEquals(expected, exitCode, this::toString);
            return this;
        }

        /** Fails, with all that it printed, unless its standard output has this in it. Returns this. */
        public Result assertOut(String part) {
            Assertions.assertTrue(out.contains(part), () -> "no '" + part + "' in the output of " + this);
            return this;
        }

        /** Fails, with all that it printed, unless its standard error has this in it. Returns this. */
        public Result assertErr(String part) {
            Assertions.assertTrue(err.contains(part), () -> "no '" + part + "' in the errors of " + this);
            return this;
        }

        @Override
        public String toString() {
            return String.join(" ", command) + "\nexit code " + exitCode + "\n--- out\n" + out + "--- err\n" + err;
        }
    }
}
