// SPDX-License-Identifier: Apache-2.0

package dev.ringtail.io.tool.http;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertNotEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.ringtail.io.spi.Provider;
import dev.ringtail.io.tool.http.RawClient.Response;
import java.io.IOException;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.FileTime;
import java.time.Instant;
import java.util.Arrays;
import java.util.Random;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/** What a well-behaved client gets. */
class HttpServerTest {
    private static final String PROVIDERS = "dev.ringtail.io.tool.TestProviders#available";

    @TempDir
    private Path directory;

    private final byte[] large = new byte[1_000_003];

    @BeforeEach
    void makeFiles() throws IOException {
        new Random(1).nextBytes(large);
        Files.write(directory.resolve("large.bin"), large);
        file("small.txt", "0123456789");
        file("empty", "");
        Files.createDirectories(directory.resolve("sub/with index"));
        file("sub/a <b>&c.html", "x");
        file("sub/with index/index.html", "<p>index</p>");
    }

    /** Old enough to be kept by the server. */
    private Path file(String name, String content) throws IOException {
        Path file = Files.writeString(directory.resolve(name), content);
        return Files.setLastModifiedTime(file, FileTime.from(Instant.now().minusSeconds(100)));
    }

    @ParameterizedTest
    @MethodSource(PROVIDERS)
    void a_file_comes_with_its_type_and_length(Provider provider) throws Exception {
        try (RunningServer server = RunningServer.start(provider, directory)) {
            Response response = RawClient.get(server, "/small.txt");
            assertEquals(200, response.status());
            assertEquals("0123456789", response.text());
            assertEquals("text/plain; charset=utf-8", response.headers().get("Content-Type"));
            assertEquals("bytes", response.headers().get("Accept-Ranges"));
            assertTrue(response.headers().containsKey("Date"));
            assertEquals("", RawClient.get(server, "/empty").text());
        }
    }

    @ParameterizedTest
    @MethodSource(PROVIDERS)
    void a_large_file_comes_whole_to_the_jdks_client(Provider provider) throws Exception {
        try (RunningServer server = RunningServer.start(provider, directory);
                HttpClient client = HttpClient.newBuilder()
                        .version(HttpClient.Version.HTTP_1_1)
                        .build()) {
            URI uri = URI.create("http://127.0.0.1:" + server.port() + "/large.bin");
            for (int i = 0; i < 5; i++) {
                HttpResponse<byte[]> response =
                        client.send(HttpRequest.newBuilder(uri).build(), HttpResponse.BodyHandlers.ofByteArray());
                assertEquals(200, response.statusCode());
                assertArrayEquals(large, response.body());
            }
        }
    }

    @ParameterizedTest
    @MethodSource(PROVIDERS)
    void sizes_around_every_buffer_come_whole(Provider provider) throws Exception {
        try (RunningServer server = RunningServer.start(provider, directory);
                RawClient client = new RawClient(server)) {
            for (int size : new int[] {16383, 16384, 16385, 65535, 65536, 65537, 131072, 131073, 200_000}) {
                byte[] content = Arrays.copyOf(large, size);
                Files.write(directory.resolve("sized"), content);
                client.send(RawClient.head("GET", "/sized"));
                assertArrayEquals(content, client.read().body(), "size " + size);
            }
        }
    }

    @ParameterizedTest
    @MethodSource(PROVIDERS)
    void head_is_the_same_without_the_body(Provider provider) throws Exception {
        try (RunningServer server = RunningServer.start(provider, directory);
                RawClient client = new RawClient(server)) {
            for (String path : new String[] {"/small.txt", "/large.bin", "/missing", "/sub/"}) {
                client.send(RawClient.head("HEAD", path));
                Response head = client.read(false);
                client.send(RawClient.head("GET", path));
                Response get = client.read();
                assertEquals(get.status(), head.status());
                assertEquals(get.headers().get("Content-Length"), head.headers().get("Content-Length"));
                assertEquals(get.headers().get("ETag"), head.headers().get("ETag"));
            }
        }
    }

    @ParameterizedTest
    @MethodSource(PROVIDERS)
    void ranges(Provider provider) throws Exception {
        try (RunningServer server = RunningServer.start(provider, directory)) {
            assertRange(server, "/small.txt", "bytes=2-4", "bytes 2-4/10", "234");
            assertRange(server, "/small.txt", "bytes=7-", "bytes 7-9/10", "789");
            assertRange(server, "/small.txt", "bytes=-3", "bytes 7-9/10", "789");
            assertRange(server, "/small.txt", "bytes=-30", "bytes 0-9/10", "0123456789");
            assertRange(server, "/small.txt", "bytes=9-99", "bytes 9-9/10", "9");
            for (String unsatisfiable : new String[] {"bytes=10-", "bytes=10-12", "bytes=-0"}) {
                Response response = RawClient.get(server, "/small.txt", "Range: " + unsatisfiable);
                assertEquals(416, response.status(), unsatisfiable);
                assertEquals("bytes */10", response.headers().get("Content-Range"));
            }
            for (String ignored : new String[] {"bytes=1-2,4-5", "lines=1-2", "bytes=5-2", "bytes=x-", "bytes=-"}) {
                assertEquals(
                        200,
                        RawClient.get(server, "/small.txt", "Range: " + ignored).status(),
                        ignored);
            }
            Response middle = RawClient.get(server, "/large.bin", "Range: bytes=70000-800000");
            assertEquals(206, middle.status());
            assertArrayEquals(Arrays.copyOfRange(large, 70000, 800001), middle.body());
        }
    }

    private static void assertRange(RunningServer server, String path, String range, String described, String body)
            throws IOException {
        Response response = RawClient.get(server, path, "Range: " + range);
        assertEquals(206, response.status(), range);
        assertEquals(described, response.headers().get("Content-Range"));
        assertEquals(body, response.text());
    }

    @ParameterizedTest
    @MethodSource(PROVIDERS)
    void a_range_of_another_version_is_not_mixed_in(Provider provider) throws Exception {
        try (RunningServer server = RunningServer.start(provider, directory)) {
            String etag = RawClient.get(server, "/small.txt").headers().get("ETag");
            assertEquals(
                    206,
                    RawClient.get(server, "/small.txt", "Range: bytes=1-2", "If-Range: " + etag)
                            .status());
            assertEquals(
                    200,
                    RawClient.get(server, "/small.txt", "Range: bytes=1-2", "If-Range: \"x\"")
                            .status());
        }
    }

    @ParameterizedTest
    @MethodSource(PROVIDERS)
    void what_the_client_has_is_not_sent_again(Provider provider) throws Exception {
        try (RunningServer server = RunningServer.start(provider, directory);
                RawClient client = new RawClient(server)) {
            client.send(RawClient.head("GET", "/small.txt"));
            Response first = client.read();
            String etag = first.headers().get("ETag");
            String date = first.headers().get("Last-Modified");
            for (String condition : new String[] {
                "If-None-Match: " + etag,
                "If-None-Match: \"x\", W/" + etag,
                "If-None-Match: *",
                "If-Modified-Since: " + date,
            }) {
                client.send(RawClient.head("GET", "/small.txt", condition));
                Response second = client.read(false);
                assertEquals(304, second.status(), condition);
                assertEquals(etag, second.headers().get("ETag"));
            }
            for (String condition : new String[] {
                "If-None-Match: \"x\"",
                "If-None-Match: \"x\"\r\nIf-Modified-Since: " + date,
                "If-Modified-Since: Thu, 01 Jan 1970 00:00:00 GMT",
                "If-Modified-Since: yesterday",
            }) {
                client.send(RawClient.head("GET", "/small.txt", condition));
                assertEquals(200, client.read().status(), condition);
            }
        }
    }

    @ParameterizedTest
    @MethodSource(PROVIDERS)
    void a_changed_file_is_noticed(Provider provider) throws Exception {
        try (RunningServer server = RunningServer.start(provider, directory)) {
            Response before = RawClient.get(server, "/small.txt");
            Files.writeString(directory.resolve("small.txt"), "abcdefghij");
            Thread.sleep(1100);
            Response after = RawClient.get(server, "/small.txt");
            assertEquals("abcdefghij", after.text());
            assertNotEquals(before.headers().get("ETag"), after.headers().get("ETag"));
            // Changed a moment ago, so not kept: noticed at once.
            Files.writeString(directory.resolve("small.txt"), "ABCDEFGHIJ");
            assertEquals("ABCDEFGHIJ", RawClient.get(server, "/small.txt").text());
            Files.delete(directory.resolve("small.txt"));
            assertEquals(404, RawClient.get(server, "/small.txt").status());
        }
    }

    @ParameterizedTest
    @MethodSource(PROVIDERS)
    void a_directory_is_its_index_or_a_listing(Provider provider) throws Exception {
        try (RunningServer server = RunningServer.start(provider, directory)) {
            Response index = RawClient.get(server, "/sub/with%20index/");
            assertEquals("<p>index</p>", index.text());
            assertEquals("text/html; charset=utf-8", index.headers().get("Content-Type"));
            Response listing = RawClient.get(server, "/sub/");
            assertEquals(200, listing.status());
            assertTrue(
                    listing.text().contains("<a href=\"./a%20%3Cb%3E%26c.html\">a &lt;b&gt;&amp;c.html</a>"),
                    listing.text());
            assertTrue(listing.text().contains("href=\"./with%20index/\""), listing.text());
            assertEquals("x", RawClient.get(server, "/sub/a%20%3Cb%3E%26c.html").text());
            assertEquals(200, RawClient.get(server, "/").status());
        }
    }

    @ParameterizedTest
    @MethodSource(PROVIDERS)
    void a_long_listing_comes_whole(Provider provider) throws Exception {
        Path many = Files.createDirectory(directory.resolve("many"));
        for (int i = 0; i < 1500; i++) {
            Files.createFile(many.resolve("a-rather-long-file-name-" + i));
        }
        try (RunningServer server = RunningServer.start(provider, directory)) {
            Response listing = RawClient.get(server, "/many/");
            assertTrue(listing.body().length > 64 << 10);
            assertTrue(listing.text().endsWith("</html>\n"));
            assertTrue(listing.text().contains("a-rather-long-file-name-1499"));
        }
    }

    @ParameterizedTest
    @MethodSource(PROVIDERS)
    void a_directory_without_its_slash_is_redirected(Provider provider) throws Exception {
        try (RunningServer server = RunningServer.start(provider, directory)) {
            Response response = RawClient.get(server, "/sub/with%20index?a=b");
            assertEquals(301, response.status());
            assertEquals("/sub/with%20index/?a=b", response.headers().get("Location"));
            assertEquals(301, RawClient.get(server, "http://x/sub").status());
        }
    }

    @ParameterizedTest
    @MethodSource(PROVIDERS)
    void what_is_not_there_is_404_and_the_connection_goes_on(Provider provider) throws Exception {
        try (RunningServer server = RunningServer.start(provider, directory);
                RawClient client = new RawClient(server)) {
            for (String path :
                    new String[] {"/missing", "/small.txt/", "/small.txt/x", "/sub/missing/x", "/" + "a".repeat(300)}) {
                client.send(RawClient.head("GET", path));
                assertEquals(404, client.read().status(), path);
            }
            client.send(RawClient.head("GET", "/small.txt"));
            assertEquals(200, client.read().status());
        }
    }

    @ParameterizedTest
    @MethodSource(PROVIDERS)
    void other_methods_are_told_which_are_allowed(Provider provider) throws Exception {
        try (RunningServer server = RunningServer.start(provider, directory)) {
            for (String method : new String[] {"POST", "PUT", "DELETE", "OPTIONS", "get", "BREW"}) {
                Response response = RawClient.request(server, method, "/small.txt", "Content-Length: 0");
                assertEquals(405, response.status(), method);
                assertEquals("GET, HEAD", response.headers().get("Allow"));
            }
        }
    }

    @ParameterizedTest
    @MethodSource(PROVIDERS)
    void http_1_0_is_closed_unless_it_asks_otherwise(Provider provider) throws Exception {
        try (RunningServer server = RunningServer.start(provider, directory)) {
            try (RawClient client = new RawClient(server)) {
                client.send("GET /small.txt HTTP/1.0\r\n\r\n");
                assertEquals("0123456789", client.read().text());
                assertTrue(client.isAtEnd());
            }
            try (RawClient client = new RawClient(server)) {
                client.send("GET /small.txt HTTP/1.0\r\nConnection: keep-alive\r\n\r\n");
                assertEquals("keep-alive", client.read().headers().get("Connection"));
                client.send("GET /small.txt HTTP/1.0\r\n\r\n");
                assertEquals("0123456789", client.read().text());
            }
        }
    }

    @ParameterizedTest
    @MethodSource(PROVIDERS)
    void pipelined_requests_are_answered_in_order(Provider provider) throws Exception {
        try (RunningServer server = RunningServer.start(provider, directory);
                RawClient client = new RawClient(server)) {
            StringBuilder requests = new StringBuilder();
            for (int i = 0; i < 300; i++) {
                requests.append(RawClient.head(
                        "GET", i % 7 == 3 ? "/large.bin" : "/small.txt", "Range: bytes=" + i % 10 + "-" + i % 10));
            }
            client.send(requests.toString());
            for (int i = 0; i < 300; i++) {
                byte[] body = client.read().body();
                byte[] expected = {i % 7 == 3 ? large[i % 10] : (byte) ('0' + i % 10)};
                assertArrayEquals(expected, body, "response " + i);
            }
        }
    }

    @ParameterizedTest
    @MethodSource(PROVIDERS)
    void a_request_with_a_body_is_answered_and_its_body_is_not_taken_for_a_request(Provider provider) throws Exception {
        try (RunningServer server = RunningServer.start(provider, directory);
                RawClient client = new RawClient(server)) {
            String body = RawClient.head("GET", "/missing");
            for (int i = 0; i < 3; i++) {
                client.send(RawClient.head("GET", "/small.txt", "Content-Length: " + body.length()) + body);
                assertEquals("0123456789", client.read().text());
            }
            client.send(RawClient.head("POST", "/small.txt", "Content-Length: " + body.length()) + body);
            assertEquals(405, client.read().status());
            client.send(RawClient.head("GET", "/small.txt", "Transfer-Encoding: chunked") + "0\r\n\r\n");
            Response last = client.read();
            assertEquals(200, last.status());
            assertEquals("close", last.headers().get("Connection"));
            assertTrue(client.isAtEnd());
        }
    }

    @ParameterizedTest
    @MethodSource(PROVIDERS)
    void a_client_that_has_shut_down_its_side_still_gets_its_answer(Provider provider) throws Exception {
        try (RunningServer server = RunningServer.start(provider, directory);
                RawClient client = new RawClient(server)) {
            client.send(RawClient.head("GET", "/large.bin"));
            client.shutDownOutput();
            assertArrayEquals(large, client.read().body());
            assertTrue(client.isAtEnd());
            server.awaitConnectionCount(0);
        }
    }

    @ParameterizedTest
    @MethodSource(PROVIDERS)
    void a_stopping_server_finishes_its_responses(Provider provider) throws Exception {
        try (RunningServer server = RunningServer.start(provider, directory);
                RawClient idle = new RawClient(server);
                RawClient busy = new RawClient(server)) {
            Files.write(directory.resolve("huge"), new byte[20 << 20]);
            idle.send(RawClient.head("GET", "/small.txt"));
            assertEquals(200, idle.read().status());
            busy.send(RawClient.head("GET", "/huge"));
            byte[] first = busy.readAtMost(1000);
            server.stop();
            assertTrue(idle.isAtEnd());
            int rest = busy.readAtMost(Integer.MAX_VALUE - 8).length;
            assertTrue(first.length + rest > 20 << 20, "only " + rest);
            server.awaitEnd();
            assertFalse(isListening(server));
        }
    }

    private static boolean isListening(RunningServer server) {
        try (RawClient _ = new RawClient(server)) {
            return true;
        } catch (IOException e) {
            return false;
        }
    }
}
