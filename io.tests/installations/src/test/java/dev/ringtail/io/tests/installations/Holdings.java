// SPDX-License-Identifier: Apache-2.0

package dev.ringtail.io.tests.installations;

import static org.junit.jupiter.api.Assertions.assertEquals;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Set;
import java.util.TreeSet;
import java.util.regex.Pattern;
import java.util.stream.Collectors;
import java.util.stream.Stream;

/**
 * What Ringtail could leave behind in this process: descriptors of every kind, mappings of rings, threads. Left out is what a
 * framework and the JVM keep as they please: open jars, and the threads that are theirs by name or by group.
 */
record Holdings(Set<String> descriptors, long ringMappings, Set<String> threads) {
    /** Frameworks' threads: event queues, and pools that come and go. */
    private static final Pattern FRAMEWORK_THREAD = Pattern.compile("Felix.*|.*Equinox Container.*");

    /** Bundles, open as long as the framework likes. */
    private static final Pattern FRAMEWORK_FILE = Pattern.compile(".*\\.jar|.*/bundleFile");

    /** How long a thread that ends, or a descriptor that is being closed, may take. */
    private static final long SETTLE_NANOS = 5_000_000_000L;

    /** What is held at this moment. */
    static Holdings now() throws IOException {
        Set<String> descriptors = new TreeSet<>();
        try (Stream<Path> fds = Files.list(Path.of("/proc/self/fd"));
                Stream<String> maps = Files.lines(Path.of("/proc/self/maps"))) {
            for (Path fd : (Iterable<Path>) fds::iterator) {
                String target = target(fd);
                if (!FRAMEWORK_FILE.matcher(target).matches() && !target.startsWith("/proc/")) {
                    descriptors.add(fd.getFileName() + " -> " + target);
                }
            }
            return new Holdings(
                    descriptors, maps.filter(line -> line.contains("io_uring")).count(), threadsNow());
        }
    }

    private static Set<String> threadsNow() {
        return Thread.getAllStackTraces().keySet().stream()
                .filter(thread -> !isElsewhere(thread))
                .map(thread -> thread.threadId() + " " + thread.getName())
                .collect(Collectors.toCollection(TreeSet::new));
    }

    private static boolean isElsewhere(Thread thread) {
        ThreadGroup group = thread.getThreadGroup();
        // A thread that has ended has no group.
        return group == null
                || group.getName().equals("system")
                || group.getName().equals("InnocuousThreadGroup")
                || FRAMEWORK_THREAD.matcher(thread.getName()).matches();
    }

    private static String target(Path fd) {
        try {
            return Files.readSymbolicLink(fd).toString();
        } catch (IOException e) {
            // The descriptor that lists this very directory is gone by now.
            return "/proc/gone";
        }
    }

    /** Fails, naming them, if there is anything that wasn't there before, and stays. */
    static void assertNoMoreThan(Holdings before) throws IOException, InterruptedException {
        long end = System.nanoTime() + SETTLE_NANOS;
        Holdings now = now();
        while (!before.hasAllOf(now) && System.nanoTime() < end) {
            Thread.sleep(20);
            now = now();
        }
        assertEquals(Set.of(), less(now.descriptors, before.descriptors), "descriptors left open");
        assertEquals(before.ringMappings, now.ringMappings, "mappings of rings");
        assertEquals(Set.of(), less(now.threads, before.threads), "threads");
    }

    private boolean hasAllOf(Holdings other) {
        return descriptors.containsAll(other.descriptors)
                && ringMappings == other.ringMappings
                && threads.containsAll(other.threads);
    }

    private static Set<String> less(Set<String> all, Set<String> some) {
        Set<String> rest = new TreeSet<>(all);
        rest.removeAll(some);
        return rest;
    }
}
