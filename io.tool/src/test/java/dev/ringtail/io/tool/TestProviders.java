// SPDX-License-Identifier: Apache-2.0

package dev.ringtail.io.tool;

import dev.ringtail.io.Providers;
import dev.ringtail.io.spi.Provider;
import java.util.stream.Stream;

/** Every provider that works here: the tests run once for each. */
public final class TestProviders {
    private TestProviders() {}

    /** A method source for parameterized tests. */
    public static Stream<Provider> available() {
        return Providers.find().stream()
                .filter(Providers.Candidate::isAvailable)
                .map(candidate -> candidate.provider().orElseThrow());
    }

    /** Their names, for tests that need another process. */
    public static Stream<String> names() {
        return available().map(Provider::name);
    }
}
