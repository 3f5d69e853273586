// SPDX-License-Identifier: Apache-2.0

package dev.ringtail.io.tool.http;

import dev.ringtail.io.Accept;
import dev.ringtail.io.Address;
import dev.ringtail.io.IoLoop;
import dev.ringtail.io.SocketOption;
import dev.ringtail.io.Timeout;
import java.io.IOException;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Deque;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;

/**
 * Serves a directory's files over HTTP/1.1, on one loop and its thread. Made and run by that thread; {@link #stop} is for
 * any.
 */
public final class HttpServer implements AutoCloseable {
    /** How many accepts wait at once: each takes one connection per pass of the loop. */
    private static final int ACCEPTOR_COUNT = 8;

    private static final int BACKLOG = 4096;

    /** How often deadlines are looked at, and so how late they may be noticed. */
    private static final long SWEEP_NANOS = TimeUnit.MILLISECONDS.toNanos(100);

    private final IoLoop loop;
    private final Settings settings;
    private final Closing closing;
    private final Resources resources;
    private final FileBody.Pool pool;
    private final ResponseHead.Shared shared = new ResponseHead.Shared();
    private final List<Acceptor> acceptors = new ArrayList<>();
    private final Timeout sweep;
    private final Timeout stopLimit;
    private final int listeningFd;
    private final Address address;

    private final Set<HttpConnection> connections = new HashSet<>();
    private final Deque<HttpConnection> unused = new ArrayDeque<>();
    private boolean isStopping;
    private boolean isDone;

    private long acceptedCount;

    /**
     * How it serves.
     *
     * @param connectionsMax more wait to be accepted
     * @param openFilesMax files that are kept, small ones in memory, others by an open descriptor
     * @param headTimeout for a request's head to come in, once begun, and for a new connection's first byte
     * @param idleTimeout for the next request to begin
     * @param sendTimeout for the client to take the rest of the response, or {@code sendRateMin} for each second of it
     * @param sendRateMin bytes per second
     * @param lingerTimeout for the client to close its side after us
     * @param stopTimeout for responses to be finished when the server stops
     * @param log null: none
     */
    public record Settings(
            Path directory,
            Address address,
            int connectionsMax,
            int openFilesMax,
            Duration headTimeout,
            Duration idleTimeout,
            Duration sendTimeout,
            long sendRateMin,
            Duration lingerTimeout,
            Duration stopTimeout,
            @Nullable AccessLog log) {
        /** Of a client that is slow, but no slower than any network. */
        public static final long SEND_RATE_MIN = 1024;

        /** For a server that stops. */
        public static final Duration STOP_TIMEOUT = Duration.ofSeconds(5);

        /** What the command does unless told otherwise. */
        public static Settings of(Path directory, Address address) {
            return new Settings(
                    directory,
                    address,
                    4096,
                    512,
                    Duration.ofSeconds(10),
                    Duration.ofSeconds(60),
                    Duration.ofSeconds(30),
                    SEND_RATE_MIN,
                    Duration.ofSeconds(2),
                    STOP_TIMEOUT,
                    null);
        }
    }

    /**
     * Listens; {@link #run} answers.
     *
     * @throws IOException if the directory can't be read, or the address can't be listened on
     */
    public HttpServer(IoLoop loop, Settings settings) throws IOException {
        this.loop = loop;
        this.settings = settings;
        Path root = settings.directory().toRealPath();
        closing = new Closing(loop);
        resources = new Resources(loop, closing, root, settings.openFilesMax());
        pool = new FileBody.Pool(loop);
        sweep = new Timeout(loop, done -> onSweep());
        stopLimit = new Timeout(loop, done -> end());
        listeningFd = loop.sockets().openListening(settings.address(), BACKLOG);
        // Accepted sockets inherit it: the end of a large file must not wait for the client's acknowledgement.
        loop.sockets().setOption(listeningFd, SocketOption.NO_DELAY, 1);
        address = loop.sockets().localAddress(listeningFd);
    }

    /** Where it listens. */
    public Address address() {
        return address;
    }

    /** Connections taken so far. For the loop's thread. */
    public long acceptedCount() {
        return acceptedCount;
    }

    /** Connections open now. For the loop's thread. */
    public int connectionCount() {
        return connections.size();
    }

    /** Answers until it is stopped. Then the loop is closed. */
    public void run() {
        for (int i = 0; i < ACCEPTOR_COUNT; i++) {
            acceptors.add(new Acceptor(this, loop));
        }
        acceptors.forEach(Acceptor::goOn);
        sweep.submit(SWEEP_NANOS);
        while (!isDone) {
            loop.runFor(Long.MAX_VALUE);
        }
    }

    /**
     * Stops it: no new connections, responses finished as long as {@link Settings#stopTimeout} allows. Any thread. Without
     * effect once it has stopped.
     */
    public void stop() {
        try {
            loop.execute(this::beginStop);
        } catch (IllegalStateException ignored) {
            // The loop is closed: it has stopped.
        }
    }

    /** Frees what is left, if {@link #run} ended by an exception or never ran. */
    @Override
    public void close() {
        loop.close();
    }

    private void beginStop() {
        if (isStopping) {
            return;
        }
        isStopping = true;
        closing.close(listeningFd);
        for (HttpConnection connection : connections) {
            connection.stop();
        }
        stopLimit.submit(settings.stopTimeout());
        endIfDone();
    }

    private void endIfDone() {
        if (isStopping && connections.isEmpty()) {
            end();
        }
    }

    // What is still open is closed: a Close that is queued is carried out by the loop's close (semantics 1.8).
    private void end() {
        if (isDone) {
            return;
        }
        isDone = true;
        for (HttpConnection connection : connections) {
            connection.close();
        }
        resources.dropAll();
        closing.end();
        flushLog();
        loop.close();
    }

    private void onSweep() {
        if (isDone) {
            return;
        }
        long now = System.nanoTime();
        for (HttpConnection connection : connections) {
            try {
                connection.checkDeadline(now);
            } catch (RuntimeException e) {
                connection.failed(e);
            }
        }
        flushLog();
        sweep.submit(SWEEP_NANOS);
    }

    private void flushLog() {
        AccessLog log = settings.log();
        if (log != null) {
            log.flush();
        }
    }

    // ---------------------------------------------------------------------------------------------- for its parts

    IoLoop loop() {
        return loop;
    }

    Settings settings() {
        return settings;
    }

    Resources resources() {
        return resources;
    }

    FileBody.Pool pool() {
        return pool;
    }

    ResponseHead.Shared shared() {
        return shared;
    }

    int listeningFd() {
        return listeningFd;
    }

    boolean isStopping() {
        return isStopping;
    }

    boolean isAccepting() {
        return !isStopping && connections.size() < settings.connectionsMax();
    }

    long deadline(Duration patience) {
        return System.nanoTime() + patience.toNanos();
    }

    /** A connection that was taken although the server is stopping is closed at once. */
    void accepted(Accept accept) {
        int fd = accept.acceptedFd();
        if (isStopping) {
            closing.close(fd);
            return;
        }
        acceptedCount++;
        HttpConnection connection = unused.poll();
        if (connection == null) {
            connection = new HttpConnection(this, loop);
        }
        connections.add(connection);
        try {
            connection.start(
                    fd, settings.log() == null ? "" : accept.peerAddress().toString());
        } catch (RuntimeException e) {
            connection.failed(e);
        }
    }

    /** There was no descriptor for a connection. Files that are only kept open give theirs back. */
    void ranOut() {
        if (!isDone) {
            resources.dropAll();
        }
    }

    void freed(HttpConnection connection) {
        connections.remove(connection);
        unused.push(connection);
        if (isDone) {
            return;
        }
        acceptors.forEach(Acceptor::goOn);
        endIfDone();
    }
}
