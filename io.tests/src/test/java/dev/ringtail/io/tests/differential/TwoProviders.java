// SPDX-License-Identifier: Apache-2.0

package dev.ringtail.io.tests.differential;

import dev.ringtail.io.Providers;
import java.util.List;
import net.jqwik.api.lifecycle.LifecycleContext;
import net.jqwik.api.lifecycle.SkipExecutionHook;

/** Skips, and says why, where there is nothing to compare: one provider alone agrees with itself. */
final class TwoProviders implements SkipExecutionHook {
    /** Those to be compared. */
    static List<Providers.Candidate> available() {
        return Providers.find().stream()
                .filter(Providers.Candidate::isAvailable)
                .toList();
    }

    // The reason is wanted in the log, too: not every report has that of a property.
    @SuppressWarnings("SystemOut")
    @Override
    public SkipResult shouldBeSkipped(LifecycleContext context) {
        if (available().size() >= 2) {
            return SkipResult.doNotSkip();
        }
        String reason = "fewer than two providers are available: " + Providers.find();
        System.out.println("skipped: " + context.label() + ": " + reason);
        return SkipResult.skip(reason);
    }
}
