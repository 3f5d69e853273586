// SPDX-License-Identifier: Apache-2.0

package dev.ringtail.io.epoll;

import dev.ringtail.io.KernelOperation;
import java.util.Arrays;
import org.jspecify.annotations.Nullable;

/** The {@link Pending} of each slot, by the token's lower half. Grows, never shrinks. The loop's thread only. */
final class Slots {
    private @Nullable Pending[] slots = new Pending[64];

    /** The slot's own, for an operation that has just turned out not to complete at once. */
    Pending take(long token, KernelOperation operation) {
        int slot = (int) token;
        if (slot >= slots.length) {
            slots = Arrays.copyOf(slots, Math.max(slot + 1, slots.length * 2));
        }
        Pending pending = slots[slot];
        if (pending == null) {
            pending = new Pending();
            slots[slot] = pending;
        }
        assert pending.place == Pending.Place.FREE : operation;
        pending.token = token;
        pending.operation = operation;
        return pending;
    }

    /** The operation of a token; null if it has completed. */
    @Nullable
    Pending find(long token) {
        int slot = (int) token;
        Pending pending = slot < slots.length ? slots[slot] : null;
        return pending == null || pending.place == Pending.Place.FREE || pending.token != token ? null : pending;
    }

    void release(Pending pending) {
        pending.place = Pending.Place.FREE;
        pending.operation = null;
        pending.side = null;
        pending.isUnverified = false;
        pending.doneBytes = 0;
        pending.isTaken = false;
    }
}
