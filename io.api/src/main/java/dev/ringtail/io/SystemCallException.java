// SPDX-License-Identifier: Apache-2.0

package dev.ringtail.io;

import java.io.IOException;

/** A system call that needs no completion failed. Its message names the call, its arguments and the error. */
public final class SystemCallException extends IOException {
    private static final long serialVersionUID = 1;

    private final int errno;

    /** The call with its arguments, as a person would write it, and the errno it failed with. */
    public SystemCallException(String call, int errno) {
        super(call + ": " + Errno.name(errno));
        this.errno = errno;
    }

    /** The kernel's number for what went wrong: errno(3). {@link Errno#name} has its name. */
    public int errno() {
        return errno;
    }
}
