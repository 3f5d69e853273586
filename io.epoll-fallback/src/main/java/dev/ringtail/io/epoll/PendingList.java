// SPDX-License-Identifier: Apache-2.0

package dev.ringtail.io.epoll;

import org.jspecify.annotations.Nullable;

/** Operations in submission order, any of which can leave at any time. As thread-safe as its owner makes it. */
final class PendingList {
    private @Nullable Pending head;
    private @Nullable Pending tail;

    boolean isEmpty() {
        return head == null;
    }

    @Nullable
    Pending first() {
        return head;
    }

    void add(Pending pending) {
        Pending last = tail;
        assert pending.next == null;
        assert pending.previous == null;
        pending.previous = last;
        tail = pending;
        if (last == null) {
            head = pending;
        } else {
            last.next = pending;
        }
    }

    void remove(Pending pending) {
        Pending before = pending.previous;
        Pending after = pending.next;
        if (before == null) {
            assert head == pending;
            head = after;
        } else {
            before.next = after;
        }
        if (after == null) {
            assert tail == pending;
            tail = before;
        } else {
            after.previous = before;
        }
        pending.next = null;
        pending.previous = null;
    }
}
