// SPDX-License-Identifier: Apache-2.0

package dev.ringtail.io.tests.faults;

import dev.ringtail.io.Providers;
import dev.ringtail.io.tests.ChildJvm;
import dev.ringtail.io.tests.conformance.Promise;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.stream.Stream;
import org.junit.jupiter.api.Assertions;
import org.junit.jupiter.api.Assumptions;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.MethodSource;
import org.junit.jupiter.params.provider.ValueSource;

/**
 * What no caller must ever see: system calls interrupted, refused for the moment, or slow. strace puts the faults into a
 * child of this test's own; where a process may not trace its children (ptrace_scope, seccomp), this is skipped.
 */
final class KernelFaultsTest {
    private static final String INTERRUPTED =
            "epoll_pwait2,epoll_wait,epoll_pwait,recvfrom,sendto,accept4,preadv2,pwritev2,fsync,fdatasync";

    static Stream<Arguments> faults() {
        return Stream.of(
                Arguments.of("io_uring", "io_uring_enter", "error=EINTR:delay_exit=200:when=3+2"),
                Arguments.of("io_uring", "io_uring_enter", "error=EAGAIN:when=3+3"),
                Arguments.of("io_uring", "io_uring_enter", "error=EBUSY:when=4+3"),
                Arguments.of("epoll", INTERRUPTED, "error=EINTR:delay_exit=200:when=2+3"),
                // Of files the read alone: that of a write is the caller's to see (3.2).
                Arguments.of("epoll", "recvfrom,sendto,accept4,preadv2", "error=EAGAIN:when=2+3"));
    }

    @Promise({"2.3", "3.1", "3.2"})
    @ParameterizedTest(name = "[{0}] {1} {2}", quoteTextArguments = false)
    @MethodSource("faults")
    void nobody_notices(String provider, String calls, String fault, @TempDir Path folder) throws Exception {
        Assumptions.assumeTrue(isAvailable(provider), () -> "not here: " + provider);
        runWith(Workload.class, provider, calls, fault, folder).assertOut("all as ever");
    }

    /**
     * On epoll alone: completions can't be injected. strace answers in place of the kernel, so that nothing is transferred
     * then, and contents say nothing. Not for writes of files: how one goes on depends on whether the file system writes
     * without waiting, which an answer that isn't its own contradicts.
     */
    @Promise({"2.2", "2.6"})
    @ParameterizedTest(name = "[{0}] {1}", quoteTextArguments = false)
    @CsvSource({"epoll, recvfrom", "epoll, sendto", "epoll, preadv2"})
    void a_short_transfer_of_a_socket_is_delivered_and_of_a_file_gone_on_with(
            String provider, String call, @TempDir Path folder) throws Exception {
        runWith(ShortTransfers.class, provider, call, "retval=" + ShortTransfers.SHORT_BYTES + ":when=1", folder)
                .assertOut("as expected: " + call + "\n");
    }

    private static ChildJvm.Result runWith(Class<?> mainClass, String provider, String calls, String fault, Path folder)
            throws Exception {
        return runWith(ChildJvm.of(mainClass, provider, folder.toString(), calls), calls, fault, folder);
    }

    /** Runs it, and checks that there were faults: it would do without them, too. */
    private static ChildJvm.Result runWith(ChildJvm child, String calls, String fault, Path folder) throws Exception {
        assumeTraceable();
        Path trace = folder.resolve("trace");
        ChildJvm.Result result = child.under(
                        "strace",
                        "-f",
                        "--seccomp-bpf",
                        "-qq",
                        "-o",
                        trace.toString(),
                        "-e",
                        "trace=" + calls,
                        "-e",
                        "inject=" + calls + ":" + fault)
                .run()
                .assertExit(0);
        try (Stream<String> lines = Files.lines(trace)) {
            long injectedCount =
                    lines.filter(line -> line.contains("(INJECTED)")).count();
            Assertions.assertTrue(injectedCount > 0, () -> "no fault was injected into " + calls);
        }
        return result;
    }

    /** With room for one entry, what is queued keeps the read that wake-ups end out of the ring, while EAGAIN lasts. */
    @Promise({"1.3", "2.3"})
    @ParameterizedTest
    @ValueSource(strings = {"when=4+3", "when=5+3", "when=6+3"})
    void a_task_is_run_at_once_while_the_kernel_takes_nothing(String when, @TempDir Path folder) throws Exception {
        Assumptions.assumeTrue(isAvailable("io_uring"), () -> "not here: io_uring");
        runWith(ChildJvm.of(Wakeups.class), "io_uring_enter", "error=EAGAIN:" + when, folder)
                .assertOut("all in time");
    }

    @Promise("2.9")
    @ParameterizedTest
    @ValueSource(strings = {"when=3+3", "when=4+3", "when=5+3"})
    void what_the_kernel_has_not_taken_yet_reaches_its_own_descriptor(String when, @TempDir Path folder)
            throws Exception {
        Assumptions.assumeTrue(isAvailable("io_uring"), () -> "not here: io_uring");
        runWith(ChildJvm.of(Reregistered.class), "io_uring_enter", "error=EAGAIN:" + when, folder)
                .assertOut("to the right one");
    }

    @Promise("4.2")
    @ParameterizedTest
    @CsvSource(delimiter = '|', textBlock = """
            EACCES | found io_uring: io_uring_setup gives EACCES: blocked
            EINVAL | found io_uring: io_uring_setup gives EINVAL: blocked
            EMFILE | found io_uring: available
            ENFILE | found io_uring: available
            ENOMEM | found io_uring: available
            EAGAIN | found io_uring: available
            """)
    void what_refuses_a_ring_is_the_reason_unless_something_ran_out(String error, String answer, @TempDir Path folder)
            throws Exception {
        Assumptions.assumeTrue(isAvailable("io_uring"), () -> "not here: io_uring");
        ChildJvm open = ChildJvm.of("dev.ringtail.io.tests.choice.Open", "0");
        runWith(open, "io_uring_setup", "error=" + error, folder).assertOut(answer);
    }

    private static boolean isAvailable(String provider) {
        return Providers.find().stream()
                .anyMatch(candidate -> candidate.name().equals(provider) && candidate.isAvailable());
    }

    private static void assumeTraceable() throws InterruptedException {
        try {
            Process process = new ProcessBuilder(
                            List.of("strace", "-f", "--seccomp-bpf", "-qq", "-o", "/dev/null", "true"))
                    .start();
            Assumptions.assumeTrue(process.waitFor() == 0, "not here: strace may not trace");
        } catch (IOException e) {
            Assumptions.abort("not here: " + e.getMessage());
        }
    }
}
