// SPDX-License-Identifier: Apache-2.0

package dev.ringtail.io.epoll;

import dev.ringtail.io.KernelOperation;
import org.jspecify.annotations.Nullable;

/**
 * Operations whose readiness nothing tells, tried again by the clock: connects to a Unix socket with a full backlog
 * (semantics 3.3). The loop's thread only.
 */
final class Deferred {
    private static final long PAUSE_NANOS = 2_000_000;

    private final Slots slots;

    /** In the order of submission, and of {@link Pending#dueNanos}. */
    private final PendingList queue = new PendingList();

    Deferred(Slots slots) {
        this.slots = slots;
    }

    boolean isEmpty() {
        return queue.isEmpty();
    }

    void add(long token, KernelOperation operation, long now) {
        Pending pending = slots.take(token, operation);
        pending.place = Pending.Place.DEFERRED;
        pending.dueNanos = now + PAUSE_NANOS;
        queue.add(pending);
    }

    void remove(Pending pending) {
        queue.remove(pending);
        slots.release(pending);
    }

    /** How long until the first is due. */
    long pauseNanos(long now) {
        Pending first = queue.first();
        return first == null ? Long.MAX_VALUE : Math.max(0, first.dueNanos - now);
    }

    /** The first, if it is due. */
    @Nullable
    Pending due(long now) {
        Pending first = queue.first();
        return first != null && first.dueNanos - now <= 0 ? first : null;
    }
}
