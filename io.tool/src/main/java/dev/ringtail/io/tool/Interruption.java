// SPDX-License-Identifier: Apache-2.0

package dev.ringtail.io.tool;

import java.time.Duration;
import java.util.OptionalInt;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;

/**
 * While it is open, SIGINT and SIGTERM ask the work that is going on to end, and the process waits until it has. It is a
 * hook of the JVM's shutdown: once that has begun, nothing but {@link Runtime#halt} can choose the exit code.
 */
final class Interruption implements AutoCloseable {
    private final CountDownLatch end = new CountDownLatch(1);
    private final Thread hook;

    /**
     * @param request asks the work to end; runs on a thread of its own
     * @param patience how long the process waits for it
     * @param exitCode of a process that was interrupted and has ended in time; empty: the signal's
     */
    Interruption(Runnable request, Duration patience, OptionalInt exitCode) {
        hook = new Thread(
                () -> {
                    request.run();
                    if (isEndedWithin(patience) && exitCode.isPresent()) {
                        System.out.flush();
                        Runtime.getRuntime().halt(exitCode.getAsInt());
                    }
                },
                "interruption");
        Runtime.getRuntime().addShutdownHook(hook);
    }

    private boolean isEndedWithin(Duration patience) {
        try {
            return end.await(patience.toMillis(), TimeUnit.MILLISECONDS);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            return false;
        }
    }

    /** The work has ended. */
    @Override
    public void close() {
        end.countDown();
        try {
            Runtime.getRuntime().removeShutdownHook(hook);
        } catch (IllegalStateException ignored) {
            // The hook is running: it is what ended the work.
        }
    }
}
