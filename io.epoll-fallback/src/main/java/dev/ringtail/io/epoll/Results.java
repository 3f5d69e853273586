// SPDX-License-Identifier: Apache-2.0

package dev.ringtail.io.epoll;

import dev.ringtail.io.spi.Driver;
import java.util.Arrays;

/** What is known and not yet delivered, in the order in which it became known. Grows, never shrinks. The loop's thread only. */
final class Results {
    private long[] tokens = new long[64];
    private int[] results = new int[64];
    private int[] flags = new int[64];
    private int count;

    boolean isEmpty() {
        return count == 0;
    }

    void add(long token, int result) {
        add(token, result, 0);
    }

    /** @param flag as in {@link Driver.Sink#completed} */
    void add(long token, int result, int flag) {
        if (count == tokens.length) {
            tokens = Arrays.copyOf(tokens, count * 2);
            results = Arrays.copyOf(results, count * 2);
            flags = Arrays.copyOf(flags, count * 2);
        }
        tokens[count] = token;
        results[count] = result;
        flags[count] = flag;
        count++;
    }

    /** Hands everything over. */
    void deliver(Driver.Sink sink) {
        int delivered = 0;
        try {
            while (delivered < count) {
                int next = delivered++;
                sink.completed(tokens[next], results[next], flags[next]);
            }
        } finally {
            // Only an exception, a bug above the line, leaves something: it is not lost all the same.
            System.arraycopy(tokens, delivered, tokens, 0, count - delivered);
            System.arraycopy(results, delivered, results, 0, count - delivered);
            System.arraycopy(flags, delivered, flags, 0, count - delivered);
            count -= delivered;
        }
    }
}
