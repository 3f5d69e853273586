// SPDX-License-Identifier: Apache-2.0

package dev.ringtail.io;

import static dev.ringtail.io.Errno.ECANCELED;

/**
 * What a {@link Nop} can end with instead of a result. Source: io_uring_prep_nop(3).
 */
public enum NopError implements OperationError {
    /** The operation was cancelled before it had a result. */
    CANCELED(ECANCELED),
    /** Any other errno: see {@link Completion#errno}. */
    UNEXPECTED;

    static final ErrorTable<NopError> TABLE = new ErrorTable<>(values(), UNEXPECTED);

    private final int[] errnos;

    NopError(int... errnos) {
        this.errnos = errnos;
    }

    @Override
    public int[] errnos() {
        return errnos.clone();
    }
}
