// SPDX-License-Identifier: Apache-2.0

package dev.ringtail.io;

import org.jspecify.annotations.Nullable;

/**
 * Closes that wait for the end of what is pending on their descriptors (semantics 3.10), one per descriptor at most. Each
 * takes a slot of {@link InFlight}, though the driver doesn't have it, so as to be found by its descriptor. The loop's
 * thread only.
 */
final class WaitingCloses {
    private final InFlight inFlight;
    private final Cancellations cancellations;
    private int count;

    WaitingCloses(InFlight inFlight, Cancellations cancellations) {
        this.inFlight = inFlight;
        this.cancellations = cancellations;
    }

    /** Whether anything but a close is pending on its descriptor. If so, it is asked to end, and the close must wait. */
    boolean mustWait(Close close) {
        int pendingCount = 0;
        for (int slot = inFlight.firstOn(close.fd); slot >= 0; slot = inFlight.nextOn(close.fd, slot)) {
            KernelOperation operation = inFlight.at(slot);
            if (operation != null && !(operation instanceof Close)) {
                cancellations.request(operation);
                pendingCount++;
            }
        }
        close.pendingCount = pendingCount;
        return pendingCount > 0;
    }

    void add(Close close) {
        inFlight.claim(close);
        close.isWaiting = true;
        count++;
    }

    void remove(Close close) {
        inFlight.release(close);
        close.isWaiting = false;
        count--;
    }

    /** Whether one waits on this descriptor. */
    boolean has(int fd) {
        return count > 0 && find(fd) != null;
    }

    /**
     * Takes out the one that waited for this operation, which has ended, if it was the last that kept it waiting; else null.
     * Counted, not searched for: thousands may be pending on one descriptor. None joins them, as what is submitted after
     * the close finds the descriptor closed.
     */
    @Nullable
    Close takeReady(KernelOperation ended) {
        if (count == 0 || ended instanceof Close) {
            return null;
        }
        Close close = find(ended.fd);
        if (close == null || --close.pendingCount > 0) {
            return null;
        }
        remove(close);
        return close;
    }

    private @Nullable Close find(int fd) {
        for (int slot = inFlight.firstOn(fd); slot >= 0; slot = inFlight.nextOn(fd, slot)) {
            if (inFlight.at(slot) instanceof Close close && close.isWaiting) {
                return close;
            }
        }
        return null;
    }
}
