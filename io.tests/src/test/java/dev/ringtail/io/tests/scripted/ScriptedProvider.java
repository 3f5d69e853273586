// SPDX-License-Identifier: Apache-2.0

package dev.ringtail.io.tests.scripted;

import dev.ringtail.io.Options;
import dev.ringtail.io.spi.Availability;
import dev.ringtail.io.spi.Driver;
import dev.ringtail.io.spi.Provider;

/** Hands out one driver. */
record ScriptedProvider(Driver driver) implements Provider {
    @Override
    public String name() {
        return "scripted";
    }

    @Override
    public int priority() {
        return 0;
    }

    @Override
    public Availability availability() {
        return new Availability.Available();
    }

    @Override
    public Driver open(Options options) {
        return driver;
    }
}
