// SPDX-License-Identifier: Apache-2.0

package dev.ringtail.io.tool;

import dev.ringtail.io.Completion;
import dev.ringtail.io.IoLoop;
import java.util.concurrent.TimeUnit;
import java.util.function.BooleanSupplier;

/** Runs a loop until something is so: for the commands' steps that follow one upon the other. */
final class LoopRun {
    /** How long the loop may go on after it is so. A pass that finds nothing to do costs one kernel entry. */
    private static final long SLICE_NANOS = TimeUnit.MILLISECONDS.toNanos(1);

    private LoopRun() {}

    static void until(IoLoop loop, BooleanSupplier isSo) {
        while (!isSo.getAsBoolean()) {
            loop.runFor(SLICE_NANOS);
        }
    }

    /** Until the callback of what was just submitted has run. */
    static <C extends Completion> C finish(C completion) {
        until(completion.loop(), () -> !completion.isInFlight());
        return completion;
    }
}
