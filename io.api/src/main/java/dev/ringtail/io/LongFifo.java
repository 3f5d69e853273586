// SPDX-License-Identifier: Apache-2.0

package dev.ringtail.io;

/** Longs in order: tokens, or the results of a {@link Multishot}. Grows, never shrinks. The loop's thread only. */
final class LongFifo {
    private long[] ring;
    private int head;
    private int count;

    /** @param capacity how many fit before it grows, a power of two */
    LongFifo(int capacity) {
        ring = new long[capacity];
    }

    int count() {
        return count;
    }

    void push(long value) {
        if (count == ring.length) {
            long[] larger = new long[count * 2];
            for (int i = 0; i < count; i++) {
                larger[i] = ring[(head + i) & (count - 1)];
            }
            ring = larger;
            head = 0;
        }
        ring[(head + count++) & (ring.length - 1)] = value;
    }

    long peek() {
        assert count > 0;
        return ring[head];
    }

    long pop() {
        long value = peek();
        head = (head + 1) & (ring.length - 1);
        count--;
        return value;
    }

    /** Takes back what was pushed last. */
    long popLast() {
        assert count > 0;
        return ring[(head + --count) & (ring.length - 1)];
    }
}
