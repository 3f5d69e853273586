// SPDX-License-Identifier: Apache-2.0

package dev.ringtail.io;

import java.time.Duration;
import java.util.Arrays;
import java.util.concurrent.TimeUnit;

/**
 * Running timeouts in order of deadline, and of submission among equal ones: a binary heap that knows where each one is, so
 * that cancelling costs as little as expiring. The loop's thread only. ADR 1 says why timers are kept here.
 */
final class Timers {
    private Timeout[] heap = new Timeout[16];
    private int count;
    private long nextOrder;

    /** What a caller asks for, in nanoseconds. */
    static long nanos(Duration duration) {
        if (duration.isNegative()) {
            throw new IllegalArgumentException("duration: " + duration);
        }
        return TimeUnit.NANOSECONDS.convert(duration);
    }

    int count() {
        return count;
    }

    /** The one that is due first. */
    Timeout first() {
        assert count > 0;
        return heap[0];
    }

    void add(Timeout timeout) {
        if (count == heap.length) {
            heap = Arrays.copyOf(heap, count * 2);
        }
        timeout.order = nextOrder++;
        siftUp(count++, timeout);
    }

    void remove(Timeout timeout) {
        int index = timeout.timerIndex;
        assert heap[index] == timeout : timeout;
        Timeout last = heap[--count];
        vacate(count);
        if (last == timeout) {
            return;
        }
        siftDown(index, last);
        if (heap[index] == last) {
            siftUp(index, last);
        }
    }

    // A vacated place must not keep its timeout from the collector; null is in no other place of this array.
    @SuppressWarnings("NullAway")
    private void vacate(int index) {
        heap[index] = null;
    }

    private void siftUp(int from, Timeout timeout) {
        int index = from;
        while (index > 0) {
            int parent = (index - 1) >>> 1;
            if (isBefore(heap[parent], timeout)) {
                break;
            }
            place(index, heap[parent]);
            index = parent;
        }
        place(index, timeout);
    }

    private void siftDown(int from, Timeout timeout) {
        int index = from;
        while (true) {
            int child = index * 2 + 1;
            if (child >= count) {
                break;
            }
            if (child + 1 < count && isBefore(heap[child + 1], heap[child])) {
                child++;
            }
            if (isBefore(timeout, heap[child])) {
                break;
            }
            place(index, heap[child]);
            index = child;
        }
        place(index, timeout);
    }

    private void place(int index, Timeout timeout) {
        heap[index] = timeout;
        timeout.timerIndex = index;
    }

    private static boolean isBefore(Timeout a, Timeout b) {
        return a.deadline != b.deadline ? a.deadline < b.deadline : a.order < b.order;
    }
}
