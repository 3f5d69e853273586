// SPDX-License-Identifier: Apache-2.0

package dev.ringtail.io.tests;

import dev.ringtail.io.Providers;
import dev.ringtail.io.spi.Provider;

/** For the programs that a test starts: which provider they were told. */
public final class NamedProvider {
    private NamedProvider() {}

    /** The available provider of that name. */
    public static Provider of(String name) {
        return Providers.find().stream()
                .filter(candidate -> candidate.name().equals(name))
                .findFirst()
                .flatMap(Providers.Candidate::provider)
                .orElseThrow();
    }
}
