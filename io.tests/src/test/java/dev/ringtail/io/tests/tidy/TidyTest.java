// SPDX-License-Identifier: Apache-2.0

package dev.ringtail.io.tests.tidy;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertNotEquals;

import dev.ringtail.io.Errno;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.function.BiFunction;
import java.util.function.Predicate;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Collectors;
import java.util.stream.IntStream;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/** The rules of style that a program can check, over every file; each rule is itself tried on a text that breaks it. */
class TidyTest {
    private static final int LINES_MAX = 400;
    private static final String SPDX = "SPDX-License-Identifier: Apache-2.0";

    /**
     * A rule.
     *
     * @param files which files it is for
     * @param check what is wrong in a file of this name with this text; empty if nothing
     * @param plantedFile a file that it is for
     * @param planted a text that breaks it
     */
    record Rule(
            String name,
            Predicate<String> files,
            BiFunction<String, String, List<String>> check,
            String plantedFile,
            String planted) {
        @Override
        public String toString() {
            return name;
        }
    }

    static Stream<Rule> rules() {
        return Stream.of(
                new Rule(
                        "a source file begins with its licence",
                        file -> file.matches(".*\\.(java|xml|sh)") || file.matches("build|ringtail|\\.ci/run"),
                        TidyTest::licence,
                        "io.api/A.java",
                        "package a;\n"),
                new Rule(
                        "a file has fewer than " + LINES_MAX + " lines",
                        TidyTest::isJava,
                        TidyTest::length,
                        "io.api/A.java",
                        "\n".repeat(LINES_MAX)),
                forbidden(
                        "no package is named for what it isn't about",
                        TidyTest::isJava,
                        "(?m)^package .*\\b(util|utils|common|helper|helpers|impl|manager|base)\\b",
                        "package a.util;"),
                forbidden(
                        "no type is named for what it isn't about",
                        TidyTest::isJava,
                        "\\b(class|interface|record|enum) \\w*(Util|Utils|Common|Helper|Helpers|Impl|Manager|Base)\\b",
                        "final cla" + "ss FileUtils {}"),
                forbidden(
                        "nothing is left for later",
                        TidyTest::isJava,
                        "\\b(" + "TO" + "DO|FIX" + "ME|XX" + "X)\\b|@Dis" + "abled",
                        "// TO" + "DO"),
                forbidden(
                        "an errno has a name",
                        TidyTest::isJava,
                        "errno(\\(\\))? *[=!]= *-?[1-9]|Errno\\.name\\([1-9]",
                        "if (e.errno() =" + "= 17) {}"),
                forbidden(
                        "errnos stand on error constants, and in few other files",
                        TidyTest::isWithoutErrnos,
                        "\\b(" + errnos() + ")\\b",
                        "switch (errno) { case EAGAIN -> {} }"),
                forbidden(
                        "no file knows one machine",
                        file -> true,
                        "(?<![\\w.])/(home/\\w|root/|work/)",
                        "see /ho" + "me/me/notes"),
                forbidden(
                        "a library prints nothing",
                        file -> file.matches("io\\.(api|linux|uring|epoll-fallback)/src/main/.*\\.java"),
                        "System\\.(out|err)\\b|printStackTrace\\(\\)",
                        "System.out.println();"),
                forbidden(
                        "a library's engine doesn't sleep",
                        file -> file.matches("io\\.(api|linux|uring|epoll-fallback)/src/main/.*\\.java"),
                        "Thread\\.sleep\\(",
                        "Thread.sleep(1);"),
                forbidden(
                        "memory that the collector frees is kept, not just its address",
                        TidyTest::isJava,
                        "ofAuto\\(\\)\\s*\\.allocate(From)?\\([^;]*\\)\\s*\\.address\\(\\)",
                        "long address = Arena.ofAu" + "to().allocate(layout()).address();"),
                new Rule(
                        "a public type of the API says what it is",
                        file -> file.matches("io\\.api/src/main/.*\\.java"),
                        TidyTest::documentation,
                        "io.api/src/main/java/A.java",
                        "/** Without a full stop */\npublic final class A {}\n"));
    }

    @ParameterizedTest
    @MethodSource("rules")
    void every_file_keeps(Rule rule) {
        List<String> violations = new ArrayList<>();
        for (Path file : SourceTree.texts()) {
            String name = file.toString();
            if (rule.files.test(name)) {
                rule.check.apply(name, SourceTree.text(file)).forEach(wrong -> violations.add(name + ": " + wrong));
            }
        }
        assertEquals(List.of(), violations);
    }

    @ParameterizedTest
    @MethodSource("rules")
    void a_planted_violation_is_found_by(Rule rule) {
        assertEquals(true, rule.files.test(rule.plantedFile), rule.plantedFile);
        assertNotEquals(List.of(), rule.check.apply(rule.plantedFile, rule.planted));
    }

    @Test
    void the_files_looked_at_are_all_of_the_project() {
        List<String> files = SourceTree.texts().stream().map(Path::toString).toList();
        for (String file : List.of(
                "pom.xml",
                "build",
                "docs/errors.tsv",
                "io.api/src/main/java/dev/ringtail/io/Engine.java",
                "io.tests/src/test/java/dev/ringtail/io/tests/tidy/TidyTest.java")) {
            assertEquals(true, files.contains(file), file);
        }
    }

    private static boolean isJava(String file) {
        return file.endsWith(".java");
    }

    private static boolean isWithoutErrnos(String file) {
        return file.matches("io\\.(api|tool)/src/main/.*\\.java")
                && !file.matches(".*/(\\w+Error|Errno|ErrorTable|Engine|Results|Openat|Statx|Read)\\.java");
    }

    private static String errnos() {
        return IntStream.rangeClosed(1, 133)
                .mapToObj(Errno::name)
                .filter(name -> name.startsWith("E"))
                .collect(Collectors.joining("|"));
    }

    private static Rule forbidden(String name, Predicate<String> files, String regex, String planted) {
        Pattern pattern = Pattern.compile(regex);
        return new Rule(name, files, (file, text) -> matches(file, text, pattern), plantedFile(files), planted);
    }

    private static String plantedFile(Predicate<String> files) {
        return Stream.of("io.api/src/main/java/A.java", "io.linux/src/main/java/A.java", "A.java")
                .filter(files)
                .findFirst()
                .orElseThrow();
    }

    private static List<String> matches(String file, String text, Pattern pattern) {
        List<String> found = new ArrayList<>();
        // What a comment says is no code; but what is left for later, or names a machine, is mostly said there.
        boolean isAboutCode = !pattern.matcher("/ho" + "me/x // TO" + "DO").find();
        Matcher matcher = pattern.matcher(isAboutCode && isJava(file) ? withoutComments(text) : text);
        while (matcher.find()) {
            found.add(matcher.group());
        }
        return found;
    }

    private static String withoutComments(String text) {
        return text.replaceAll("(?s)/\\*.*?\\*/", "").replaceAll("(?m)//.*$", "");
    }

    private static List<String> licence(String file, String text) {
        String head = text.lines().limit(3).collect(Collectors.joining("\n"));
        boolean isFirst = isJava(file) ? head.startsWith("// " + SPDX + "\n") : head.contains(SPDX);
        return isFirst ? List.of() : List.of("no " + SPDX + " at its beginning");
    }

    private static List<String> length(String file, String text) {
        long lines = text.lines().count();
        return lines < LINES_MAX ? List.of() : List.of(lines + " lines");
    }

    private static List<String> documentation(String file, String text) {
        List<String> wrong = new ArrayList<>();
        Matcher type = Pattern.compile("(?s)(/\\*\\*(?<doc>.*?)\\*/\\s*)?(@\\w+(\\([^)]*\\))?\\s+)*"
                        + "(?m)^public [a-z -]*?(class|interface|enum|record|@interface) (?<name>\\w+)")
                .matcher(text);
        while (type.find()) {
            String doc = type.group("doc");
            if (doc == null || !doc.contains(".")) {
                wrong.add(type.group("name") + " has no first sentence");
            }
        }
        return wrong;
    }
}
