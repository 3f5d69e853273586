// SPDX-License-Identifier: Apache-2.0

package dev.ringtail.io;

/** Tokens in order. Grows, never shrinks. The loop's thread only. */
final class Tokens {
    private long[] ring = new long[16];
    private int head;
    private int count;

    int count() {
        return count;
    }

    void push(long token) {
        if (count == ring.length) {
            long[] larger = new long[count * 2];
            for (int i = 0; i < count; i++) {
                larger[i] = ring[(head + i) & (count - 1)];
            }
            ring = larger;
            head = 0;
        }
        ring[(head + count++) & (ring.length - 1)] = token;
    }

    long peek() {
        assert count > 0;
        return ring[head];
    }

    long pop() {
        long token = peek();
        head = (head + 1) & (ring.length - 1);
        count--;
        return token;
    }
}
