// SPDX-License-Identifier: Apache-2.0

package dev.ringtail.io;

import org.jspecify.annotations.Nullable;

/** Completions in order, linked through themselves, so that queueing allocates nothing. A completion is in one at most. */
final class Fifo {
    private @Nullable Completion head;
    private @Nullable Completion tail;

    boolean isEmpty() {
        return head == null;
    }

    @Nullable
    Completion peek() {
        return head;
    }

    void push(Completion completion) {
        assert completion.next == null && completion != tail : completion + " is queued already";
        if (tail == null) {
            head = completion;
        } else {
            tail.next = completion;
        }
        tail = completion;
    }

    void pushFirst(Completion completion) {
        assert completion.next == null && completion != tail : completion + " is queued already";
        completion.next = head;
        head = completion;
        if (tail == null) {
            tail = completion;
        }
    }

    @Nullable
    Completion pop() {
        Completion first = head;
        if (first != null) {
            head = first.next;
            first.next = null;
            if (head == null) {
                tail = null;
            }
        }
        return first;
    }

    /** Moves all of another one's completions behind this one's. */
    void take(Fifo other) {
        if (other.head == null) {
            return;
        }
        if (tail == null) {
            head = other.head;
        } else {
            tail.next = other.head;
        }
        tail = other.tail;
        other.head = null;
        other.tail = null;
    }
}
