// SPDX-License-Identifier: Apache-2.0

package dev.ringtail.io;

import dev.ringtail.io.spi.Driver;

/**
 * An operation that is submitted once and completes any number of times: its callback runs for each result, and
 * {@link #hasMore} says whether another will come. It is in flight until the one after which none does: an error, a
 * {@link Cancel} or {@link Close}, or the kernel's decision to stop, which it takes when it is short of room for results.
 * Then it can be submitted again. Results come in the order in which they happened, several in one pass perhaps.
 */
public abstract sealed class Multishot extends KernelOperation permits MultishotAccept, MultishotRecv {
    /** Results whose callbacks are still to run, each with its flags; without the last of all, once that is known. */
    private final LongFifo shots = new LongFifo(4);

    /** The result that the callback was last run with, if it wasn't the last of all. */
    private int shotResult;

    private int shotFlags;
    private boolean hasShot;

    /** The flags of the last of all. */
    private int endFlags;

    Multishot(IoLoop loop, Callback<? extends Completion> callback) {
        super(loop, callback);
    }

    /**
     * Whether the callback will run again without another submission. False in the last callback of a submission, even if
     * there was no error: the kernel has stopped, and whoever wants more submits again.
     *
     * @throws IllegalStateException if never submitted, or before the first result
     */
    public final boolean hasMore() {
        outcome();
        return isInFlight();
    }

    // ---------------------------------------------------------------------------------------------- for the engine

    /** Before a submission. */
    final void begin() {
        assert shots.count() == 0 : this;
        hasShot = false;
        endFlags = 0;
    }

    /** Whether there are results whose callbacks are to run before the last one's. */
    final boolean hasShots() {
        return shots.count() > 0;
    }

    /** A result with more to come. */
    final void addShot(int result, int flags) {
        shots.push(((long) result << Integer.SIZE) | (arrived(result, flags) & 0xffff_ffffL));
    }

    /** The last result. */
    final void end(int result, int flags) {
        endFlags = arrived(result, flags);
    }

    /** Makes the result that arrived last the last of all, and returns it. */
    final int endWithLastShot() {
        long shot = shots.popLast();
        endFlags = (int) shot & ~Driver.MORE;
        return (int) (shot >> Integer.SIZE);
    }

    /** Makes the first result the one that the callback reads. */
    final void takeShot() {
        long shot = shots.pop();
        shotResult = (int) (shot >> Integer.SIZE);
        shotFlags = (int) shot;
        hasShot = true;
    }

    @Override
    final int earlyOutcome() {
        return hasShot ? shotResult : super.earlyOutcome();
    }

    /** What the driver said beside the result that the callback reads. */
    final int flags() {
        return isInFlight() ? shotFlags : endFlags;
    }

    /** Something has come from the kernel. Returns the flags, less what the caller need not know. */
    int arrived(int result, int flags) {
        return flags;
    }
}
