// SPDX-License-Identifier: Apache-2.0
package dev.ringtail.io.tests.hostile;

import dev.ringtail.io.IoLoop;
import dev.ringtail.io.NoProviderException;
import dev.ringtail.io.Nop;
import dev.ringtail.io.Options;
import dev.ringtail.io.Providers;
import dev.ringtail.io.spi.Provider;
import dev.ringtail.io.tests.ChildJvm;
import dev.ringtail.io.tests.conformance.Bounded;
import dev.ringtail.io.tests.conformance.Leaks;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Set;
import java.util.stream.Collectors;
import java.util.stream.Stream;

/**
 * What runs in a child under some condition: asks the providers, opens the loop that is the choice and uses it, tries to
 * open those that say they can't, and looks each time whether something is left behind.
 */
final class Probe {
    private Probe() {}

    /**
     * What a child said.
     *
     * @param provider the one that was taken
     * @param reason why the better one wasn't; empty if it was
     * @param capabilities the loop's, by name
     */
    record Answer(String provider, String reason, Set<String> capabilities) {}

    /** Runs it in a child, and checks that the log gives the same reason. */
    static Answer in(ChildJvm child) throws IOException, InterruptedException {
        ChildJvm.Result result = child.run().assertExit(0);
        String provider = line(result, "provider ");
        String reason = line(result, "reason ");
        // The one line that is logged when the first loop is opened.
        result.assertErr("provider: " + provider + (reason.isEmpty() ? "" : "; not io_uring: " + reason));
        return new Answer(provider, reason, Set.of(line(result, "capabilities ").split(" ", -1)));
    }

    private static String line(ChildJvm.Result result, String name) {
        return result.out()
                .lines()
                .filter(line -> line.startsWith(name))
                .findFirst()
                .orElseThrow(() -> new AssertionError("no line '" + name + "' in " + result))
                .substring(name.length());
    }

    // The standard streams are how a child answers.
    @SuppressWarnings("SystemOut")
    public static void main(String... arguments) throws IOException {
        // Loads what the count itself needs.
        Leaks.now();
        Leaks before = Leaks.now();
        long ringsBefore = ringsInSmaps();

        List<Providers.Candidate> candidates = Providers.find();
        assertNothingLeft(before, ringsBefore);
        for (Providers.Candidate candidate : candidates) {
            if (!candidate.isAvailable()) {
                tryToOpen(candidate);
                assertNothingLeft(before, ringsBefore);
                tryTheDriver(candidate.provider().orElseThrow());
                assertNothingLeft(before, ringsBefore);
            }
        }
        try (IoLoop loop = IoLoop.open()) {
            Nop nop = new Nop(loop, done -> {});
            nop.submit();
            Bounded.complete(loop, nop);
            System.out.println("provider " + loop.provider());
            System.out.println("capabilities "
                    + loop.capabilities().stream().map(Enum::name).collect(Collectors.joining(" ")));
        }
        assertNothingLeft(before, ringsBefore);
        System.out.println("reason " + reason(candidates));
    }

    private static String reason(List<Providers.Candidate> candidates) {
        Providers.Candidate best = candidates.getFirst();
        return best.isAvailable() ? "" : best.toString().substring(best.name().length() + 2);
    }

    /** One that says that it can't is refused with the reason that it gave, by opening it too. */
    private static void tryToOpen(Providers.Candidate candidate) throws IOException {
        try {
            IoLoop.open(candidate.provider().orElseThrow(), Options.defaults()).close();
        } catch (NoProviderException e) {
            if (!candidate.toString().equals(e.getMessage())) {
                throw e;
            }
            return;
        }
        throw new AssertionError("opened, although " + candidate);
    }

    /** The same, past the check: the driver may fail or not, but it may not leave something behind. */
    @SuppressWarnings("SystemOut")
    private static void tryTheDriver(Provider provider) {
        try {
            provider.open(Options.defaults()).close();
        } catch (IOException | IllegalStateException e) {
            System.err.println("as expected: " + e);
        }
    }

    private static void assertNothingLeft(Leaks before, long ringsBefore) throws IOException {
        Leaks.now().assertNoMoreThan(before);
        if (ringsInSmaps() != ringsBefore) {
            throw new AssertionError("rings still in smaps: " + ringsInSmaps() + ", before: " + ringsBefore);
        }
    }

    /** A ring that is closed but still mapped shows only among the mappings. */
    private static long ringsInSmaps() throws IOException {
        try (Stream<String> lines = Files.lines(Path.of("/proc/self/smaps"))) {
            return lines.filter(line -> line.contains("io_uring")).count();
        }
    }
}
