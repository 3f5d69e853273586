// SPDX-License-Identifier: Apache-2.0

package dev.ringtail.io.epoll;

import dev.ringtail.io.Accept;
import dev.ringtail.io.Connect;
import dev.ringtail.io.KernelOperation;
import dev.ringtail.io.Transfer;
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

    /** Of a file: whether this file system can't say that a transfer would wait (RWF_NOWAIT), so that each may. */
    boolean needsWorker;

    Side(Descriptor descriptor, int interest) {
        this.descriptor = descriptor;
        this.interest = interest;
    }

    /** Whether the kernel will report this side. */
    boolean isArmed() {
        return (descriptor.armed & interest) != 0;
    }

    /** Whether trying an operation would be a waste, or would jump the queue. */
    boolean mustQueue(KernelOperation operation) {
        if (!isArmed() || descriptor.isNoisy || operation instanceof Connect) {
            return false;
        }
        // A transfer of nothing doesn't always wait for readiness, and takes nothing from those who do.
        boolean isEmpty = operation instanceof Transfer transfer && transfer.lengthBytes() == 0;
        return !isEmpty && isBusyFor(operation);
    }

    private boolean isBusyFor(KernelOperation operation) {
        Pending first = queue.first();
        Class<?> kind = operation.getClass();
        return drainedBy == kind || (first != null && first.operation().getClass() == kind);
    }

    /** An operation has succeeded: whether there is most likely nothing left. An end of file is no such sign: it stays. */
    void setDrained(KernelOperation operation, int result) {
        boolean isDrained = operation instanceof Accept
                || (operation instanceof Transfer transfer && result > 0 && result < transfer.lengthBytes());
        drainedBy = isDrained ? operation.getClass() : null;
    }

    /** Whether something waits here that the kernel wasn't asked about. */
    boolean hasUnverified() {
        for (Pending pending = queue.first(); pending != null; pending = pending.next) {
            if (pending.isUnverified) {
                return true;
            }
        }
        return false;
    }

    void setVerified() {
        for (Pending pending = queue.first(); pending != null; pending = pending.next) {
            pending.isUnverified = false;
        }
    }
}
