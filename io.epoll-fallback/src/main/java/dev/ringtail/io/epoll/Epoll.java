// SPDX-License-Identifier: Apache-2.0

package dev.ringtail.io.epoll;

import static dev.ringtail.io.linux.bindings.Headers.*;

import dev.ringtail.io.Errno;
import dev.ringtail.io.linux.Architecture;
import dev.ringtail.io.linux.Limits;
import dev.ringtail.io.linux.Linux;
import dev.ringtail.io.linux.Memory;
import dev.ringtail.io.linux.bindings.timespec;
import java.io.IOException;
import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;

/**
 * An epoll instance, the eventfd that wakes it, and the memory that events arrive in. The loop's thread only,
 * {@link #wakeup} apart.
 */
final class Epoll implements AutoCloseable {
    private static final long NANOS_PER_SECOND = 1_000_000_000;
    private static final long NANOS_PER_MILLI = 1_000_000;
    private static final Architecture MACHINE = Architecture.current();
    private static final long EVENT_BYTES = MACHINE.epollEventBytes();
    private static final long DATA_OFFSET = MACHINE.epollEventDataOffset();

    /** What the eventfd's events carry: no descriptor is negative. */
    private static final long WAKEUP_DATA = -1;

    private final Linux linux;
    private final int capacity;
    private final boolean hasNanoseconds;

    private final Arena arena = Arena.ofConfined();
    private final long events;
    private final long oneEvent;
    private final long timeout;
    private final long one;
    private final MemorySegment timeoutSegment;

    /** For {@link #wakeup}, which comes from any thread: errno needs memory of its own. Guarded by itself. */
    private final Linux wakeupLinux = new Linux();

    private int fd;
    private final int wakeupFd;

    /** System calls made. */
    long callCount;

    Epoll(Linux linux, int capacity, boolean allowsNanoseconds) throws IOException {
        this.linux = linux;
        this.capacity = capacity;
        fd = linux.epoll_create1(EPOLL_CLOEXEC());
        if (fd < 0) {
            throw Limits.exception("epoll_create1()", -fd);
        }
        wakeupFd = linux.eventfd(0, EFD_CLOEXEC() | EFD_NONBLOCK());
        if (wakeupFd < 0) {
            linux.close(fd);
            throw Limits.exception("eventfd()", -wakeupFd);
        }
        events = arena.allocate(EVENT_BYTES * capacity, Long.BYTES).address();
        oneEvent = arena.allocate(EVENT_BYTES, Long.BYTES).address();
        timeoutSegment = arena.allocate(timespec.layout());
        timeout = timeoutSegment.address();
        one = arena.allocate(Long.BYTES, Long.BYTES).address();
        Memory.putLong(one, 1);
        int added = addWakeup(fd);
        if (added < 0) {
            close();
            throw Limits.exception("epoll_ctl()", -added);
        }
        hasNanoseconds = allowsNanoseconds && linux.epoll_pwait2(fd, events, capacity, timeout) >= 0;
    }

    /** Whether waits shorter than a millisecond are exact (epoll_pwait2, Linux 5.11). */
    boolean hasNanoseconds() {
        return hasNanoseconds;
    }

    int add(int target, int interest, int generation) {
        return control(EPOLL_CTL_ADD(), target, interest, data(target, generation));
    }

    int modify(int target, int interest, int generation) {
        return control(EPOLL_CTL_MOD(), target, interest, data(target, generation));
    }

    int delete(int target) {
        return control(EPOLL_CTL_DEL(), target, 0, 0);
    }

    private static long data(int target, int generation) {
        return (long) generation << Integer.SIZE | target;
    }

    // Edge-triggered, so that nobody has to read the counter: each write to an eventfd is an edge (eventfd(2)).
    private int addWakeup(int epollFd) {
        return control(epollFd, EPOLL_CTL_ADD(), wakeupFd, EPOLLIN() | EPOLLET(), WAKEUP_DATA);
    }

    private int control(int operation, int target, int interest, long data) {
        return control(fd, operation, target, interest, data);
    }

    private int control(int epollFd, int operation, int target, int interest, long data) {
        Memory.putInt(oneEvent, interest);
        Memory.putLong(oneEvent + DATA_OFFSET, data);
        callCount++;
        return linux.epoll_ctl(epollFd, operation, target, oneEvent);
    }

    /**
     * Waits for events.
     *
     * @param timeoutNanos 0: don't wait; {@link Long#MAX_VALUE}: no limit
     * @return how many came
     */
    int await(long timeoutNanos) {
        callCount++;
        int count = events(timeoutNanos);
        if (count < 0 && count != -EINTR()) {
            throw new IllegalStateException("epoll_wait(fd " + fd + "): " + Errno.name(-count)
                    + ": the loop's own descriptor was closed behind its back");
        }
        return Math.max(0, count);
    }

    private int events(long timeoutNanos) {
        if (timeoutNanos == 0) {
            return linux.epoll_wait(fd, events, capacity, 0);
        }
        if (timeoutNanos == Long.MAX_VALUE) {
            return linux.epoll_wait(fd, events, capacity, -1);
        }
        if (!hasNanoseconds) {
            // Rounded up: too late by less than a millisecond, never too early (semantics 1.3).
            long millis = (timeoutNanos - 1) / NANOS_PER_MILLI + 1;
            return linux.epoll_wait(fd, events, capacity, (int) Math.min(Integer.MAX_VALUE, millis));
        }
        timespec.tv_sec(timeoutSegment, timeoutNanos / NANOS_PER_SECOND);
        timespec.tv_nsec(timeoutSegment, timeoutNanos % NANOS_PER_SECOND);
        return linux.epoll_pwait2(fd, events, capacity, timeout);
    }

    /** What an event that has come says of its descriptor: EPOLLIN, EPOLLOUT, EPOLLERR, EPOLLHUP. */
    int eventsAt(int index) {
        return Memory.getInt(events + index * EVENT_BYTES);
    }

    int descriptorAt(int index) {
        return (int) dataAt(index);
    }

    int generationAt(int index) {
        return (int) (dataAt(index) >>> Integer.SIZE);
    }

    boolean isWakeup(int index) {
        return dataAt(index) == WAKEUP_DATA;
    }

    private long dataAt(int index) {
        return Memory.getLong(events + index * EVENT_BYTES + DATA_OFFSET);
    }

    /** Ends the current or the next wait. Any thread, until {@link #close}. */
    void wakeup() {
        synchronized (wakeupLinux) {
            wakeupLinux.write(wakeupFd, one, Long.BYTES);
        }
    }

    /**
     * Begins anew with an instance that knows no descriptor: the only way to be rid of the registration of a file that was
     * closed under its number and lives on under another one (epoll(7), questions and answers).
     *
     * @return false if there is no descriptor for it now: nothing has changed
     */
    boolean restart() {
        callCount += 2;
        int fresh = linux.epoll_create1(EPOLL_CLOEXEC());
        if (fresh < 0) {
            return false;
        }
        if (addWakeup(fresh) < 0) {
            linux.close(fresh);
            return false;
        }
        linux.close(fd);
        fd = fresh;
        return true;
    }

    @Override
    public void close() {
        synchronized (wakeupLinux) {
            linux.close(wakeupFd);
            linux.close(fd);
            arena.close();
        }
    }
}
