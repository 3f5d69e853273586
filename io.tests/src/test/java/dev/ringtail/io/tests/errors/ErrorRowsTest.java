// SPDX-License-Identifier: Apache-2.0

package dev.ringtail.io.tests.errors;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.ringtail.io.tests.conformance.ErrorRows;
import dev.ringtail.io.tests.conformance.Promise;
import dev.ringtail.io.tests.conformance.Provokes;
import java.lang.reflect.Method;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeSet;
import org.junit.jupiter.api.Test;
import org.junit.platform.commons.support.ReflectionSupport;

/** Each row of errors.tsv is provoked by a test, or listed with the reason why it can't be; never both, never neither. */
final class ErrorRowsTest {
    private static Set<String> provoked() {
        Set<String> rows = new TreeSet<>();
        for (Class<?> type : ReflectionSupport.findAllClassesInPackage(
                "dev.ringtail.io.tests", ErrorRowsTest::mayProvoke, name -> true)) {
            for (Method method : type.getDeclaredMethods()) {
                Provokes provokes = method.getAnnotation(Provokes.class);
                if (provokes != null) {
                    rows.addAll(List.of(provokes.value()));
                }
            }
        }
        return rows;
    }

    private static boolean mayProvoke(Class<?> type) {
        return type.getSimpleName().endsWith("Test");
    }

    @Promise("3.1")
    @Test
    void every_row_is_provoked_or_listed_with_a_reason() {
        Map<String, String> byMapping = ErrorRows.byMapping();
        Set<String> neither = new TreeSet<>(ErrorRow.all().keySet());
        neither.removeAll(provoked());
        neither.removeAll(byMapping.keySet());
        assertTrue(neither.isEmpty(), () -> "neither provoked nor listed: " + neither);
    }

    @Promise("3.1")
    @Test
    void no_row_is_both_or_unknown() {
        Set<String> both = new TreeSet<>(provoked());
        both.retainAll(ErrorRows.byMapping().keySet());
        assertEquals(Set.of(), both);
        Set<String> unknown = new TreeSet<>(provoked());
        unknown.addAll(ErrorRows.byMapping().keySet());
        unknown.removeAll(ErrorRow.all().keySet());
        assertEquals(Set.of(), unknown);
    }
}
