// SPDX-License-Identifier: Apache-2.0

package dev.ringtail.io.epoll;

import dev.ringtail.io.KernelOperation;
import org.jspecify.annotations.Nullable;

/**
 * An operation that the driver has and that did not complete at once: it waits in one {@link PendingList}. There is one
 * object per slot, used again and again. It belongs to the loop's thread, except while it is in the hands of
 * {@link Workers}, which says what it guards.
 */
final class Pending {
    /** Who will complete it. */
    enum Place {
        /** Nobody: not in use. */
        FREE,
        /** A descriptor's {@link Side}, when the descriptor is ready. */
        PARKED,
        /** The clock: there is no readiness to wait for. */
        DEFERRED,
        /** A worker thread. */
        WORK
    }

    long token;

    @Nullable
    KernelOperation operation;

    Place place = Place.FREE;

    /** Parked: where. */
    @Nullable
    Side side;

    /**
     * Parked without asking the kernel whether the registration that it relies on still stands; given to a worker without
     * asking whether the number still stands for a file.
     */
    boolean isUnverified;

    /** What was transferred before the rest had to be left to a worker. */
    int doneBytes;

    /** Deferred: until when. */
    long dueNanos;

    /** What a worker got from the kernel. */
    int result;

    /** Whether a worker has begun: guarded by {@link Workers}. */
    boolean isTaken;

    // The links of the one list that it is in.
    @Nullable
    Pending next;

    @Nullable
    Pending previous;

    /** The operation, of one that is in use. */
    KernelOperation operation() {
        KernelOperation present = operation;
        if (present == null) {
            throw new AssertionError("a free slot has no operation");
        }
        return present;
    }
}
