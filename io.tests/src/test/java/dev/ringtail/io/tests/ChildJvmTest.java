// SPDX-License-Identifier: Apache-2.0
package dev.ringtail.io.tests;

import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.time.Duration;
import java.util.concurrent.locks.LockSupport;
import org.junit.jupiter.api.Test;

final class ChildJvmTest {
    /** Prints its arguments; the exit code is their number. */
    static final class Echo {
        // What a child says is read from its standard streams.
        @SuppressWarnings("SystemOut")
        public static void main(String[] arguments) {
            System.out.println("out " + String.join(" ", arguments));
            System.err.println("err " + System.getProperty("echo"));
            System.exit(arguments.length);
        }
    }

    /** Never ends. */
    static final class Endless {
        public static void main(String[] arguments) {
            while (arguments.length == 0) {
                LockSupport.park(Endless.class);
            }
        }
    }

    @Test
    void output_and_exit_code_are_captured_under_a_prefix() throws Exception {
        ChildJvm.of(Echo.class, "a", "b")
                .withFlags("-Decho=here")
                .under("nice", "-n1")
                .run()
                .assertExit(2)
                .assertOut("out a b")
                .assertErr("err here");
    }

    @Test
    void a_child_that_does_not_end_is_a_failure_and_is_gone() {
        AssertionError error = assertThrows(
                AssertionError.class,
                () -> ChildJvm.of(Endless.class)
                        .under("env")
                        .withTimeout(Duration.ofMillis(500))
                        .run());
        assertTrue(String.valueOf(error.getMessage()).contains("still running"), error::getMessage);
        assertTrue(ProcessHandle.current()
                .descendants()
                .noneMatch(process -> process.info().toString().contains("Endless")));
    }
}
