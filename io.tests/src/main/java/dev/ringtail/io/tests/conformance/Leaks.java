// SPDX-License-Identifier: Apache-2.0

package dev.ringtail.io.tests.conformance;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;
import java.util.TreeSet;
import java.util.stream.Stream;
import org.junit.jupiter.api.Assertions;

/**
 * What this process holds of the kernel: descriptors by number and target, and mappings of rings, as a ring that is closed
 * but still mapped shows only there. What the virtual machine opens for itself (jars, its own files) is left out.
 */
public final class Leaks {
    static final Leaks NONE = new Leaks(Set.of(), 0);

    private final Set<String> descriptors;
    private final long ringMappings;

    private Leaks(Set<String> descriptors, long ringMappings) {
        this.descriptors = descriptors;
        this.ringMappings = ringMappings;
    }

    /** What is open at this moment. */
    public static Leaks now() {
        Set<String> descriptors = new TreeSet<>();
        try (Stream<Path> fds = Files.list(Path.of("/proc/self/fd"));
                Stream<String> maps = Files.lines(Path.of("/proc/self/maps"))) {
            for (Path fd : (Iterable<Path>) fds::iterator) {
                String target = target(fd);
                if (!isOfTheMachine(target)) {
                    descriptors.add(fd.getFileName() + " -> " + target);
                }
            }
            return new Leaks(
                    descriptors, maps.filter(line -> line.contains("io_uring")).count());
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    private static String target(Path fd) {
        try {
            return Files.readSymbolicLink(fd).toString();
        } catch (IOException e) {
            // The descriptor that lists this very directory is gone by now.
            return "/proc/gone";
        }
    }

    private static boolean isOfTheMachine(String target) {
        return target.startsWith("/proc/")
                || target.startsWith("/dev/")
                || target.startsWith("/sys/")
                || target.endsWith(".jar")
                || target.endsWith("/modules")
                || target.endsWith(".log")
                || target.contains("surefire");
    }

    /** Fails if there is a descriptor or a ring's mapping that wasn't there before. */
    public void assertNoMoreThan(Leaks before) {
        List<String> more = new ArrayList<>(descriptors);
        more.removeAll(before.descriptors);
        Assertions.assertTrue(more.isEmpty(), () -> "descriptors left open: " + more);
        Assertions.assertTrue(
                ringMappings <= before.ringMappings,
                () -> "mappings of rings: " + ringMappings + ", before: " + before.ringMappings);
    }
}
