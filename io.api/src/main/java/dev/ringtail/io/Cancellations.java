// SPDX-License-Identifier: Apache-2.0

package dev.ringtail.io;

import dev.ringtail.io.spi.Driver;

/**
 * What the driver is still to be asked to end early. It is asked again after a while, less and less often, until the
 * operation completes: the kernel can miss a request (ENOENT while the operation changes hands inside it, EALREADY while
 * it runs), and then nothing else would end it. The loop's thread only.
 */
final class Cancellations {
    private static final long FIRST_PAUSE_NANOS = 1_000_000;
    private static final long LAST_PAUSE_NANOS = 1_000_000_000;

    private final InFlight inFlight;
    private final Driver driver;

    /** To be asked, when there is room. */
    private final LongFifo due = new LongFifo(16);

    /** Asked, to be asked again at {@link #repeatTime}. */
    private final LongFifo asked = new LongFifo(16);

    private long pauseNanos = FIRST_PAUSE_NANOS;
    private long repeatTime;

    Cancellations(InFlight inFlight, Driver driver) {
        this.inFlight = inFlight;
        this.driver = driver;
    }

    boolean isIdle() {
        return due.count() == 0 && asked.count() == 0;
    }

    /** Whether something is still to be asked, for lack of room. */
    boolean isDue() {
        return due.count() > 0;
    }

    /** When the loop must be back here, at the latest. */
    long repeatTime() {
        return asked.count() == 0 ? Long.MAX_VALUE : repeatTime;
    }

    /** Asks for the end of an operation that the driver has; once is enough. */
    void request(KernelOperation operation) {
        if (!operation.cancelRequested) {
            due.push(inFlight.token(operation));
            operation.cancelRequested = true;
            // It mustn't be let alone for as long as a stubborn one is.
            pauseNanos = FIRST_PAUSE_NANOS;
        }
    }

    /**
     * Asks what is to be asked, as far as there is room.
     *
     * @return whether the driver was asked anything
     */
    boolean ask(long now) {
        if (asked.count() > 0 && now >= repeatTime) {
            repeat();
        }
        boolean hasAsked = false;
        while (due.count() > 0) {
            long token = due.peek();
            if (inFlight.operation(token) != null) {
                if (!driver.cancel(token) && !(driver.submit() && driver.cancel(token))) {
                    break;
                }
                hasAsked = true;
                long time = now + pauseNanos;
                repeatTime = asked.count() == 0 ? time : Math.min(repeatTime, time);
                asked.push(token);
            }
            due.pop();
        }
        return hasAsked;
    }

    /** What was asked and is still in flight is to be asked again. */
    private void repeat() {
        boolean isStubborn = false;
        for (int count = asked.count(); count > 0; count--) {
            long token = asked.pop();
            if (inFlight.operation(token) != null) {
                due.push(token);
                isStubborn = true;
            }
        }
        pauseNanos = isStubborn ? Math.min(pauseNanos * 2, LAST_PAUSE_NANOS) : FIRST_PAUSE_NANOS;
    }
}
