// SPDX-License-Identifier: Apache-2.0

package dev.ringtail.io;

import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;
import org.jspecify.annotations.Nullable;

/**
 * A signal that any thread can give and the loop's thread listens for. Triggers that come while nobody listens are kept: the
 * next {@link #listen} completes at once, with their number. Everything but {@link #trigger} is for the loop's thread.
 * Source: eventfd(2).
 */
public final class Event implements AutoCloseable {
    private final IoLoop loop;
    private final Read read;
    private final Close close;
    private final MemorySegment counter;
    private final int fd;

    /** Guards the descriptor against a trigger that comes while it is being closed. */
    private final Object lock = new Object();

    private boolean isClosed;

    /**
     * Opens an event.
     *
     * @param callback runs once per {@link #listen}
     * @throws SystemCallException if there is no descriptor left, say
     */
    public Event(IoLoop loop, Runnable callback) throws SystemCallException {
        if (callback == null) {
            throw new NullPointerException("callback is null");
        }
        this.loop = loop;
        read = new Read(loop, done -> callback.run());
        close = new Close(loop, done -> {});
        counter = Arena.ofAuto().allocate(ValueLayout.JAVA_LONG);
        loop.checkSubmission();
        fd = loop.events().open(this);
    }

    /**
     * Waits for a trigger: the callback runs in a later pass once there is one.
     *
     * @throws IllegalStateException if listening already, if the event or the loop is closed, or from another thread
     */
    public void listen() {
        loop.checkUse();
        if (isClosed) {
            throw new IllegalStateException("the event is closed");
        }
        read.submit(fd, counter, -1);
    }

    /** Gives the signal. Any thread; never blocks. Without effect once the event is closed. */
    public void trigger() throws SystemCallException {
        synchronized (lock) {
            if (!isClosed) {
                loop.driver().systemCalls().triggerEvent(fd);
            }
        }
    }

    /**
     * For the callback: how many triggers there were since the last time.
     *
     * @throws IllegalStateException while listening, after a failure (naming the error), or if never listened
     */
    public long count() {
        read.success();
        return counter.get(ValueLayout.JAVA_LONG, 0);
    }

    /** For the callback: null if triggered; CANCELED if the event or the loop was closed while listening. */
    public @Nullable ReadError error() {
        return read.error();
    }

    /** Whether the callback is still to run. */
    public boolean isListening() {
        return read.isInFlight();
    }

    /** The completion behind {@link #listen}: what a {@link Cancel} needs as its target. */
    public Completion listening() {
        return read;
    }

    /** Closes it, in a later pass; one that is listening ends with CANCELED. Idempotent; {@link IoLoop#close} does it too. */
    @Override
    public void close() {
        synchronized (lock) {
            if (isClosed) {
                return;
            }
            loop.checkUse();
            if (!loop.events().forget(this)) {
                return; // The loop is closing, and closes this too.
            }
            isClosed = true;
        }
        close.submit(fd);
    }

    /** Called by the loop once nothing is in flight any more. */
    int closeWithLoop() {
        synchronized (lock) {
            isClosed = true;
        }
        return fd;
    }
}
