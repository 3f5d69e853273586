// SPDX-License-Identifier: Apache-2.0

package dev.ringtail.io.tests.installations;

import static org.junit.jupiter.api.Assertions.assertEquals;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Set;
import java.util.TreeSet;
import java.util.stream.Collectors;
import java.util.stream.Stream;

/**
 * What Ringtail could leave behind in this process: sockets, pipes, rings and other descriptors that aren't files, mappings of
 * rings, threads. Files are left out, as frameworks and class loaders keep jars open as they please.
 */
record Holdings(Set<String> descriptors, long ringMappings, Set<String> threads) {
    /** What is held at this moment. */
    static Holdings now() throws IOException {
        Set<String> descriptors = new TreeSet<>();
        try (Stream<Path> fds = Files.list(Path.of("/proc/self/fd"));
                Stream<String> maps = Files.lines(Path.of("/proc/self/maps"))) {
            for (Path fd : (Iterable<Path>) fds::iterator) {
                String target = target(fd);
                if (!target.startsWith("/")) {
                    descriptors.add(fd.getFileName() + " -> " + target);
                }
            }
            Set<String> threads = Thread.getAllStackTraces().keySet().stream()
                    .filter(thread -> !thread.isDaemon() || thread.getName().contains("ringtail"))
                    .map(thread -> thread.threadId() + " " + thread.getName())
                    .collect(Collectors.toCollection(TreeSet::new));
            return new Holdings(
                    descriptors, maps.filter(line -> line.contains("io_uring")).count(), threads);
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

    /** Fails, naming them, if there is anything that wasn't there before. */
    void assertNoMoreThan(Holdings before) {
        Set<String> newDescriptors = new TreeSet<>(descriptors);
        newDescriptors.removeAll(before.descriptors);
        assertEquals(Set.of(), newDescriptors, "descriptors left open");
        assertEquals(before.ringMappings, ringMappings, "mappings of rings");
        Set<String> newThreads = new TreeSet<>(threads);
        newThreads.removeAll(before.threads);
        assertEquals(Set.of(), newThreads, "threads");
    }
}
