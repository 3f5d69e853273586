// SPDX-License-Identifier: Apache-2.0

package dev.ringtail.io;

import static dev.ringtail.io.Errno.EALREADY;
import static dev.ringtail.io.Errno.ENOENT;

/**
 * What a {@link Cancel} can end with instead of a result. Source: io_uring_prep_cancel(3).
 */
public enum CancelError implements OperationError {
    /** The target had completed already, or was never submitted. */
    NOT_FOUND(ENOENT),
    /** Never seen; here because every operation has it. */
    UNEXPECTED;

    static final ErrorTable<CancelError> TABLE = new ErrorTable<>(values(), UNEXPECTED).retried(EALREADY);

    private final int[] errnos;

    CancelError(int... errnos) {
        this.errnos = errnos;
    }

    @Override
    public int[] errnos() {
        return errnos.clone();
    }
}
