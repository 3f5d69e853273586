// SPDX-License-Identifier: Apache-2.0

package dev.ringtail.io.tests.installations;

import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * A page of docs/ that shows commands. Its blocks marked {@code console} are run as one script, in the root of a checkout; a
 * block marked {@code text} has lines that the one before it prints, in that order, each perhaps as a part of its line. A
 * block marked with {@code file=} is a part of that file.
 */
record Page(String name, String text) {
    private static final Pattern BLOCK =
            Pattern.compile("^```(console|text|\\w+ file=(\\S+))\\n(.*?)^```$", Pattern.MULTILINE | Pattern.DOTALL);
    private static final String MARK = "@@@ ";

    static Page of(String name) throws IOException {
        return new Page(name, Files.readString(Checkout.SOURCES.resolve("docs").resolve(name + ".md")));
    }

    /** Runs the page's commands, and compares what they print. */
    void run() throws IOException, InterruptedException {
        StringBuilder script = new StringBuilder();
        List<List<String>> expected = new ArrayList<>();
        Matcher block = BLOCK.matcher(text);
        while (block.find()) {
            switch (block.group(1)) {
                case "console" -> {
                    script.append("echo '").append(MARK).append("'\n").append(block.group(3));
                    expected.add(List.of());
                }
                case "text" ->
                    expected.set(expected.size() - 1, block.group(3).lines().toList());
                default -> {
                    // Files are compared elsewhere.
                }
            }
        }
        assertFalse(expected.isEmpty(), name + " has no commands");
        String[] printed = Checkout.run(name, script.toString()).split(MARK + "\n", -1);
        for (int i = 0; i < expected.size(); i++) {
            compare(expected.get(i), printed[i + 1]);
        }
    }

    private void compare(List<String> expected, String printed) {
        assertFalse(printed.contains("WARNING"), () -> name + " makes the JVM warn:\n" + printed);
        int from = 0;
        for (String line : expected) {
            int found = printed.indexOf(line, from);
            assertTrue(found >= 0, () -> name + ": no '" + line + "' in\n" + printed);
            from = found + line.length();
        }
    }

    /** Compares what the page shows of files with those files. */
    void compareFiles() throws IOException {
        Matcher block = BLOCK.matcher(text);
        while (block.find()) {
            String file = block.group(2);
            if (file != null) {
                String content = Files.readString(Checkout.SOURCES.resolve(Path.of(file)));
                assertTrue(content.contains(block.group(3)), name + " doesn't show what is in " + file);
            }
        }
    }
}
