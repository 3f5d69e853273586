// SPDX-License-Identifier: Apache-2.0

package dev.ringtail.io.tests.cost;

import static org.junit.jupiter.api.Assertions.assertTrue;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import dev.ringtail.io.Capability;
import dev.ringtail.io.IoLoop;
import dev.ringtail.io.tests.CProgram;
import dev.ringtail.io.tests.ChildJvm;
import dev.ringtail.io.tests.conformance.OnEveryProvider;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.io.TempDir;

/**
 * How many instructions the loop's thread executes for an operation outside of the kernel, once all is compiled: a child's
 * thread is stepped through a whole batch of them (step.c), so no machine is too busy and none needs counters. In it are
 * submission, passes and callbacks, and once a batch Thread.yield, which is 173. The same child counts the same again and
 * again; another differs by some percent, with another class path by up to 14.
 */
final class InstructionsTest {
    /** Over what was measured: for another version of the compiler, and for what it hasn't always inlined. */
    private static final double TOLERANCE = 1.5;

    /** For a pass that a safepoint, say, has disturbed. */
    private static final int PASSES = 3;

    /** For a child whose compiler came too late, or has chosen badly. */
    private static final int CHILDREN = 3;

    private static final int NOT_PERMITTED = 125;

    @TempDir
    private Path folder;

    private Path step = Path.of("");

    @BeforeEach
    void prepare() throws Exception {
        String machine = System.getProperty("os.arch");
        assumeOrPrint(machine.equals("amd64"), "step.c is for x86-64, this is " + machine);
        step = CProgram.compile(InstructionsTest.class, "step", folder);
    }

    @OnEveryProvider
    void a_nop(IoLoop loop) throws Exception {
        assertInstructions(loop, "nop", Stepped.NOP_BATCH, new Instructions(321, 317));
    }

    @OnEveryProvider
    void a_read_of_what_is_cached(IoLoop loop) throws Exception {
        assertInstructions(loop, "read", Stepped.BATCH, new Instructions(464, 719));
    }

    @OnEveryProvider
    void a_send_and_the_receive_of_it(IoLoop loop) throws Exception {
        assertInstructions(loop, "echo", Stepped.BATCH, new Instructions(921, 2_219));
    }

    /** What was measured for an operation on Temurin 25.0.3, by who completes it; with the library calls of those who try. */
    private record Instructions(int byKernel, int byAttempts) {
        int of(IoLoop loop) {
            return loop.capabilities().contains(Capability.KERNEL_COMPLETIONS) ? byKernel : byAttempts;
        }
    }

    private void assertInstructions(IoLoop loop, String operation, int batch, Instructions measured) throws Exception {
        double most = measured.of(loop) * TOLERANCE;
        double fewest = Double.MAX_VALUE;
        for (int i = 0; i < CHILDREN && fewest > most; i++) {
            fewest = Math.min(fewest, count(loop.provider(), operation, (long) (most * batch)) / batch);
        }
        String answer = "%s, %s: %.1f instructions, at most %.0f".formatted(operation, loop.provider(), fewest, most);
        print(answer);
        assertTrue(fewest <= most, answer);
    }

    /** For a batch. */
    private double count(String provider, String operation, long most) throws IOException, InterruptedException {
        Path file = Files.write(folder.resolve("file"), new byte[4096]);
        // Assertions would be counted; so would another collector's barriers.
        ChildJvm.Result result = ChildJvm.of(Stepped.class, provider, operation, file.toString())
                .withOnlyFlags(
                        "--enable-native-access=ALL-UNNAMED", "-XX:TieredStopAtLevel=4", "-XX:+UseG1GC", "-Xmx256m")
                .under(step.toString(), "" + most, "" + PASSES)
                .run();
        assumeOrPrint(result.exitCode() != NOT_PERMITTED, "no thread may be traced here: " + result.err());
        return result.assertExit(0)
                .out()
                .lines()
                .mapToLong(Long::parseLong)
                .min()
                .orElseThrow();
    }

    private static void assumeOrPrint(boolean isSo, String reason) {
        if (!isSo) {
            print("skipped: " + reason);
        }
        assumeTrue(isSo, reason);
    }

    // The figures are wanted in the log, and why there are none.
    @SuppressWarnings("SystemOut")
    private static void print(String line) {
        System.out.println(line);
    }
}
