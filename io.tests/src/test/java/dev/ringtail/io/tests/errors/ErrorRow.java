// SPDX-License-Identifier: Apache-2.0

package dev.ringtail.io.tests.errors;

import dev.ringtail.io.tests.tidy.SourceTree;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.util.LinkedHashMap;
import java.util.Map;

/** A row of errors.tsv: what an operation makes of an errno. */
record ErrorRow(String operation, String errno, String result) {
    /** All of them, by operation and errno as in {@code accept EBADF}. */
    static Map<String, ErrorRow> all() {
        Map<String, ErrorRow> rows = new LinkedHashMap<>();
        try {
            for (String line : Files.readAllLines(SourceTree.root().resolve("docs/errors.tsv"))) {
                if (!line.startsWith("#") && !line.isBlank()) {
                    String[] fields = line.split("\t", -1);
                    ErrorRow row = new ErrorRow(fields[0], fields[1], fields[2]);
                    rows.put(row.key(), row);
                }
            }
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
        return rows;
    }

    String key() {
        return operation + " " + errno;
    }
}
