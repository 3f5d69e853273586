// SPDX-License-Identifier: Apache-2.0

package dev.ringtail.io;

import java.util.Arrays;

/** One operation's errors by errno, and what the loop does about each errno before the caller sees it. Immutable. */
final class ErrorTable<E extends Enum<E> & OperationError> {
    enum Disposition {
        /** The caller sees it. */
        DELIVERED,
        /** The loop submits the operation again. */
        RETRIED,
        /** The caller sees a success. */
        SUCCESS,
        /** Only a broken library could cause it; the caller sees UNEXPECTED (semantics 3.1). */
        BUG
    }

    /** Linux uses no errno above 133 (EHWPOISON) towards programs. */
    private static final int SIZE = 134;

    private final E[] byErrno;
    private final E unexpected;
    private final Disposition[] dispositions = new Disposition[SIZE];

    ErrorTable(E[] constants, E unexpected) {
        this.unexpected = unexpected;
        byErrno = Arrays.copyOf(constants, SIZE);
        Arrays.fill(byErrno, unexpected);
        Arrays.fill(dispositions, Disposition.DELIVERED);
        for (E constant : constants) {
            for (int errno : constant.errnos()) {
                if (byErrno[errno] != unexpected) {
                    throw new AssertionError(Errno.name(errno) + " is both " + byErrno[errno] + " and " + constant);
                }
                byErrno[errno] = constant;
            }
        }
    }

    ErrorTable<E> retried(int... errnos) {
        return disposed(Disposition.RETRIED, errnos);
    }

    ErrorTable<E> success(int... errnos) {
        return disposed(Disposition.SUCCESS, errnos);
    }

    ErrorTable<E> bug(int... errnos) {
        return disposed(Disposition.BUG, errnos);
    }

    /** What a negative result means to the caller. */
    E error(int result) {
        int errno = -result;
        return errno < SIZE ? byErrno[errno] : unexpected;
    }

    Disposition disposition(int result) {
        int errno = -result;
        return errno < SIZE ? dispositions[errno] : Disposition.DELIVERED;
    }

    private ErrorTable<E> disposed(Disposition disposition, int... errnos) {
        for (int errno : errnos) {
            dispositions[errno] = disposition;
        }
        return this;
    }
}
