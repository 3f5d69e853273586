// SPDX-License-Identifier: Apache-2.0

package dev.ringtail.io;

import static dev.ringtail.io.Errno.ECANCELED;
import static dev.ringtail.io.Errno.EINTR;
import static dev.ringtail.io.Errno.ETIME;

/**
 * What a {@link Timeout} can end with instead of a result. Source: timerfd_create(2).
 */
public enum TimeoutError implements OperationError {
    /** The timeout was cancelled before it was due. */
    CANCELED(ECANCELED),
    /** Never seen; here because every operation has it. */
    UNEXPECTED;

    static final ErrorTable<TimeoutError> TABLE =
            new ErrorTable<>(values(), UNEXPECTED).retried(EINTR).success(ETIME);

    private final int[] errnos;

    TimeoutError(int... errnos) {
        this.errnos = errnos;
    }

    @Override
    public int[] errnos() {
        return errnos.clone();
    }
}
