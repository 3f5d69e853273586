// SPDX-License-Identifier: Apache-2.0

package dev.ringtail.io.tests.conformance;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.ringtail.io.BufferRing;
import dev.ringtail.io.Capability;
import dev.ringtail.io.IoLoop;
import dev.ringtail.io.MultishotAccept;
import dev.ringtail.io.Options;
import dev.ringtail.io.spi.Provider;
import java.io.IOException;
import java.nio.file.Path;
import java.util.EnumSet;
import java.util.List;
import java.util.Set;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.function.Executable;
import org.junit.jupiter.api.io.TempDir;

final class LoopOptionsTest {
    /** What a driver of its kind can't be without: io_uring is what it is, and its waits are exact. */
    private static final Set<Capability> INHERENT =
            EnumSet.of(Capability.KERNEL_COMPLETIONS, Capability.NANOSECOND_WAIT);

    /** What can be done without: all that is used here. */
    private static Set<Capability> capabilities(Provider provider) throws IOException {
        try (IoLoop loop = IoLoop.open(provider, Options.defaults())) {
            return loop.capabilities();
        }
    }

    private static Options without(Iterable<Capability> capabilities) {
        Options options = Options.defaults().withEntries(8);
        for (Capability capability : capabilities) {
            options = options.without(capability);
        }
        return options;
    }

    @Promise("4.5")
    @OnEveryProvider
    void all_works_without_any_one_capability(Provider provider, @TempDir Path folder) throws IOException {
        for (Capability capability : capabilities(provider)) {
            runWithout(provider, folder, EnumSet.of(capability));
        }
    }

    @Promise("4.5")
    @OnEveryProvider
    void all_works_without_any_two_capabilities(Provider provider, @TempDir Path folder) throws IOException {
        Set<Capability> used = capabilities(provider);
        for (Capability first : used) {
            for (Capability second : used) {
                if (first.compareTo(second) < 0) {
                    runWithout(provider, folder, EnumSet.of(first, second));
                }
            }
        }
    }

    @Promise("4.5")
    @OnEveryProvider
    void all_works_without_any_capability(Provider provider, @TempDir Path folder) throws IOException {
        runWithout(provider, folder, EnumSet.allOf(Capability.class));
    }

    @Promise("3.12")
    @OnEveryProvider
    void what_the_kernel_lacks_is_refused_by_name_and_costs_nothing_else(Provider provider, @TempDir Path folder)
            throws IOException {
        Options options = without(EnumSet.of(
                Capability.MULTISHOT_ACCEPT,
                Capability.BUFFER_RING,
                Capability.REGISTERED_FILES,
                Capability.REGISTERED_BUFFERS));
        try (IoLoop loop = IoLoop.open(provider, options);
                Descriptors open = new Descriptors(loop)) {
            assertRefused(provider, Capability.MULTISHOT_ACCEPT, () -> new MultishotAccept(loop, done -> {}));
            assertRefused(provider, Capability.BUFFER_RING, () -> new BufferRing(loop, 4, 64));
            // These two save work where they can, and change nothing where they can't.
            assertFalse(loop.registerFile(open.pair().first()));
            assertEquals(4096, loop.allocateRegistered(4096).byteSize());
            Sample.run(loop, folder);
        }
    }

    private static void assertRefused(Provider provider, Capability capability, Executable call) {
        String message = String.valueOf(
                assertThrows(UnsupportedOperationException.class, call).getMessage());
        assertTrue(message.contains(provider.name()) && message.contains(capability.name()), message);
    }

    private static void runWithout(Provider provider, Path folder, Set<Capability> unused) throws IOException {
        try (IoLoop loop = IoLoop.open(provider, without(unused))) {
            for (Capability capability : unused) {
                assertTrue(
                        INHERENT.contains(capability) || !loop.capabilities().contains(capability),
                        () -> capability + " in spite of " + unused);
            }
            Sample.run(loop, folder);
        }
    }

    @Promise("2.3")
    @OnEveryProvider
    void any_number_of_entries_will_do(Provider provider, @TempDir Path folder) throws IOException {
        for (int entries : List.of(1, 2, 3, 100, 4096, 32768)) {
            try (IoLoop loop = IoLoop.open(provider, Options.defaults().withEntries(entries))) {
                Sample.run(loop, folder);
            }
        }
    }

    @Test
    void entries_are_rounded_up_to_a_power_of_two() {
        for (int[] asked :
                new int[][] {{1, 1}, {2, 2}, {3, 4}, {255, 256}, {257, 512}, {32767, 32768}, {32768, 32768}}) {
            assertEquals(asked[1], Options.defaults().withEntries(asked[0]).entries());
        }
    }

    @Test
    void entries_out_of_range_are_refused_with_the_range() {
        for (int entries : new int[] {Integer.MIN_VALUE, -1, 0, 32769, Integer.MAX_VALUE}) {
            IllegalArgumentException refusal = assertThrows(
                    IllegalArgumentException.class, () -> Options.defaults().withEntries(entries));
            String message = String.valueOf(refusal.getMessage());
            assertTrue(message.contains("entries: " + entries) && message.contains("32768"), message);
        }
    }

    @Test
    void options_do_not_change() {
        Options defaults = Options.defaults();
        Options changed = defaults.withEntries(1).without(Capability.NO_IOWAIT);
        assertFalse(changed.allows(Capability.NO_IOWAIT));
        changed.unused().clear();
        assertEquals(Set.of(Capability.NO_IOWAIT), changed.unused());
        assertTrue(defaults.allows(Capability.NO_IOWAIT));
        assertEquals(256, Options.defaults().entries());
    }
}
