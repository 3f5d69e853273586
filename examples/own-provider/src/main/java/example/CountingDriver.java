// SPDX-License-Identifier: Apache-2.0

package example;

import dev.ringtail.io.Capability;
import dev.ringtail.io.KernelOperation;
import dev.ringtail.io.spi.Driver;
import dev.ringtail.io.spi.SystemCalls;
import java.util.Set;

/** A driver whose start and await pass through here. Steady state allocates nothing: the loop promises that. */
final class CountingDriver implements Driver, Driver.Sink {
    private final Driver driver;

    private long startedCount;
    private long completedCount;

    /** The loop's, while it waits. */
    private Driver.Sink sink = (token, result, flags) -> {};

    CountingDriver(Driver driver) {
        this.driver = driver;
    }

    @Override
    public boolean start(long token, KernelOperation operation) {
        boolean isTaken = driver.start(token, operation);
        if (isTaken) {
            startedCount++;
        }
        return isTaken;
    }

    @Override
    public void await(long timeoutNanos, Driver.Sink loop) {
        sink = loop;
        driver.await(timeoutNanos, this);
    }

    @Override
    public void completed(long token, int result, int flags) {
        completedCount++;
        sink.completed(token, result, flags);
    }

    @Override
    public void close() {
        driver.close();
        // Exactly once each: the one thing that a driver is for.
        if (startedCount != completedCount) {
            throw new AssertionError(startedCount + " operations started, " + completedCount + " completed");
        }
    }

    @Override
    public boolean cancel(long token) {
        return driver.cancel(token);
    }

    @Override
    public boolean submit() {
        return driver.submit();
    }

    @Override
    public void wakeup() {
        driver.wakeup();
    }

    @Override
    public Set<Capability> capabilities() {
        return driver.capabilities();
    }

    @Override
    public long nanoTime() {
        return driver.nanoTime();
    }

    @Override
    public long kernelEntries() {
        return driver.kernelEntries();
    }

    @Override
    public long overflows() {
        return driver.overflows();
    }

    @Override
    public SystemCalls systemCalls() {
        return driver.systemCalls();
    }
}
