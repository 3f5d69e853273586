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
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/**
 * io_uring disabled by {@code kernel.io_uring_disabled}, for the whole machine (semantics 4.2). What takes long runs as an
 * ordinary user with 1, which root doesn't notice; 2 is set for a second.
 */
final class DisabledBySysctlTest {
    private static final String NAME = "kernel.io_uring_disabled";

    private static final Conditions CONDITIONS = new Conditions("Disabled by sysctl");

    @TempDir
    private static Path folder;

    private static OrdinaryUser user;

    private Sysctl sysctl;

    @BeforeAll
    static void makeReadable() throws Exception {
        user = new OrdinaryUser(folder);
    }

    @AfterAll
    static void printTable() {
        CONDITIONS.print();
    }

    @BeforeEach
    void lock() throws Exception {
        sysctl = new Sysctl(NAME);
    }

    @AfterEach
    void restore() throws Exception {
        if (sysctl != null) {
            sysctl.restore();
        }
    }

    private static Probe.Answer probe(String condition, ChildJvm child) throws Exception {
        Probe.Answer answer = Probe.in(child);
        CONDITIONS.add(condition, answer);
        return answer;
    }

    private static void assertDisabled(int value, Probe.Answer answer) {
        assertEquals("epoll", answer.provider());
        assertTrue(answer.reason().startsWith("disabled by sysctl " + NAME + "=" + value), answer::reason);
    }

    @Test
    void value_1_disables_it_for_ordinary_users_alone() throws Exception {
        sysctl.set(1);
        Probe.Answer asRoot = probe("1, root", ChildJvm.of(Probe.class));
        Probe.Answer asUser = probe("1, ordinary user", user.runs(ChildJvm.of(Probe.class)));
        assertEquals("io_uring", asRoot.provider());
        assertDisabled(1, asUser);
    }

    @Test
    void value_2_disables_it_for_everybody() throws Exception {
        sysctl.set(2);
        Probe.Answer asRoot = probe("2, root", ChildJvm.of(Probe.class));
        Probe.Answer asUser = probe("2, ordinary user", user.runs(ChildJvm.of(Probe.class)));
        sysctl.set(0);
        assertDisabled(2, asRoot);
        assertDisabled(2, asUser);
    }

    @Test
    void the_conformance_suite_passes_on_epoll() throws Exception {
        sysctl.set(1);
        String output = user.runs(ChildJvm.of(Main.class))
                .withFlags(Conditions.SHORT_SOAK)
                .withTimeout(Duration.ofMinutes(5))
                .run()
                .assertExit(0)
                .out();
        CONDITIONS.add(
                "1, ordinary user",
                "epoll",
                "the suite: " + output.lines().reduce((before, last) -> last).orElseThrow());
        assertTrue(output.contains("epoll: available"), output);
        assertFalse(output.contains("io_uring: available"), output);
    }

    @Test
    void the_commands_work_unchanged() throws Exception {
        sysctl.set(1);
        ToolCommands commands = new ToolCommands(user::runs, "epoll", folder);
        commands.assertDemoWorks();
        commands.assertCopyWorks();
        commands.assertServeWorks();
        CONDITIONS.add("1, ordinary user", "epoll", "demo, copy and serve work");
    }
}
