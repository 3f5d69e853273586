// SPDX-License-Identifier: Apache-2.0

package dev.ringtail.io.tool;

import dev.ringtail.io.Address;
import dev.ringtail.io.IoLoop;
import dev.ringtail.io.Statistics;
import dev.ringtail.io.tool.http.HttpServer;
import java.io.IOException;
import java.nio.file.Path;
import java.time.Duration;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;

/** A server on a thread and a loop of its own. Used by the thread that made it. */
final class DemoServer implements AutoCloseable {
    private final CompletableFuture<HttpServer> started = new CompletableFuture<>();
    private final CompletableFuture<Statistics> ended = new CompletableFuture<>();
    private final Thread thread;

    DemoServer(Path directory) {
        thread = Thread.ofPlatform().name("serve").daemon().unstarted(() -> serve(directory));
    }

    /** Starts it, and says where it listens. */
    Address start(Duration patience) throws ToolException, InterruptedException {
        thread.start();
        return await(started, patience).address();
    }

    /** Stops it, and says what its loop has done. */
    Statistics stop() throws ToolException, InterruptedException {
        close();
        return await(ended, HttpServer.Settings.STOP_TIMEOUT.plusSeconds(2));
    }

    /** Asks it to stop. Its thread keeps nobody from ending. */
    @Override
    public void close() {
        HttpServer server = started.isCompletedExceptionally() ? null : started.getNow(null);
        if (server != null) {
            server.stop();
        }
    }

    private void serve(Path directory) {
        try (IoLoop loop = IoLoop.open();
                HttpServer server = new HttpServer(loop, HttpServer.Settings.of(directory, Address.loopback(0)))) {
            started.complete(server);
            server.run();
            ended.complete(loop.statistics());
        } catch (IOException | RuntimeException e) {
            started.completeExceptionally(e);
            ended.completeExceptionally(e);
        }
    }

    private static <T> T await(CompletableFuture<T> future, Duration patience)
            throws ToolException, InterruptedException {
        try {
            return future.get(patience.toMillis(), TimeUnit.MILLISECONDS);
        } catch (ExecutionException e) {
            throw new ToolException("the server failed: " + e.getCause());
        } catch (TimeoutException e) {
            throw new ToolException("the server doesn't react");
        }
    }
}
