// SPDX-License-Identifier: Apache-2.0

package dev.ringtail.io.tool;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertInstanceOf;
import static org.junit.jupiter.api.Assertions.assertTrue;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import java.io.IOException;
import java.io.RandomAccessFile;
import java.net.HttpURLConnection;
import java.net.URI;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.MethodSource;
import org.junit.jupiter.params.provider.ValueSource;
import tools.jackson.jr.ob.JSON;

/** What a user sees: exit codes, one line of complaint, signals. */
class CommandTest {
    private static final List<String> JAVA_OPTIONS_OF_NO_TEMPORARY_FILE =
            List.of("env", "JDK_JAVA_OPTIONS=-Djava.io.tmpdir=/proc");

    @TempDir
    private Path directory;

    @TempDir
    private Path logs;

    @ParameterizedTest
    @CsvSource({
        "frobnicate, 2",
        "copy, 2",
        "copy --depth 0 a b, 2",
        "copy --block-size 1x a b, 2",
        "serve --port 70000 ., 2",
        "serve --head-timeout -1 ., 2",
        "copy /nonexistent /tmp/x, 1",
        "copy /tmp /tmp/x, 1",
        "copy /proc/self/limits /dev/null, 1",
        "copy /proc/self/limits /nonexistent/x, 1",
        "copy --provider none /proc/self/limits x, 1",
        "serve /nonexistent, 1",
        "demo /nonexistent, 1",
    })
    void a_failure_is_one_line_and_a_code(String line, int code) throws Exception {
        try (Command command = Command.start(logs, line.split(" "))) {
            assertEquals(code, command.await(), command.toString());
            assertEquals("", command.out());
            assertEquals(1, command.err().lines().count(), command.err());
            assertTrue(command.err().startsWith("ringtail"), command.err());
        }
    }

    @Test
    void the_same_file_is_refused() throws Exception {
        Path file = Files.writeString(directory.resolve("file"), "x");
        Path link = Files.createLink(directory.resolve("link"), file);
        try (Command command = Command.start(logs, "copy", file.toString(), link.toString())) {
            assertEquals(1, command.await());
            assertTrue(command.err().contains("same file"), command.err());
        }
    }

    @ParameterizedTest
    @MethodSource("dev.ringtail.io.tool.TestProviders#names")
    void a_copy_into_a_directory_keeps_its_name(String provider) throws Exception {
        Path file = Files.writeString(directory.resolve("file"), "content");
        Path into = Files.createDirectory(directory.resolve("into"));
        try (Command command = Command.start(logs, "--provider", provider, "copy", file.toString(), into.toString())) {
            assertEquals(0, command.await(), command.toString());
            assertTrue(command.out().endsWith("on " + provider + "\n"), command.out());
            assertEquals("", command.err());
        }
        assertEquals("content", Files.readString(into.resolve("file")));
    }

    @ParameterizedTest
    @MethodSource("dev.ringtail.io.tool.TestProviders#names")
    void a_copy_through_a_link_replaces_what_it_leads_to(String provider) throws Exception {
        Path file = Files.writeString(directory.resolve("file"), "new");
        Path old = Files.writeString(directory.resolve("old"), "old");
        Path link = Files.createSymbolicLink(directory.resolve("link"), old);
        try (Command command =
                Command.start(logs, "copy", "--provider=" + provider, file.toString(), link.toString())) {
            assertEquals(0, command.await(), command.toString());
        }
        assertTrue(Files.isSymbolicLink(link));
        assertEquals("new", Files.readString(old));
    }

    @ParameterizedTest
    @MethodSource("dev.ringtail.io.tool.TestProviders#names")
    void a_copy_that_is_interrupted_leaves_nothing(String provider) throws Exception {
        Path source = directory.resolve("source");
        try (RandomAccessFile file = new RandomAccessFile(source.toFile(), "rw")) {
            file.setLength(8L << 30);
        }
        Path target = directory.resolve("copy");
        try (Command command = Command.start(
                logs,
                "copy",
                "--provider",
                provider,
                "--depth=1",
                "--block-size=4k",
                source.toString(),
                target.toString())) {
            while (names().size() < 2) {
                assertTrue(command.isAlive(), command.toString());
                Thread.sleep(1);
            }
            command.signal("INT");
            assertEquals(130, command.await(), command.toString());
        }
        assertEquals(List.of("source"), names());
    }

    @ParameterizedTest
    @MethodSource("dev.ringtail.io.tool.TestProviders#names")
    void no_space_left_is_said_and_leaves_nothing(String provider) throws Exception {
        Path mount = Files.createDirectory(directory.resolve("mount"));
        int mounted = new ProcessBuilder("mount", "-t", "tmpfs", "-o", "size=1m", "tmpfs", mount.toString())
                .redirectErrorStream(true)
                .redirectOutput(ProcessBuilder.Redirect.DISCARD)
                .start()
                .waitFor();
        assumeTrue(mounted == 0, "mounting a small tmpfs needs privileges");
        try {
            Path source = Files.write(directory.resolve("source"), new byte[3 << 20]);
            try (Command command =
                    Command.start(logs, "copy", "--provider", provider, source.toString(), mount + "/copy")) {
                assertEquals(1, command.await());
                assertTrue(command.err().contains("no space left (ENOSPC)"), command.err());
            }
            try (Stream<Path> left = Files.list(mount)) {
                assertEquals(List.of(), left.toList());
            }
        } finally {
            new ProcessBuilder("umount", mount.toString()).start().waitFor();
        }
    }

    @ParameterizedTest
    @MethodSource("dev.ringtail.io.tool.TestProviders#names")
    void serve_ends_with_0_on_SIGTERM_and_SIGINT(String provider) throws Exception {
        Files.writeString(directory.resolve("file"), "content");
        for (String signal : List.of("TERM", "INT")) {
            try (Command command = Command.start(
                    logs, "serve", "--provider", provider, "--port", "0", "--log", directory.toString())) {
                command.awaitOut("serving");
                Matcher address = Pattern.compile("http://\\S+/").matcher(command.out());
                assertTrue(address.find(), command.out());
                HttpURLConnection connection = (HttpURLConnection)
                        URI.create(address.group() + "file").toURL().openConnection();
                assertArrayEquals(
                        "content".getBytes(StandardCharsets.UTF_8),
                        connection.getInputStream().readAllBytes());
                command.signal(signal);
                assertEquals(0, command.await(), command.toString());
                assertTrue(command.out().contains("\"GET /file\" 200"), command.out());
                assertEquals("", command.err());
            }
        }
    }

    @ParameterizedTest
    @MethodSource("dev.ringtail.io.tool.TestProviders#names")
    void doctor_says_what_works_and_says_it_as_json(String provider) throws Exception {
        try (Command command = Command.start(logs, "doctor", "--json")) {
            assertEquals(0, command.await(), command.toString());
            Map<String, Object> root = JSON.std.mapFrom(command.out());
            assertEquals(true, root.get("works"));
            boolean isFound = false;
            for (Object one : assertInstanceOf(List.class, root.get("providers"))) {
                Map<?, ?> found = assertInstanceOf(Map.class, one);
                isFound |= provider.equals(found.get("name")) && Boolean.TRUE.equals(found.get("works"));
            }
            assertTrue(isFound, command.out());
        }
        try (Command command = Command.start(logs, "doctor")) {
            assertEquals(0, command.await(), command.toString());
            assertTrue(command.out().contains(provider), command.out());
            assertFalse(command.out().contains("failing"), command.out());
        }
    }

    @Test
    void doctor_says_what_it_could_not_try_without_blaming_the_provider() throws Exception {
        // A folder that nobody can make a file in, whoever runs this.
        try (Command command = Command.start(logs, JAVA_OPTIONS_OF_NO_TEMPORARY_FILE, "doctor")) {
            assertEquals(0, command.await(), command.toString());
            assertTrue(
                    command.out().replaceAll("\\s+", " ").contains("not tried: openat write read fsync statx ("),
                    command.out());
            assertFalse(command.out().contains("fails"), command.out());
        }
    }

    @ParameterizedTest
    @ValueSource(strings = {"copy /proc/self/limits", "serve"})
    void a_name_that_the_locale_lacks_is_one_clear_line(String line) throws Exception {
        // By the shell, as the locale of this test may lack it too.
        List<String> shell = List.of("sh", "-c", "LC_ALL=POSIX exec \"$@\" \"$(printf '\\303\\244')\"", "sh");
        try (Command command = Command.start(logs, shell, line.split(" "))) {
            assertEquals(2, command.await(), command.toString());
            assertEquals(1, command.err().lines().count(), command.err());
            assertTrue(command.err().contains("set LC_ALL=C.UTF-8"), command.err());
        }
    }

    @ParameterizedTest
    @MethodSource("dev.ringtail.io.tool.TestProviders#names")
    void demo_proves_that_the_bytes_are_right(String provider) throws Exception {
        Path file = Files.write(directory.resolve("file"), new byte[5_000_001]);
        try (Command command = Command.start(logs, "demo", "--provider", provider, file.toString())) {
            assertEquals(0, command.await(), command.toString());
            assertTrue(command.out().contains("provider " + provider), command.out());
            assertTrue(command.out().contains("All three are the same"), command.out());
            assertTrue(command.out().lines().count() <= 24, command.out());
        }
    }

    private List<String> names() throws IOException {
        try (Stream<Path> entries = Files.list(directory)) {
            return entries.map(path -> path.getFileName().toString()).sorted().toList();
        }
    }
}
