// SPDX-License-Identifier: Apache-2.0

package dev.ringtail.io.tests.scripted;

import dev.ringtail.io.Errno;

/** The kernel's numbers by the kernel's names, looked up in {@link Errno}, which keeps them to itself. */
final class Errnos {
    static final int ENOENT = number("ENOENT");
    static final int EINTR = number("EINTR");
    static final int EIO = number("EIO");
    static final int EBADF = number("EBADF");
    static final int EAGAIN = number("EAGAIN");
    static final int EFAULT = number("EFAULT");
    static final int EINVAL = number("EINVAL");
    static final int ENAMETOOLONG = number("ENAMETOOLONG");
    static final int ECANCELED = number("ECANCELED");

    private static final int LAST = 133;

    private Errnos() {}

    static int number(String name) {
        for (int errno = 1; errno <= LAST; errno++) {
            if (Errno.name(errno).equals(name)) {
                return errno;
            }
        }
        throw new IllegalArgumentException("Errno doesn't know " + name);
    }
}
