// SPDX-License-Identifier: Apache-2.0

package dev.ringtail.io.tool.http;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.ringtail.io.spi.Provider;
import dev.ringtail.io.tool.http.RawClient.Response;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.PrintStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.stream.Stream;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/** What a hostile client gets, and that it doesn't harm the others. */
class HostileClientTest {
    private static final String PROVIDERS = "dev.ringtail.io.tool.TestProviders#available";
    private static final Duration LONG = Duration.ofSeconds(20);

    @TempDir
    private Path parent;

    @SuppressWarnings("NullAway.Init")
    private Path directory;

    @BeforeEach
    void makeFiles() throws IOException {
        directory = Files.createDirectory(parent.resolve("served"));
        Files.writeString(directory.resolve("small.txt"), "0123456789");
        Files.writeString(parent.resolve("secret.txt"), "secret");
        Files.createDirectory(parent.resolve("served-too"));
        Files.writeString(parent.resolve("served-too/secret.txt"), "secret");
        Files.createDirectory(directory.resolve("inside"));
    }

    @ParameterizedTest
    @MethodSource(PROVIDERS)
    void no_path_leads_out(Provider provider) throws Exception {
        try (RunningServer server = RunningServer.start(provider, directory);
                RawClient client = new RawClient(server)) {
            for (String path : new String[] {
                "/../secret.txt",
                "/inside/../../secret.txt",
                "/%2e%2e/secret.txt",
                "/.%2E/secret.txt",
                "/..%2fsecret.txt",
                "/inside%2f..%2f..%2fsecret.txt",
                "/%2e%2e%2fsecret.txt",
                "/inside/..",
                "/./small.txt",
                "/../served-too/secret.txt",
                "/small.txt%00",
                "/small.txt%00.html",
                "/%c0%ae%c0%ae/secret.txt",
                "/%ff",
                "/..%5csecret.txt",
                "http://x/../secret.txt",
            }) {
                client.send(RawClient.head("GET", path));
                assertEquals(404, client.read().status(), path);
            }
            client.send(RawClient.head("GET", "/small.txt"));
            assertEquals("0123456789", client.read().text());
        }
    }

    @ParameterizedTest
    @MethodSource(PROVIDERS)
    void no_link_leads_out_and_one_inside_is_followed(Provider provider) throws Exception {
        Files.createSymbolicLink(directory.resolve("out.txt"), parent.resolve("secret.txt"));
        Files.createSymbolicLink(directory.resolve("out"), parent.resolve("served-too"));
        Files.createSymbolicLink(directory.resolve("relative"), Path.of("../secret.txt"));
        Files.createSymbolicLink(directory.resolve("inside/index.html"), parent.resolve("secret.txt"));
        Files.createSymbolicLink(directory.resolve("in.txt"), Path.of("small.txt"));
        Files.createSymbolicLink(directory.resolve("loop"), Path.of("loop"));
        try (RunningServer server = RunningServer.start(provider, directory)) {
            for (String path :
                    new String[] {"/out.txt", "/out", "/out/", "/out/secret.txt", "/relative", "/inside/", "/loop"}) {
                Response response = RawClient.get(server, path);
                assertEquals(404, response.status(), path);
                assertFalse(response.text().contains("secret"));
            }
            assertEquals("0123456789", RawClient.get(server, "/in.txt").text());
        }
    }

    @ParameterizedTest
    @MethodSource(PROVIDERS)
    void a_link_that_is_changed_to_lead_out_is_noticed(Provider provider) throws Exception {
        Path link = Files.createSymbolicLink(directory.resolve("link"), Path.of("small.txt"));
        try (RunningServer server = RunningServer.start(provider, directory)) {
            assertEquals(200, RawClient.get(server, "/link").status());
            Files.delete(link);
            Files.createSymbolicLink(link, parent.resolve("secret.txt"));
            Thread.sleep(1100);
            assertEquals(404, RawClient.get(server, "/link").status());
        }
    }

    @ParameterizedTest
    @MethodSource(PROVIDERS)
    void what_is_no_file_is_not_served_and_does_not_block(Provider provider) throws Exception {
        assertEquals(
                0,
                new ProcessBuilder("mkfifo", directory.resolve("fifo").toString())
                        .start()
                        .waitFor());
        try (RunningServer server = RunningServer.start(provider, directory)) {
            assertEquals(404, RawClient.get(server, "/fifo").status());
        }
    }

    @ParameterizedTest
    @MethodSource(PROVIDERS)
    void a_request_byte_by_byte_is_understood(Provider provider) throws Exception {
        try (RunningServer server = RunningServer.start(provider, directory);
                RawClient client = new RawClient(server)) {
            for (byte one : RawClient.head("GET", "/small.txt").getBytes(StandardCharsets.US_ASCII)) {
                client.send(new byte[] {one});
            }
            assertEquals("0123456789", client.read().text());
        }
    }

    @ParameterizedTest
    @MethodSource(PROVIDERS)
    void malformed_requests_are_refused_and_the_connection_closed(Provider provider) throws Exception {
        try (RunningServer server = RunningServer.start(provider, directory)) {
            for (String request : new String[] {
                "nonsense\r\n\r\n",
                "GET /small.txt\r\n\r\n",
                "GET small.txt HTTP/1.1\r\nHost: x\r\n\r\n",
                "GET * HTTP/1.1\r\nHost: x\r\n\r\n",
                "GET /small.txt HTTP/1.1\r\n\r\n",
                "GET /small.txt HTTP/1.1\r\nHost: x\r\nHost: y\r\n\r\n",
                "GET /%zz HTTP/1.1\r\nHost: x\r\n\r\n",
                "GET /% HTTP/1.1\r\nHost: x\r\n\r\n",
                "GET /small.txt HTTP/1.1\r\nHost: x\r\nNo colon\r\n\r\n",
                "GET /small.txt HTTP/1.1\r\nHost : x\r\n\r\n",
                "GET /small.txt HTTP/1.1\r\nHost: x\r\n folded: y\r\n\r\n",
                "GET /small.txt HTTP/1.1\r\nHost: x\r\nA: b\0c\r\n\r\n",
                "GET /small.txt HTTP/1.1\r\nHost: x\r\nA: b\rc\r\n\r\n",
                "GET /small.txt HTTP/1.1\r\nHost: x\r\nContent-Length: 1\r\nContent-Length: 2\r\n\r\n",
                "GET /small.txt HTTP/1.1\r\nHost: x\r\nContent-Length: -1\r\n\r\n",
                "GET /small.txt HTTP/1.1\r\nHost: x\r\nContent-Length: 1, 1\r\n\r\n",
                "GET /small.txt HTTP/1.1\r\nHost: x\r\nContent-Length: 5\r\nTransfer-Encoding: chunked\r\n\r\n",
                "\u0016\u0003\u0001\u0002\r\n\r\n",
            }) {
                assertRefused(server, 400, request);
            }
            assertRefused(server, 505, "GET /small.txt HTTP/2.0\r\nHost: x\r\n\r\n");
            assertEquals(200, RawClient.get(server, "/small.txt").status());
        }
    }

    private static void assertRefused(RunningServer server, int status, String request) throws IOException {
        try (RawClient client = new RawClient(server)) {
            client.send(request);
            Response response = client.read();
            assertEquals(status, response.status(), request);
            assertEquals("close", response.headers().get("Connection"));
            assertTrue(client.isAtEnd());
        }
    }

    @ParameterizedTest
    @MethodSource(PROVIDERS)
    void heads_that_are_too_large_are_refused(Provider provider) throws Exception {
        String begin = "GET /small.txt HTTP/1.1\r\nHost: x\r\n";
        try (RunningServer server = RunningServer.start(provider, directory)) {
            assertRefused(server, 431, begin + "A: " + "b".repeat(20_000) + "\r\n\r\n");
            assertRefused(server, 431, begin + "A: b\r\n".repeat(101) + "\r\n");
            assertRefused(server, 431, begin + ("A: " + "b".repeat(1000) + "\r\n").repeat(20) + "\r\n");
            assertRefused(server, 414, "GET /" + "a".repeat(20_000) + " HTTP/1.1\r\nHost: x\r\n\r\n");
            try (RawClient client = new RawClient(server)) {
                client.send(begin + ("A: " + "b".repeat(900) + "\r\n").repeat(15) + "\r\n");
                assertEquals(200, client.read().status());
            }
        }
    }

    @ParameterizedTest
    @MethodSource(PROVIDERS)
    void a_large_body_is_not_read(Provider provider) throws Exception {
        try (RunningServer server = RunningServer.start(provider, directory)) {
            assertRefused(server, 405, RawClient.head("POST", "/", "Content-Length: 999999999999"));
            assertRefused(server, 405, RawClient.head("PUT", "/x", "Expect: 100-continue", "Content-Length: 10"));
        }
    }

    @ParameterizedTest
    @MethodSource(PROVIDERS)
    void a_slow_head_is_ended_with_408(Provider provider) throws Exception {
        try (RunningServer server = RunningServer.start(provider, directory, Duration.ofMillis(300), LONG, null);
                RawClient slow = new RawClient(server);
                RawClient silent = new RawClient(server)) {
            slow.send("GET /small.txt HTTP/1.1\r\nHo");
            assertEquals(408, slow.read().status());
            assertTrue(slow.isAtEnd());
            assertTrue(silent.isAtEnd());
            slow.reset();
            server.awaitConnectionCount(0);
        }
    }

    @ParameterizedTest
    @MethodSource(PROVIDERS)
    void a_client_that_takes_nothing_is_ended(Provider provider) throws Exception {
        Files.write(directory.resolve("huge"), new byte[50 << 20]);
        ByteArrayOutputStream out = new ByteArrayOutputStream();
        AccessLog log = new AccessLog(new PrintStream(out, false, StandardCharsets.UTF_8));
        try (RunningServer server = RunningServer.start(provider, directory, LONG, Duration.ofMillis(300), log);
                RawClient client = new RawClient(server)) {
            client.receiveLittle();
            client.send(RawClient.head("GET", "/huge"));
            client.readAtMost(100);
            server.awaitConnectionCount(0);
        }
        assertTrue(out.toString(StandardCharsets.UTF_8).contains("aborted"), out.toString(StandardCharsets.UTF_8));
    }

    @ParameterizedTest
    @MethodSource(PROVIDERS)
    void a_client_that_takes_a_little_now_and_then_is_ended(Provider provider) throws Exception {
        Files.write(directory.resolve("huge"), new byte[50 << 20]);
        // So short a time, and so high a rate, that what this client takes every 50 ms is not enough.
        try (RunningServer server =
                        RunningServer.start(provider, directory, LONG, Duration.ofMillis(500), 1L << 30, null);
                RawClient client = new RawClient(server)) {
            client.receiveLittle();
            client.send(RawClient.head("GET", "/huge"));
            long end = System.nanoTime() + RunningServer.PATIENCE.toNanos();
            while (server.connectionCount() > 0) {
                assertTrue(System.nanoTime() < end, "still served");
                client.readAtMost(64 << 10);
                Thread.sleep(50);
            }
        }
    }

    @ParameterizedTest
    @MethodSource(PROVIDERS)
    void clients_that_reset_leave_nothing(Provider provider) throws Exception {
        Files.write(directory.resolve("huge"), new byte[50 << 20]);
        try (RunningServer server = RunningServer.start(provider, directory)) {
            assertEquals(200, RawClient.get(server, "/small.txt").status());
            server.awaitConnectionCount(0);
            int before = descriptors();
            for (int i = 0; i < 60; i++) {
                RawClient client = new RawClient(server);
                if (i % 3 > 0) {
                    client.send(RawClient.head("GET", "/huge"));
                }
                if (i % 3 > 1) {
                    client.readAtMost(100_000);
                }
                client.reset();
            }
            server.awaitConnectionCount(0);
            assertEquals(200, RawClient.get(server, "/small.txt").status());
            server.awaitConnectionCount(0);
            // The one that the large file is kept open by.
            assertTrue(descriptors() <= before + 1, descriptors() + " descriptors, " + before + " before");
        }
    }

    @ParameterizedTest
    @MethodSource(PROVIDERS)
    void a_file_cut_while_it_is_sent_ends_the_connection(Provider provider) throws Exception {
        Path huge = Files.write(directory.resolve("huge"), new byte[50 << 20]);
        try (RunningServer server = RunningServer.start(provider, directory);
                RawClient client = new RawClient(server)) {
            client.send(RawClient.head("GET", "/huge"));
            client.readAtMost(100);
            Files.write(huge, new byte[10]);
            assertThrows(IOException.class, () -> {
                byte[] rest = client.readAtMost(50 << 20);
                if (rest.length < 49 << 20) {
                    throw new IOException("cut");
                }
            });
            server.awaitConnectionCount(0);
        }
    }

    @ParameterizedTest
    @MethodSource(PROVIDERS)
    void a_thousand_connections_are_served(Provider provider) throws Exception {
        try (RunningServer server = RunningServer.start(provider, directory)) {
            List<RawClient> clients = new ArrayList<>();
            for (int i = 0; i < 1000; i++) {
                clients.add(new RawClient(server));
            }
            for (int round = 0; round < 2; round++) {
                for (RawClient client : clients) {
                    client.send(RawClient.head("GET", "/small.txt"));
                }
                for (RawClient client : clients) {
                    assertEquals("0123456789", client.read().text());
                }
            }
            assertEquals(1000, server.connectionCount());
            for (RawClient client : clients) {
                client.close();
            }
            server.awaitConnectionCount(0);
        }
    }

    @ParameterizedTest
    @MethodSource(PROVIDERS)
    void the_log_cannot_be_forged(Provider provider) throws Exception {
        ByteArrayOutputStream out = new ByteArrayOutputStream();
        AccessLog log = new AccessLog(new PrintStream(out, false, StandardCharsets.UTF_8));
        try (RunningServer server = RunningServer.start(provider, directory, LONG, LONG, log)) {
            assertEquals(404, RawClient.get(server, "/\"\u009b31m\\").status());
        }
        String line = out.toString(StandardCharsets.UTF_8);
        assertEquals(1, line.lines().count(), line);
        assertTrue(line.contains("\"GET /\\x22\\x9b31m\\x5c\" 404"), line);
    }

    private static int descriptors() throws IOException {
        try (Stream<Path> open = Files.list(Path.of("/proc/self/fd"))) {
            return (int) open.count();
        }
    }
}
