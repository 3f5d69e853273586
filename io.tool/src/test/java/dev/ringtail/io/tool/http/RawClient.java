// SPDX-License-Identifier: Apache-2.0

package dev.ringtail.io.tool.http;

import java.io.BufferedInputStream;
import java.io.ByteArrayOutputStream;
import java.io.EOFException;
import java.io.IOException;
import java.io.InputStream;
import java.net.InetAddress;
import java.net.Socket;
import java.net.StandardSocketOptions;
import java.nio.charset.StandardCharsets;
import java.util.Map;
import java.util.TreeMap;

/** A client that sends exactly what it is told to, and reads one response after the other. */
final class RawClient implements AutoCloseable {
    private final Socket socket;
    private final InputStream in;

    /** A response as it came. */
    @SuppressWarnings("ArrayRecordComponent") // Nobody compares responses.
    record Response(int status, Map<String, String> headers, byte[] body) {
        String text() {
            return new String(body, StandardCharsets.UTF_8);
        }
    }

    RawClient(RunningServer server) throws IOException {
        socket = new Socket(InetAddress.getLoopbackAddress(), server.port());
        socket.setSoTimeout((int) RunningServer.PATIENCE.toMillis());
        socket.setTcpNoDelay(true);
        in = new BufferedInputStream(socket.getInputStream());
    }

    /** One request on a connection of its own. */
    static Response get(RunningServer server, String target, String... headers) throws IOException {
        return request(server, "GET", target, headers);
    }

    static Response request(RunningServer server, String method, String target, String... headers) throws IOException {
        try (RawClient client = new RawClient(server)) {
            client.send(head(method, target, headers));
            return client.read(!method.equals("HEAD"));
        }
    }

    static String head(String method, String target, String... headers) {
        return method + " " + target + " HTTP/1.1\r\nHost: x\r\n"
                + (headers.length == 0 ? "" : String.join("\r\n", headers) + "\r\n") + "\r\n";
    }

    void send(String text) throws IOException {
        send(text.getBytes(StandardCharsets.ISO_8859_1));
    }

    void send(byte[] bytes) throws IOException {
        socket.getOutputStream().write(bytes);
    }

    Response read() throws IOException {
        return read(true);
    }

    Response read(boolean hasBody) throws IOException {
        String statusLine = line();
        Map<String, String> headers = new TreeMap<>(String.CASE_INSENSITIVE_ORDER);
        for (String line = line(); !line.isEmpty(); line = line()) {
            int colon = line.indexOf(':');
            headers.put(line.substring(0, colon), line.substring(colon + 1).strip());
        }
        int length = hasBody ? Integer.parseInt(headers.getOrDefault("Content-Length", "0")) : 0;
        byte[] body = in.readNBytes(length);
        if (body.length < length) {
            throw new EOFException("a body of " + body.length + " bytes instead of " + length);
        }
        return new Response(Integer.parseInt(statusLine.split(" ", -1)[1]), headers, body);
    }

    private String line() throws IOException {
        ByteArrayOutputStream line = new ByteArrayOutputStream();
        for (int next = in.read(); next != '\n'; next = in.read()) {
            if (next < 0) {
                throw new EOFException("after: " + line);
            }
            line.write(next);
        }
        return line.toString(StandardCharsets.ISO_8859_1).stripTrailing();
    }

    /** Whether the server has closed, and sent nothing before. */
    boolean isAtEnd() throws IOException {
        return in.read() < 0;
    }

    /** Of what the server has sent, at most so much. */
    byte[] readAtMost(int count) throws IOException {
        return in.readNBytes(count);
    }

    void shutDownOutput() throws IOException {
        socket.shutdownOutput();
    }

    void receiveLittle() throws IOException {
        socket.setReceiveBufferSize(4096);
    }

    /** Closes with a reset instead of an end. */
    void reset() throws IOException {
        socket.setOption(StandardSocketOptions.SO_LINGER, 0);
        socket.close();
    }

    @Override
    public void close() throws IOException {
        socket.close();
    }
}
