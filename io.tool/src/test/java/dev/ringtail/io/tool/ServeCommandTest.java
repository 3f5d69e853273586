// SPDX-License-Identifier: Apache-2.0

package dev.ringtail.io.tool;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import java.io.IOException;
import java.net.InetAddress;
import java.net.Socket;
import java.net.URI;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.FileTime;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Random;
import java.util.concurrent.TimeUnit;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Stream;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.MethodSource;

/** The server as a process, with the clients that people use. */
class ServeCommandTest {
    private static final String PROVIDERS = "dev.ringtail.io.tool.TestProviders#names";
    private static final int DESCRIPTORS_MAX = 100;

    @TempDir
    private Path directory;

    @TempDir
    private Path logs;

    private final byte[] content = new byte[300_000];

    @BeforeEach
    void makeFiles() throws IOException {
        new Random(1).nextBytes(content);
        Path file = Files.write(directory.resolve("file"), content);
        Files.setLastModifiedTime(file, FileTime.from(Instant.now().minusSeconds(100)));
        Path small = Files.writeString(directory.resolve("small.txt"), "0123456789");
        Files.setLastModifiedTime(small, FileTime.from(Instant.now().minusSeconds(100)));
    }

    @ParameterizedTest
    @MethodSource(PROVIDERS)
    void curl_gets_the_right_bytes(String provider) throws Exception {
        assumeInstalled("curl");
        try (Command server = Command.start(logs, "serve", "--provider", provider, "--port=0", directory.toString())) {
            String url = url(server);
            Path got = logs.resolve("got");
            run("curl", "-sSf", "--max-time", "30", "-o", got.toString(), url + "file", url + "small.txt");
            assertArrayEquals(content, Files.readAllBytes(got));
            run("curl", "-sSf", "--max-time", "30", "-r", "1000-200999", "-o", got.toString(), url + "file");
            assertEquals(200_000, Files.size(got));
            String head = run("curl", "-sSI", "--max-time", "30", url + "file");
            assertTrue(head.startsWith("HTTP/1.1 200 OK"), head);
            assertTrue(run("curl", "-sS", "--max-time", "30", "--path-as-is", url + "../etc/passwd")
                    .startsWith("404"));
        }
    }

    @ParameterizedTest
    @MethodSource(PROVIDERS)
    void wrk_sees_no_error(String provider) throws Exception {
        assumeInstalled("wrk");
        try (Command server = Command.start(logs, "serve", "--provider", provider, "--port=0", directory.toString())) {
            String url = url(server);
            for (String path : List.of("small.txt", "file")) {
                String report = run("wrk", "-t1", "-c100", "-d2s", "--timeout", "10s", url + path);
                System.out.println(provider + ", " + path + ": " + line(report, "Requests/sec"));
                assertFalse(report.contains("Socket errors"), report);
                assertFalse(report.contains("Non-2xx"), report);
            }
            server.signal("TERM");
            assertEquals(0, server.await(), server.toString());
            assertEquals("", server.err());
        }
    }

    @ParameterizedTest
    @MethodSource(PROVIDERS)
    void a_server_of_few_descriptors_lets_a_crowd_wait(String provider) throws Exception {
        List<String> limited = List.of("sh", "-c", "ulimit -n " + DESCRIPTORS_MAX + "; exec \"$@\"", "sh");
        try (Command server =
                Command.start(logs, limited, "serve", "--provider", provider, "--port=0", directory.toString())) {
            URI uri = URI.create(url(server));
            List<Socket> crowd = new ArrayList<>();
            for (int i = 0; i < 2 * DESCRIPTORS_MAX; i++) {
                crowd.add(new Socket(InetAddress.getLoopbackAddress(), uri.getPort()));
            }
            awaitDescriptors(server, DESCRIPTORS_MAX / 4);
            assertRests(server);
            for (Socket one : crowd) {
                one.close();
            }
            assertArrayEquals(
                    "0123456789".getBytes(StandardCharsets.UTF_8),
                    uri.resolve("small.txt").toURL().openStream().readAllBytes());
            server.signal("TERM");
            assertEquals(0, server.await(), server.toString());
        }
    }

    /** What no directory does on demand: to fail in the middle, or to be read when no descriptor is left. */
    @ParameterizedTest
    @CsvSource({"getdents64:error=EIO, 500", "dup:error=EMFILE, 503"})
    void a_directory_that_cant_be_listed_costs_that_answer_alone(String fault, int status) throws Exception {
        assumeInstalled("strace");
        List<String> traced = List.of("strace", "-f", "-qq", "-o", "/dev/null", "-e", "inject=" + fault);
        try (Command server = Command.start(logs, traced, "serve", "--port=0", directory.toString())) {
            String url = url(server);
            assertEquals(String.valueOf(status), status(url));
            assertEquals("200", status(url + "small.txt"));
            assertEquals("", server.err());
            for (ProcessHandle java :
                    ProcessHandle.of(server.pid()).orElseThrow().children().toList()) {
                java.destroy();
            }
            assertEquals(0, server.await(), server.toString());
        }
    }

    @Test
    void a_name_that_the_locale_lacks_is_linked_byte_for_byte() throws Exception {
        assumeInstalled("curl");
        // By the shell, as the locale of this test may lack the name too.
        List<String> shell = List.of(
                "sh",
                "-c",
                "printf content > \"$(printf '" + directory + "/\\303\\244 b.txt')\"; LC_ALL=POSIX exec \"$@\"",
                "sh");
        try (Command server = Command.start(logs, shell, "serve", "--port=0", directory.toString())) {
            String url = url(server);
            String listing = run("curl", "-sSf", "--max-time", "30", url);
            assertTrue(listing.contains("<a href=\"./%C3%A4%20b.txt\">"), listing);
            assertEquals("content", run("curl", "-sSf", "--max-time", "30", url + "%C3%A4%20b.txt"));
        }
    }

    private String status(String url) throws IOException, InterruptedException {
        assumeInstalled("curl");
        return run("curl", "-sS", "--max-time", "30", "-o", "/dev/null", "-w", "%{http_code}", url);
    }

    private static void awaitDescriptors(Command server, int count) throws IOException, InterruptedException {
        long end = System.nanoTime() + Command.PATIENCE.toNanos();
        int open = 0;
        while (open < count) {
            assertTrue(System.nanoTime() < end, "only " + open + " descriptors are open");
            try (Stream<Path> all = Files.list(Path.of("/proc/" + server.pid() + "/fd"))) {
                open = (int) all.count();
            }
            Thread.sleep(5);
        }
    }

    /** A server that spins never has a quiet half second; one that has just started has, once its code is compiled. */
    private static void assertRests(Command server) throws IOException, InterruptedException {
        long least = Long.MAX_VALUE;
        for (int i = 0; i < 10 && least >= 25; i++) {
            long before = cpuTicks(server);
            Thread.sleep(500);
            least = Math.min(least, cpuTicks(server) - before);
        }
        assertTrue(least < 25, "it doesn't rest: " + least + " hundredths of a second in half a second");
    }

    /** Of processor time used, in hundredths of a second. */
    private static long cpuTicks(Command server) throws IOException {
        String stat = Files.readString(Path.of("/proc/" + server.pid() + "/stat"));
        String[] fields = stat.substring(stat.lastIndexOf(')') + 2).split(" ", -1);
        return Long.parseLong(fields[11]) + Long.parseLong(fields[12]);
    }

    private static String url(Command server) throws IOException, InterruptedException {
        server.awaitOut("serving");
        Matcher url = Pattern.compile("http://\\S+/").matcher(server.out());
        assertTrue(url.find(), server.out());
        return url.group();
    }

    private static void assumeInstalled(String tool) {
        boolean isInstalled = Stream.of(System.getenv("PATH").split(":", -1))
                .anyMatch(folder -> Files.isExecutable(Path.of(folder, tool)));
        assumeTrue(isInstalled, tool + " isn't installed");
    }

    private String run(String... command) throws IOException, InterruptedException {
        Path out = logs.resolve("tool.out");
        Process process = new ProcessBuilder(command)
                .redirectErrorStream(true)
                .redirectOutput(out.toFile())
                .start();
        assertTrue(process.waitFor(Command.PATIENCE.toSeconds(), TimeUnit.SECONDS), "it doesn't end");
        String text = Files.readString(out, StandardCharsets.ISO_8859_1);
        assertEquals(0, process.exitValue(), text);
        return text;
    }

    private static String line(String text, String begin) {
        return text.lines().filter(line -> line.startsWith(begin)).findFirst().orElse("");
    }
}
