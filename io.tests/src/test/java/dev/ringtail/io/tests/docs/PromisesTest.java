// SPDX-License-Identifier: Apache-2.0

package dev.ringtail.io.tests.docs;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;

import dev.ringtail.io.tests.tidy.SourceTree;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Set;
import java.util.TreeSet;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;

/** The contract and the tests that prove it know the same points. */
final class PromisesTest {
    private static final Pattern POINT = Pattern.compile("(?m)^(\\d+\\.\\d+) ");
    private static final Pattern PROMISE = Pattern.compile("@Promise\\(([^)]*)\\)");
    private static final Pattern QUOTED = Pattern.compile("\"([^\"]*)\"");

    @Test
    void every_point_of_the_contract_has_a_test_and_every_test_a_point() throws IOException {
        Set<String> points = new TreeSet<>();
        Matcher point = POINT.matcher(Files.readString(SourceTree.root().resolve("docs/semantics.md")));
        while (point.find()) {
            points.add(point.group(1));
        }
        assertFalse(points.isEmpty());
        assertEquals(points, promises());
    }

    private static Set<String> promises() throws IOException {
        Set<String> promises = new TreeSet<>();
        try (Stream<Path> sources = Files.walk(SourceTree.root().resolve("io.tests"))) {
            for (Path source :
                    (Iterable<Path>) sources.filter(file -> file.toString().endsWith(".java"))::iterator) {
                Matcher promise = PROMISE.matcher(Files.readString(source));
                while (promise.find()) {
                    Matcher quoted = QUOTED.matcher(promise.group(1));
                    while (quoted.find()) {
                        promises.add(quoted.group(1));
                    }
                }
            }
        }
        return promises;
    }
}
