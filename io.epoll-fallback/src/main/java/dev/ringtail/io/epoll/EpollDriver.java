// SPDX-License-Identifier: Apache-2.0

package dev.ringtail.io.epoll;

import static dev.ringtail.io.linux.bindings.Headers.*;

import dev.ringtail.io.Accept;
import dev.ringtail.io.Capability;
import dev.ringtail.io.Close;
import dev.ringtail.io.Connect;
import dev.ringtail.io.Fsync;
import dev.ringtail.io.KernelOperation;
import dev.ringtail.io.MultishotAccept;
import dev.ringtail.io.MultishotRecv;
import dev.ringtail.io.Nop;
import dev.ringtail.io.Openat;
import dev.ringtail.io.Options;
import dev.ringtail.io.Read;
import dev.ringtail.io.Recv;
import dev.ringtail.io.Send;
import dev.ringtail.io.Statx;
import dev.ringtail.io.Write;
import dev.ringtail.io.linux.Linux;
import dev.ringtail.io.spi.BufferGroup;
import dev.ringtail.io.spi.Driver;
import dev.ringtail.io.spi.SystemCalls;
import java.io.IOException;
import java.util.EnumSet;
import java.util.Set;

/**
 * The driver on epoll. An operation is tried when it is started; if it would block, {@link Readiness} tries it again when its
 * descriptor is ready; what has no readiness goes to {@link Workers}. Results wait in {@link Results} for {@link #await},
 * which alone delivers.
 */
final class EpollDriver implements Driver {
    private static final int EVENTS_MIN = 64;
    private static final int EVENTS_MAX = 4096;

    /** How long to sleep at most before believed registrations are verified, and how many waits to go on without. */
    private static final long UNVERIFIED_NANOS = 10_000_000;

    private static final int UNVERIFIED_POLLS = 256;

    private static final int UNPOLLED_MAX = 4;

    private final Linux linux = new Linux();
    private final Epoll epoll;
    private final Descriptors descriptors;
    private final Attempts attempts;
    private final Workers workers;
    private final Deferred deferred;
    private final Readiness readiness;
    private final Slots slots = new Slots();
    private final Results results = new Results();
    private final ChangedNumbers systemCalls = new ChangedNumbers();
    private final Set<Capability> capabilities;

    /** Passes in a row that didn't ask what is ready, as they had results without. */
    private int unpolledCount;

    /** Waits since believed registrations were last verified. */
    private int pollCount;

    /** A wake-up arrived while the loop didn't block: it is for the next time that it would. */
    private boolean isWoken;

    EpollDriver(Options options) throws IOException {
        int capacity = Math.clamp(options.entries(), EVENTS_MIN, EVENTS_MAX);
        epoll = new Epoll(linux, capacity, options.allows(Capability.NANOSECOND_WAIT));
        descriptors = new Descriptors(epoll);
        attempts = new Attempts(linux);
        workers = new Workers(epoll, slots);
        deferred = new Deferred(slots);
        readiness = new Readiness(epoll, descriptors, attempts, slots, workers, deferred, results);
        capabilities = EnumSet.of(Capability.MULTISHOT_ACCEPT, Capability.BUFFER_RING);
        capabilities.removeAll(options.unused());
        if (epoll.hasNanoseconds()) {
            capabilities.add(Capability.NANOSECOND_WAIT);
        }
    }

    @Override
    public boolean start(long token, KernelOperation operation) {
        if (!systemCalls.isEmpty()) {
            systemCalls.takeTo(descriptors);
        }
        switch (operation) {
            case Nop _ -> results.add(token, 0);
            case Accept accept -> readiness.start(EPOLLIN(), token, accept);
            case MultishotAccept accept -> readiness.start(EPOLLIN(), token, accept);
            case MultishotRecv recv -> readiness.startMultishot(token, recv);
            case Recv recv -> readiness.start(EPOLLIN(), token, recv);
            case Send send -> readiness.start(EPOLLOUT(), token, send);
            case Connect connect -> readiness.start(EPOLLOUT(), token, connect);
            case Read read -> readiness.startRead(token, read);
            case Write write -> readiness.start(EPOLLOUT(), token, write);
            case Fsync _, Openat _, Statx _ -> workers.start(token, operation, 0);
            case Close close -> close(token, close);
        }
        return true;
    }

    /**
     * Here and now if it is a socket, a pipe or the like; closing a file can take as long as the file system likes, and
     * closing a socket as long as it lingers.
     */
    private void close(long token, Close close) {
        int fd = close.fd();
        Descriptor descriptor = descriptors.find(fd);
        boolean isQuick = descriptor != null && descriptor.isStream && descriptor.kind != Descriptor.Kind.STORAGE;
        if (descriptor != null) {
            descriptors.unregister(descriptor);
            descriptors.forget(fd);
        }
        if (isQuick && !attempts.lingers(fd)) {
            attempts.callCount++;
            results.add(token, linux.close(fd));
        } else {
            workers.start(token, close, 0);
        }
    }

    @Override
    public boolean cancel(long token) {
        Pending pending = slots.find(token);
        if (pending == null) {
            return true; // Its result is on its way.
        }
        switch (pending.place) {
            case PARKED -> readiness.cancel(pending);
            case DEFERRED -> {
                deferred.remove(pending);
                results.add(token, -ECANCELED());
            }
            case WORK -> workers.cancel(pending);
            case FREE -> throw new AssertionError(token);
        }
        return true;
    }

    /** Everything was handed over when it was started. */
    @Override
    public boolean submit() {
        return true;
    }

    @Override
    public void await(long timeoutNanos, Sink sink) {
        if (!systemCalls.isEmpty()) {
            systemCalls.takeTo(descriptors);
        }
        boolean mustNotBlock = isWoken || !results.isEmpty() || workers.hasDone();
        isWoken &= timeoutNanos == 0;
        if (timeoutNanos > 0 && !mustNotBlock) {
            block(timeoutNanos);
        } else if (readiness.isWaiting() && (results.isEmpty() || ++unpolledCount >= UNPOLLED_MAX)) {
            // Results that are there already must not keep the loop for long from what else happens (semantics 1.5).
            // In most passes the wait that follows them tells as soon: half of an echo's waits would be in vain.
            poll(0);
            isWoken |= readiness.wasWoken();
        }
        if (!deferred.isEmpty()) {
            readiness.retryDeferred();
        }
        if (workers.hasDone()) {
            workers.takeDone(results, descriptors, readiness);
        }
        results.deliver(sink);
    }

    private void block(long timeoutNanos) {
        long timeout = timeoutNanos;
        if (!deferred.isEmpty()) {
            timeout = Math.min(timeout, deferred.pauseNanos(nanoTime()));
        }
        if (descriptors.hasUnverified()) {
            timeout = Math.min(timeout, UNVERIFIED_NANOS);
        }
        boolean isBusy = workers.isBusy();
        if (isBusy && !workers.startWaiting()) {
            timeout = 0;
        }
        poll(timeout);
        if (isBusy) {
            workers.stopWaiting();
        }
    }

    private void poll(long timeoutNanos) {
        unpolledCount = 0;
        boolean isIdle = results.isEmpty();
        int count = readiness.poll(timeoutNanos);
        if ((isIdle && count == 0) || ++pollCount >= UNVERIFIED_POLLS) {
            // With nothing else to do, or after having had no time for it so often.
            pollCount = 0;
            readiness.verify();
        }
    }

    @Override
    public BufferGroup openBufferGroup(long address, int count, int bufferBytes) {
        return new FreeBuffers(address, count, bufferBytes);
    }

    @Override
    public int sendNow(int fd, long address, int lengthBytes) {
        attempts.callCount++;
        return (int) linux.send(fd, address, lengthBytes, MSG_DONTWAIT() | MSG_NOSIGNAL());
    }

    @Override
    public void wakeup() {
        epoll.wakeup();
    }

    @Override
    public Set<Capability> capabilities() {
        return capabilities;
    }

    @Override
    public long kernelEntries() {
        return attempts.callCount + epoll.callCount + workers.callCount();
    }

    @Override
    public long overflows() {
        return 0;
    }

    @Override
    public SystemCalls systemCalls() {
        return systemCalls;
    }

    @Override
    public void close() {
        workers.close();
        attempts.close();
        epoll.close();
    }
}
