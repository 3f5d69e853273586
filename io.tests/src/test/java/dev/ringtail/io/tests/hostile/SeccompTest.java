// SPDX-License-Identifier: Apache-2.0
package dev.ringtail.io.tests.hostile;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.ringtail.io.tests.ChildJvm;
import java.io.IOException;
import java.nio.file.Path;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** A seccomp filter that blocks io_uring, or a part of it, as those of containers do (semantics 4.2, 4.4, 4.5). */
final class SeccompTest {
    private static final Conditions CONDITIONS = new Conditions("Under a seccomp filter");

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

    private static Probe.Answer probe(String... rules) throws IOException, InterruptedException {
        Probe.Answer answer = Probe.in(ChildJvm.of(Probe.class).under(launcher.with(rules)));
        CONDITIONS.add(rules.length == 0 ? "no rule" : String.join(" ", rules), answer);
        return answer;
    }

    @Test
    void without_a_rule_io_uring_is_taken() throws Exception {
        assertEquals("io_uring", probe().provider());
    }

    /** 425 is io_uring_setup, 426 io_uring_enter, 427 io_uring_register, and its opcode 8 is IORING_REGISTER_PROBE. */
    @ParameterizedTest
    @CsvSource(delimiter = '|', textBlock = """
            EPERM=425          | io_uring_setup gives EPERM     | seccomp
            ENOSYS=425         | io_uring_setup gives ENOSYS    | seccomp
            EPERM=425,426,427  | io_uring_setup gives EPERM     | seccomp
            ENOSYS=425,426,427 | io_uring_setup gives ENOSYS    | seccomp
            EPERM=426          | io_uring_enter gives EPERM     | seccomp
            ENOSYS=426         | io_uring_enter gives ENOSYS    | seccomp
            EPERM=427          | io_uring_register gives EPERM  | seccomp
            ENOSYS=427         | io_uring_register gives ENOSYS | seccomp
            EPERM=427:8        | io_uring_register gives EPERM  | seccomp
            """)
    void a_call_that_is_blocked_makes_epoll_the_choice(String rule, String what, String why) throws Exception {
        Probe.Answer answer = probe(rule);
        assertEquals("epoll", answer.provider());
        assertTrue(answer.reason().contains(what), answer::reason);
        assertTrue(answer.reason().contains(why), answer::reason);
    }

    /** The opcode is IORING_REGISTER_RING_FDS: nice to have, no more. */
    @ParameterizedTest
    @CsvSource({"EPERM=427:20", "ENOSYS=427:20"})
    void a_ring_that_can_not_be_registered_is_used_as_it_is(String rule) throws Exception {
        Probe.Answer answer = probe(rule);
        assertEquals("io_uring", answer.provider());
        assertFalse(answer.capabilities().contains("REGISTERED_RING"), answer::toString);
        assertTrue(answer.capabilities().contains("KERNEL_COMPLETIONS"), answer::toString);
    }

    @ParameterizedTest
    @CsvSource(delimiter = '|', textBlock = """
            EPERM=425,426,427 | epoll
            above=424         | epoll
            EPERM=427:20      | io_uring
            """)
    void the_commands_work_unchanged(String rule, String provider) throws Exception {
        ToolCommands commands = new ToolCommands(child -> child.under(launcher.with(rule)), provider, folder);
        commands.assertDemoWorks();
        commands.assertCopyWorks();
        commands.assertServeWorks();
        CONDITIONS.add(rule, provider, "demo, copy and serve work");
    }
}
