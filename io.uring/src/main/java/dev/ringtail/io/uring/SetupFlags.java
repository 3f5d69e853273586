// SPDX-License-Identifier: Apache-2.0

package dev.ringtail.io.uring;

import static dev.ringtail.io.linux.bindings.Headers.IORING_SETUP_CLAMP;
import static dev.ringtail.io.linux.bindings.Headers.IORING_SETUP_COOP_TASKRUN;
import static dev.ringtail.io.linux.bindings.Headers.IORING_SETUP_CQSIZE;
import static dev.ringtail.io.linux.bindings.Headers.IORING_SETUP_DEFER_TASKRUN;
import static dev.ringtail.io.linux.bindings.Headers.IORING_SETUP_SINGLE_ISSUER;
import static dev.ringtail.io.linux.bindings.Headers.IORING_SETUP_SUBMIT_ALL;
import static dev.ringtail.io.linux.bindings.Headers.IORING_SETUP_TASKRUN_FLAG;

import dev.ringtail.io.Capability;
import dev.ringtail.io.Options;
import dev.ringtail.io.linux.NewerThanHeaders;

/**
 * Which of io_uring_setup(2)'s flags a ring is asked for. A kernel refuses what it doesn't know with EINVAL and doesn't say
 * what, so the newest are dropped first, a kernel version at a time.
 */
final class SetupFlags {
    /** The newest first. What a line needs of another is in a later line. */
    private static final int[] BY_VERSION = {
        NewerThanHeaders.IORING_SETUP_NO_SQARRAY, // 6.6
        IORING_SETUP_DEFER_TASKRUN(), // 6.1, needs SINGLE_ISSUER
        IORING_SETUP_SINGLE_ISSUER(), // 6.0
        IORING_SETUP_COOP_TASKRUN() | IORING_SETUP_TASKRUN_FLAG(), // 5.19
        IORING_SETUP_SUBMIT_ALL(), // 5.18
    };

    private SetupFlags() {}

    static int best(Options options) {
        int flags = IORING_SETUP_CLAMP() | IORING_SETUP_SUBMIT_ALL();
        if (options.allows(Capability.COOP_TASKRUN)) {
            flags |= IORING_SETUP_COOP_TASKRUN() | IORING_SETUP_TASKRUN_FLAG();
        }
        if (options.allows(Capability.SINGLE_ISSUER)) {
            flags |= IORING_SETUP_SINGLE_ISSUER();
            if (options.allows(Capability.DEFER_TASKRUN)) {
                // The flag in the ring that says when there is something to fetch comes with either kind of task run.
                flags |= IORING_SETUP_DEFER_TASKRUN() | IORING_SETUP_TASKRUN_FLAG();
            }
        }
        if (options.allows(Capability.NO_SQARRAY)) {
            flags |= NewerThanHeaders.IORING_SETUP_NO_SQARRAY;
        }
        if (options.allows(Capability.LARGE_COMPLETION_QUEUE)) {
            flags |= IORING_SETUP_CQSIZE();
        }
        return flags;
    }

    /** What to ask for after EINVAL: without the newest that was asked for; the same if there is nothing to drop. */
    static int without(int flags) {
        for (int version : BY_VERSION) {
            if ((flags & version) != 0) {
                int fewer = flags & ~version;
                return needsTaskRun(fewer) ? fewer : fewer & ~IORING_SETUP_TASKRUN_FLAG();
            }
        }
        return flags;
    }

    private static boolean needsTaskRun(int flags) {
        return (flags & (IORING_SETUP_COOP_TASKRUN() | IORING_SETUP_DEFER_TASKRUN())) != 0;
    }
}
