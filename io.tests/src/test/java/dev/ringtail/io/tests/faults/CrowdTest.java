// SPDX-License-Identifier: Apache-2.0

package dev.ringtail.io.tests.faults;

import dev.ringtail.io.spi.Provider;
import dev.ringtail.io.tests.ChildJvm;
import dev.ringtail.io.tests.conformance.OnEveryProvider;
import dev.ringtail.io.tests.conformance.Promise;

/** The quota of descriptors reached in the middle of accepting, in a child that has few. */
final class CrowdTest {
    private static final int FEW_DESCRIPTORS = 100;

    @Promise({"3.1", "3.3", "3.11"})
    @OnEveryProvider
    void accepting_fails_without_descriptors_and_goes_on_when_there_are_some(Provider provider) throws Exception {
        ChildJvm.of(Crowd.class, provider.name())
                .under("prlimit", "--nofile=" + FEW_DESCRIPTORS + ":" + FEW_DESCRIPTORS)
                .run()
                .assertExit(0)
                .assertOut("recovered");
    }
}
