// SPDX-License-Identifier: Apache-2.0

package dev.ringtail.io.tool.http;

import dev.ringtail.io.Address;
import dev.ringtail.io.IoLoop;
import dev.ringtail.io.Options;
import dev.ringtail.io.spi.Provider;
import java.io.IOException;
import java.nio.file.Path;
import java.time.Duration;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import org.jspecify.annotations.Nullable;

/** A server on a thread of its own, with short patience. Closing it fails if the server failed. */
final class RunningServer implements AutoCloseable {
    static final Duration PATIENCE = Duration.ofSeconds(20);

    private final CompletableFuture<HttpServer> started = new CompletableFuture<>();
    private final CompletableFuture<Void> ended = new CompletableFuture<>();
    private final HttpServer server;

    private RunningServer(Provider provider, HttpServer.Settings settings) throws Exception {
        Thread.ofPlatform().daemon().start(() -> run(provider, settings));
        server = started.get(PATIENCE.toSeconds(), TimeUnit.SECONDS);
    }

    static RunningServer start(Provider provider, Path directory) throws Exception {
        return start(provider, directory, Duration.ofSeconds(20), Duration.ofSeconds(20), null);
    }

    static RunningServer start(
            Provider provider, Path directory, Duration headTimeout, Duration sendTimeout, @Nullable AccessLog log)
            throws Exception {
        return start(provider, directory, headTimeout, sendTimeout, HttpServer.Settings.SEND_RATE_MIN, log);
    }

    static RunningServer start(
            Provider provider,
            Path directory,
            Duration headTimeout,
            Duration sendTimeout,
            long sendRateMin,
            @Nullable AccessLog log)
            throws Exception {
        return new RunningServer(
                provider,
                new HttpServer.Settings(
                        directory,
                        Address.loopback(0),
                        4096,
                        512,
                        headTimeout,
                        Duration.ofSeconds(20),
                        sendTimeout,
                        sendRateMin,
                        Duration.ofSeconds(1),
                        Duration.ofSeconds(2),
                        log));
    }

    private void run(Provider provider, HttpServer.Settings settings) {
        try (IoLoop loop = IoLoop.open(provider, Options.defaults());
                HttpServer server = new HttpServer(loop, settings)) {
            started.complete(server);
            server.run();
            ended.complete(null);
        } catch (IOException | RuntimeException | Error e) {
            started.completeExceptionally(e);
            ended.completeExceptionally(e);
        }
    }

    int port() {
        return server.address().port();
    }

    /** How many connections are open. */
    int connectionCount() throws InterruptedException, ExecutionException, TimeoutException {
        CompletableFuture<Integer> count = new CompletableFuture<>();
        server.loop().execute(() -> count.complete(server.connectionCount()));
        return count.get(PATIENCE.toSeconds(), TimeUnit.SECONDS);
    }

    void awaitConnectionCount(int wanted) throws InterruptedException, ExecutionException, TimeoutException {
        long end = System.nanoTime() + PATIENCE.toNanos();
        while (connectionCount() != wanted) {
            if (System.nanoTime() > end) {
                throw new AssertionError(connectionCount() + " connections are open, not " + wanted);
            }
            Thread.sleep(5);
        }
    }

    void stop() {
        server.stop();
    }

    void awaitEnd() throws InterruptedException, ExecutionException, TimeoutException {
        ended.get(PATIENCE.toSeconds(), TimeUnit.SECONDS);
    }

    @Override
    public void close() throws IOException {
        stop();
        try {
            awaitEnd();
        } catch (InterruptedException | ExecutionException | TimeoutException e) {
            throw new IOException("the server didn't end well", e);
        }
    }
}
