// SPDX-License-Identifier: Apache-2.0

package dev.ringtail.io.epoll;

import static dev.ringtail.io.epoll.Attempts.WAIT;

import dev.ringtail.io.MultishotAccept;
import dev.ringtail.io.MultishotRecv;
import dev.ringtail.io.spi.Driver;
import org.jspecify.annotations.Nullable;

/** The attempts of multishot operations, each of which may give several results. The loop's thread only. */
final class Shots {
    /** How often a multishot operation is tried in a row. */
    private static final int COUNT_MAX = 16;

    private static final int BUFFER_SHIFT = 16;

    private final Descriptors descriptors;
    private final Attempts attempts;
    private final Results results;

    /** Results given so far. */
    long count;

    Shots(Descriptors descriptors, Attempts attempts, Results results) {
        this.descriptors = descriptors;
        this.attempts = attempts;
        this.results = results;
    }

    /** Accepts what is there. Returns how it ends, or {@link Attempts#WAIT} if it goes on. */
    int accept(long token, MultishotAccept accept, @Nullable Descriptor descriptor) {
        int countMax = countMax(descriptor);
        for (int shot = 0; shot < countMax; shot++) {
            int result = attempts.accept(accept);
            if (result < 0) {
                return result;
            }
            descriptors.accepted(result);
            add(token, result, Driver.MORE);
        }
        return WAIT;
    }

    /** Receives what is there. Returns how it ends, or {@link Attempts#WAIT} if it goes on. */
    int recv(long token, MultishotRecv recv, @Nullable Descriptor descriptor) {
        FreeBuffers buffers = (FreeBuffers) recv.group();
        int countMax = countMax(descriptor);
        for (int shot = 0; shot < countMax; shot++) {
            int result = attempts.recv(recv, buffers);
            if (result <= 0) {
                return result;
            }
            add(token, result, Driver.MORE | Driver.BUFFER | attempts.bufferId << BUFFER_SHIFT);
            if (result < buffers.bufferBytes() && countMax == COUNT_MAX) {
                return WAIT; // Most likely that was all; if it wasn't, it is reported again.
            }
        }
        return WAIT;
    }

    /** Others want their turn: what is left is reported again. But not where the kernel reports only what is new. */
    private static int countMax(@Nullable Descriptor descriptor) {
        return descriptor != null && descriptor.isNoisy ? Integer.MAX_VALUE : COUNT_MAX;
    }

    private void add(long token, int result, int flags) {
        results.add(token, result, flags);
        count++;
    }
}
