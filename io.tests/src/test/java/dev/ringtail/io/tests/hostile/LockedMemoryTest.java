// SPDX-License-Identifier: Apache-2.0
package dev.ringtail.io.tests.hostile;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import dev.ringtail.io.tests.ChildJvm;
import dev.ringtail.io.tests.conformance.Promise;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Too little memory, or too little that may be locked: no reason to take a slower loop silently (semantics 4.2). */
final class LockedMemoryTest {
    private static final String LIMIT = "RLIMIT_MEMLOCK";

    private static final int LIMIT_BYTES = 64 << 10;

    @TempDir
    private Path folder;

    private static List<String> linesOf(ChildJvm.Result result, String start) {
        return result.out().lines().filter(line -> line.startsWith(start)).toList();
    }

    /** As kernels before 5.12 do, which charge rings to the limit: 425 is io_uring_setup. */
    @Test
    @Promise({"4.2", "4.4"})
    void a_ring_without_memory_is_a_failure_that_names_the_limit_and_no_fallback() throws Exception {
        ChildJvm.Result result = ChildJvm.of(Starved.class)
                .under(new Launcher(folder).with("ENOMEM=425"))
                .run()
                .assertExit(0);
        List<String> failures = linesOf(result, "failed: ");
        assertEquals(3, failures.size(), result::toString);
        for (String failure : failures) {
            assertTrue(failure.contains("ENOMEM") && failure.contains(LIMIT), failure);
            assertTrue(failure.contains("ulimit -l"), failure);
        }
        assertFalse(result.out().contains("opened: ") || result.err().contains("provider: epoll"), result::toString);
    }

    /** This kernel's own limit. Root is above it, so that it takes an ordinary user. */
    @Test
    @Promise("4.2")
    void what_the_limit_really_stops_names_it() throws Exception {
        ChildJvm.Result result = new OrdinaryUser(folder)
                .runs(ChildJvm.of(Starved.class))
                .under("prlimit", "--memlock=" + LIMIT_BYTES)
                .run()
                .assertExit(0);
        // Registered memory counts against it, and in some kernels so do rings, a closed one for a while still.
        List<String> stopped = new ArrayList<>(linesOf(result, "not registered: "));
        stopped.addAll(linesOf(result, "failed: "));
        assumeTrue(!stopped.isEmpty(), () -> "this kernel charges nothing to the limit: " + result.out());
        for (String line : stopped) {
            assertTrue(line.contains(LIMIT_BYTES + " bytes (" + LIMIT), line);
        }
        assertEquals(3, stopped.size(), result::toString);
        assertFalse(result.out().contains("opened: epoll"), result::toString);
    }
}
