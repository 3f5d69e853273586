// SPDX-License-Identifier: Apache-2.0

package dev.ringtail.io.tests.conformance;

import dev.ringtail.io.Capability;
import dev.ringtail.io.IoLoop;
import org.junit.jupiter.api.Assumptions;

/** What a provider may declare absent (semantics 3.12): its tests are skipped then, with the capability as the reason. */
final class Supported {
    private Supported() {}

    static void assume(IoLoop loop, Capability capability) {
        Assumptions.assumeTrue(
                loop.capabilities().contains(capability),
                () -> "declared absent: " + capability + " by " + loop.provider());
    }
}
