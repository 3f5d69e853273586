// SPDX-License-Identifier: Apache-2.0
package dev.ringtail.io.tests.hostile;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.ringtail.io.tests.ChildJvm;
import dev.ringtail.io.tests.conformance.Main;
import java.nio.file.Path;
import java.time.Duration;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/**
 * The conformance suite with the system calls of older kernels: those that came later give ENOSYS. What those kernels did
 * differently in the calls that they had isn't seen here; the boots of real ones in io.tests/kernels are for that.
 */
final class OlderSystemCallsTest {
    // The last number of Linux 5.10; and the last before those of io_uring, which came with Linux 5.1.
    private static final int LAST_OF_5_10 = 440;

    private static final int LAST_BEFORE_IO_URING = 424;

    private static final Duration SUITE = Duration.ofMinutes(5);

    private static final Conditions CONDITIONS = new Conditions("With the system calls of an older kernel");

    @TempDir
    private static Path folder;

    private static Launcher launcher;

    @BeforeAll
    static void compile() throws Exception {
        launcher = new Launcher(folder);
    }

    @AfterAll
    static void printTable() {
        CONDITIONS.print();
    }

    /** The last number of Linux 4.18, which differs where the numbers from before 424 do. */
    private static int lastOf418() {
        return System.getProperty("os.arch").equals("amd64") ? 334 : 293;
    }

    private static String above(int number) {
        return "above=" + number;
    }

    private static Probe.Answer probe(String condition, int number) throws Exception {
        Probe.Answer answer = Probe.in(ChildJvm.of(Probe.class).under(launcher.with(above(number))));
        CONDITIONS.add(condition + ": " + above(number), answer);
        return answer;
    }

    /** Runs the whole suite, on every provider that is available then. Returns what it printed. */
    private static String suite(String condition, int number, String providers, String... options) throws Exception {
        ChildJvm.Result result = ChildJvm.of(Main.class, options)
                .withFlags(Conditions.SHORT_SOAK)
                .withTimeout(SUITE)
                .under(launcher.with(above(number)))
                .run()
                .assertExit(0);
        CONDITIONS.add(
                condition + ": " + above(number),
                providers,
                (options.length == 0 ? "the suite: " : "the suite's " + String.join(" ", options) + ": ")
                        + result.out().lines().reduce((before, last) -> last).orElseThrow());
        return result.out();
    }

    @Test
    void before_io_uring_the_choice_is_epoll_and_the_suite_passes() throws Exception {
        Probe.Answer answer = probe("before io_uring", LAST_BEFORE_IO_URING);
        assertEquals("epoll", answer.provider());
        assertTrue(answer.reason().contains("io_uring_setup gives ENOSYS: the kernel is older"), answer::reason);
        String output = suite("before io_uring", LAST_BEFORE_IO_URING, "epoll");
        assertTrue(output.contains("epoll: available"), output);
        assertFalse(output.contains("io_uring: available"), output);
    }

    /**
     * On x86-64 no system call has a number between that of 4.18's last and that of the last before io_uring, and elsewhere few
     * do. So the suite as a whole isn't run once more; how it waits, and every kind of operation, is.
     */
    @Test
    void with_the_calls_of_4_18_the_choice_is_epoll_and_operations_work() throws Exception {
        assertEquals("epoll", probe("4.18", lastOf418()).provider());
        suite("4.18", lastOf418(), "epoll", "--only", "1.3", "--only", "2.6", "--only", "3.3", "--only", "3.9");
    }

    /** There is no epoll_pwait2. */
    @Test
    void with_the_calls_of_5_10_the_suite_passes_on_both() throws Exception {
        assertEquals("io_uring", probe("5.10", LAST_OF_5_10).provider());
        String output = suite("5.10", LAST_OF_5_10, "both");
        assertTrue(output.contains("epoll: available"), output);
        assertTrue(output.contains("io_uring: available"), output);
    }
}
