// SPDX-License-Identifier: Apache-2.0

package dev.ringtail.io.epoll;

import dev.ringtail.io.KernelOperation;
import org.jspecify.annotations.Nullable;

/** One direction of a {@link Descriptor}: what waits until it can be read from, or until it can be written to. */
final class Side {
    final Descriptor descriptor;

    /** EPOLLIN or EPOLLOUT. */
    final int interest;

    /** What waits, in submission order: only the first is tried. */
    final PendingList queue = new PendingList();

    /**
     * The kind of operation whose last attempt took all that there was, so that the next one of that kind will most likely have
     * to wait; null if there may be more. A guess: the registration is level-triggered, so a wrong one is put right by the
     * next wait. It saves the call that would say EAGAIN, which makes an echo cost what it costs a C program: wait, receive,
     * send.
     */
    @Nullable
    Class<?> drainedBy;

    Side(Descriptor descriptor, int interest) {
        this.descriptor = descriptor;
        this.interest = interest;
    }

    /** Whether the kernel will report this side. */
    boolean isArmed() {
        return (descriptor.armed & interest) != 0;
    }

    /** Whether the next operation would most likely have to wait, or would jump the queue. */
    boolean isBusyFor(KernelOperation operation) {
        Pending first = queue.first();
        Class<?> kind = operation.getClass();
        return drainedBy == kind || (first != null && first.operation().getClass() == kind);
    }
}
