// SPDX-License-Identifier: Apache-2.0

package example;

import dev.ringtail.io.Capability;
import dev.ringtail.io.KernelOperation;
import dev.ringtail.io.SystemCallException;
import dev.ringtail.io.spi.BufferGroup;
import dev.ringtail.io.spi.Driver;
import dev.ringtail.io.spi.SystemCalls;
import java.io.IOException;
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
        // A multishot operation completes several times: only the last time counts.
        if ((flags & MORE) == 0) {
            completedCount++;
        }
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
    public BufferGroup openBufferGroup(long address, int count, int bufferBytes) throws IOException {
        return driver.openBufferGroup(address, count, bufferBytes);
    }

    @Override
    public boolean registerFile(int fd) throws SystemCallException {
        return driver.registerFile(fd);
    }

    @Override
    public void unregisterFile(int fd) {
        driver.unregisterFile(fd);
    }

    @Override
    public boolean registerMemory(long address, long bytes) throws IOException {
        return driver.registerMemory(address, bytes);
    }

    @Override
    public int sendNow(int fd, long address, int lengthBytes) {
        return driver.sendNow(fd, address, lengthBytes);
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
