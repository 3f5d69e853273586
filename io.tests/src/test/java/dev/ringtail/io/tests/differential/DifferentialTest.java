// SPDX-License-Identifier: Apache-2.0

package dev.ringtail.io.tests.differential;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.ringtail.io.Capability;
import dev.ringtail.io.IoLoop;
import dev.ringtail.io.Options;
import dev.ringtail.io.Providers;
import dev.ringtail.io.tests.conformance.Leaks;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.List;
import java.util.Set;
import java.util.stream.Stream;
import net.jqwik.api.Arbitraries;
import net.jqwik.api.Arbitrary;
import net.jqwik.api.Combinators;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import net.jqwik.api.Provide;
import net.jqwik.api.RandomDistribution;
import net.jqwik.api.lifecycle.AddLifecycleHook;

/**
 * Random programs give the same results under every provider. A program that doesn't is printed with its seed, and shrunk to
 * a short one; the seed as an argument of {@code @Property} runs it again.
 */
final class DifferentialTest {
    private static final int STEPS_MAX = 120;

    private static final Set<Capability> SHOTS = Set.of(Capability.MULTISHOT_ACCEPT, Capability.BUFFER_RING);

    @AddLifecycleHook(TwoProviders.class)
    @Property(tries = 100)
    void programs_give_the_same_results_under_every_provider(@ForAll("programs") List<Step> program)
            throws IOException {
        List<Providers.Candidate> candidates = TwoProviders.available();
        assertTrue(candidates.size() >= 2, candidates::toString);
        boolean hasShots = haveShots(candidates);
        List<String> expected = run(candidates.getFirst(), program, hasShots);
        for (Providers.Candidate other : candidates.subList(1, candidates.size())) {
            assertEquals(
                    String.join("\n", expected),
                    String.join("\n", run(other, program, hasShots)),
                    () -> candidates.getFirst().name() + " against " + other.name());
        }
    }

    /** Whether all of them have multishot operations: a program's steps are the same for each. */
    private static boolean haveShots(List<Providers.Candidate> candidates) throws IOException {
        for (Providers.Candidate candidate : candidates) {
            try (IoLoop loop = IoLoop.open(candidate.provider().orElseThrow(), Options.defaults())) {
                if (!loop.capabilities().containsAll(SHOTS)) {
                    return false;
                }
            }
        }
        return true;
    }

    @Provide
    Arbitrary<List<Step>> programs() {
        // A third of the steps let things settle: else nearly every other would find what it is about touched already.
        // What is
        // closed stays so: the rest of the program passes it over.
        List<Step.Kind> lasting = Arrays.stream(Step.Kind.values())
                .filter(kind -> !kind.name().matches("CLOSE_.*|.*SHUTDOWN"))
                .toList();
        Arbitrary<Step.Kind> kinds = Arbitraries.oneOf(
                Arbitraries.of(Step.Kind.class), Arbitraries.of(Step.Kind.SETTLE), Arbitraries.of(lasting));
        Arbitrary<Integer> numbers = Arbitraries.integers().between(0, 20_000);
        return Combinators.combine(kinds, numbers, numbers)
                .as(Step::new)
                .list()
                .ofMaxSize(STEPS_MAX)
                .withSizeDistribution(RandomDistribution.uniform());
    }

    private static List<String> run(Providers.Candidate candidate, List<Step> program, boolean hasShots)
            throws IOException {
        Leaks before = Leaks.now();
        Path folder = Files.createTempDirectory("ringtail-differential");
        List<String> observed;
        try (IoLoop loop = IoLoop.open(candidate.provider().orElseThrow(), Options.defaults())) {
            observed = new World(loop, folder, hasShots).run(program);
        } finally {
            delete(folder);
        }
        Leaks.now().assertNoMoreThan(before);
        return observed;
    }

    private static void delete(Path folder) throws IOException {
        try (Stream<Path> files = Files.list(folder)) {
            for (Path file : (Iterable<Path>) files::iterator) {
                Files.delete(file);
            }
        }
        Files.delete(folder);
    }
}
