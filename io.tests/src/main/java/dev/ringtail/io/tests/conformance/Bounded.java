// SPDX-License-Identifier: Apache-2.0

package dev.ringtail.io.tests.conformance;

import dev.ringtail.io.Cancel;
import dev.ringtail.io.Completion;
import dev.ringtail.io.IoLoop;
import java.util.function.BooleanSupplier;
import org.junit.jupiter.api.Assertions;

/** Waiting with an end: no test hangs, and none sleeps. */
public final class Bounded {
    private static final long STEP_NANOS = 5_000_000;
    private static final long SHORT_STEP_NANOS = 100_000;
    private static final int SHORT_STEP_COUNT = 20;
    private static final int STEP_COUNT = 4_000;

    /**
     * How many times as long as on a machine of today everything may take: more for one that is emulated. What has to take at
     * least some time isn't changed by it.
     */
    private static final int PATIENCE = Integer.getInteger("ringtail.patience", 1);

    private Bounded() {}

    /** A time that something takes at most, on this machine. */
    public static long limit(long nanos) {
        return nanos * PATIENCE;
    }

    /** Runs the loop until something is so; fails after 20 seconds, or more with patience. */
    public static void until(IoLoop loop, String what, BooleanSupplier isSo) {
        for (int i = 0; i < STEP_COUNT * PATIENCE; i++) {
            if (isSo.getAsBoolean()) {
                return;
            }
            // The loop runs for the whole of its time, whatever becomes so meanwhile: what is soon so takes short
            // steps.
            loop.runFor(i < SHORT_STEP_COUNT ? SHORT_STEP_NANOS : STEP_NANOS);
        }
        Assertions.fail("still not so after " + 20 * PATIENCE + " s: " + what);
    }

    /** Runs the loop until a completion's callback has begun; fails after 20 seconds, or more with patience. */
    public static <C extends Completion> C complete(IoLoop loop, C completion) {
        until(loop, completion + " is complete", () -> !completion.isInFlight());
        return completion;
    }

    /** Cancels a completion and runs the loop until both are complete; fails after 20 seconds, or more with patience. */
    public static <C extends Completion> C cancel(IoLoop loop, C completion) {
        Cancel cancel = new Cancel(loop, done -> {});
        cancel.submit(completion);
        complete(loop, cancel);
        return complete(loop, completion);
    }
}
