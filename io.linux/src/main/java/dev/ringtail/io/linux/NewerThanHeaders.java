// SPDX-License-Identifier: Apache-2.0
package dev.ringtail.io.linux;

/**
 * Constants of the kernel that the headers which the bindings are made from, those of Linux 6.1, don't have yet.
 *
 * <p>All are from {@code linux/io_uring.h}. Each says which Linux brought it; the headings name the manual page. A
 * running kernel is to be asked before one is used: by a feature bit, by the probe, or by trying. A test compares them
 * with the headers it finds, as far as those are new enough. When the bindings move to newer headers, what those have
 * moves there.
 */
public final class NewerThanHeaders {
    // io_uring_setup(2): flags.

    /**
     * Linux 6.6. Entries are taken in the order they lie in: there is no array of indices between, {@code array} is 0.
     */
    public static final int IORING_SETUP_NO_SQARRAY = 1 << 16;

    // io_uring_setup(2): features.

    /** Linux 6.15. {@link #IORING_ENTER_NO_IOWAIT} works. */
    public static final int IORING_FEAT_NO_IOWAIT = 1 << 17;

    // io_uring_enter(2): flags.

    /** Linux 6.15. Waiting doesn't count as I/O wait, neither in the load average nor for the processor's frequency. */
    public static final int IORING_ENTER_NO_IOWAIT = 1 << 7;

    private NewerThanHeaders() {}
}
