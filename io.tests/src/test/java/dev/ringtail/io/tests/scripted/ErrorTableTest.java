// SPDX-License-Identifier: Apache-2.0

package dev.ringtail.io.tests.scripted;

import static org.junit.jupiter.api.Assertions.assertEquals;

import dev.ringtail.io.AcceptError;
import dev.ringtail.io.CancelError;
import dev.ringtail.io.CloseError;
import dev.ringtail.io.Completion;
import dev.ringtail.io.ConnectError;
import dev.ringtail.io.Errno;
import dev.ringtail.io.FsyncError;
import dev.ringtail.io.KernelOperation;
import dev.ringtail.io.NopError;
import dev.ringtail.io.OpenatError;
import dev.ringtail.io.OperationError;
import dev.ringtail.io.ReadError;
import dev.ringtail.io.RecvError;
import dev.ringtail.io.SendError;
import dev.ringtail.io.StatxError;
import dev.ringtail.io.TimeoutError;
import dev.ringtail.io.WriteError;
import dev.ringtail.io.tests.conformance.Promise;
import dev.ringtail.io.tests.tidy.SourceTree;
import java.io.IOException;
import java.nio.file.Files;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import java.util.TreeSet;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;

/** docs/errors.tsv against the error enums, in both directions, and against what the loop does with each errno. */
@Promise("3.1")
class ErrorTableTest extends OnScriptedLoop {
    private static final int ERRNO_MAX = 133;

    private static final Map<String, Class<? extends OperationError>> ENUMS = Map.ofEntries(
            Map.entry("accept", AcceptError.class),
            Map.entry("cancel", CancelError.class),
            Map.entry("close", CloseError.class),
            Map.entry("connect", ConnectError.class),
            Map.entry("fsync", FsyncError.class),
            Map.entry("nop", NopError.class),
            Map.entry("openat", OpenatError.class),
            Map.entry("read", ReadError.class),
            Map.entry("recv", RecvError.class),
            Map.entry("send", SendError.class),
            Map.entry("statx", StatxError.class),
            Map.entry("timeout", TimeoutError.class),
            Map.entry("write", WriteError.class));

    /** Operation and errno, as in "read EAGAIN", to what the table says. */
    private final Map<String, String> table = new TreeMap<>();

    ErrorTableTest() throws IOException {
        for (String line : Files.readAllLines(SourceTree.root().resolve("docs/errors.tsv"))) {
            if (!line.startsWith("#")) {
                String[] row = line.split("\t", -1);
                assertEquals(4, row.length, line);
                assertEquals(null, table.put(row[0] + " " + row[1], row[2]), "twice: " + line);
            }
        }
    }

    @Test
    void every_operation_has_an_enum_and_every_enum_is_here() {
        Set<String> operations = new TreeSet<>();
        table.keySet().forEach(key -> operations.add(key.substring(0, key.indexOf(' '))));

        assertEquals(ENUMS.keySet(), operations);
        assertEquals(Set.of(OperationError.class.getPermittedSubclasses()), Set.copyOf(ENUMS.values()));
    }

    @Test
    void the_table_and_the_enums_name_the_same_errnos_for_the_same_constants() {
        Map<String, String> fromEnums = new TreeMap<>();
        ENUMS.forEach((operation, type) -> {
            for (OperationError error : type.getEnumConstants()) {
                for (int errno : error.errnos()) {
                    fromEnums.put(operation + " " + Errno.name(errno), error.name());
                }
            }
        });
        Map<String, String> fromTable = new TreeMap<>(table);
        fromTable.values().removeIf(result -> result.startsWith("("));

        assertEquals(fromTable, fromEnums);
    }

    @Test
    void every_constant_but_unexpected_has_an_errno_and_every_enum_ends_with_unexpected() {
        ENUMS.values().forEach(type -> {
            OperationError[] constants = type.getEnumConstants();
            for (OperationError error : constants) {
                assertEquals(error.name().equals("UNEXPECTED"), error.errnos().length == 0, type + " " + error);
            }
            assertEquals("UNEXPECTED", constants[constants.length - 1].name());
        });
    }

    @Test
    void dispositions_are_the_four_that_the_table_explains() {
        Set<String> dispositions = new TreeSet<>(table.values());
        dispositions.removeIf(result -> !result.startsWith("("));

        assertEquals(Set.of("(bug)", "(retried)", "(success)"), dispositions);
    }

    @Test
    void an_enums_errnos_cant_be_changed_by_a_caller() {
        ReadError.ALIGNMENT.errnos()[0] = 0;

        assertEquals(Errnos.EINVAL, ReadError.ALIGNMENT.errnos()[0]);
    }

    /** Cancels and timeouts are the loop's own: no kernel reports an errno for them. */
    @Test
    void each_errno_of_each_operation_is_delivered_retried_or_reported_as_the_table_says() {
        List<String> wrong = new ArrayList<>();
        int count = 0;
        for (Submission submission : Submission.toKernel(loop, done -> {})) {
            String operation =
                    submission.completion().getClass().getSimpleName().toLowerCase(Locale.ROOT);
            for (int errno = 1; errno <= ERRNO_MAX; errno++) {
                String key = operation + " " + Errno.name(errno);
                String expected = table.getOrDefault(key, "UNEXPECTED");
                String actual = outcome(submission, errno);
                count++;
                if (!expected.equals(actual)) {
                    wrong.add(
                            submission + " " + Errno.name(errno) + ": " + actual + ", and the table says " + expected);
                }
            }
        }

        assertEquals(List.of(), wrong);
        assertEquals(Submission.toKernel(loop, done -> {}).size() * ERRNO_MAX, count);
    }

    private String outcome(Submission submission, int errno) {
        KernelOperation operation = (KernelOperation) submission.completion();
        submission.submit().run();
        loop.tick();
        driver.complete(operation, -errno);
        String bug = null;
        try {
            loop.tick();
        } catch (AssertionError e) {
            bug = String.valueOf(e.getMessage());
        }
        if (operation.isInFlight()) {
            driver.complete(operation, 0);
            loop.tick();
            return operation.error() == null ? "(retried)" : "retried, and then " + operation.error();
        }
        return outcome(operation, errno, bug);
    }

    private static String outcome(Completion completion, int errno, @Nullable String bug) {
        OperationError error = completion.error();
        if (error == null) {
            return completion.errno() == 0 ? "(success)" : "success with errno " + completion.errno();
        }
        if (completion.errno() != errno) {
            return error.name() + " with errno " + completion.errno();
        }
        if (bug == null) {
            return error.name();
        }
        boolean isNamed = bug.contains(completion.getClass().getSimpleName()) && bug.endsWith(Errno.name(errno));
        return error.name().equals("UNEXPECTED") && isNamed ? "(bug)" : error.name() + " and " + bug;
    }
}
