// SPDX-License-Identifier: Apache-2.0
package dev.ringtail.io.tests.choice;

import dev.ringtail.io.Options;
import dev.ringtail.io.spi.Availability;
import dev.ringtail.io.spi.Driver;
import dev.ringtail.io.spi.Provider;
import java.io.IOException;

/** Providers that can't work, each in its own way. Public, as the service loader wants them. */
public final class TestProviders {
    private TestProviders() {}

    /** Better than any other, but not here. */
    public static class Better implements Provider {
        static final String REASON = "the moon is not full: wait";

        /** For the service loader. */
        public Better() {}

        @Override
        public String name() {
            return "better";
        }

        @Override
        public int priority() {
            return 1000;
        }

        @Override
        public Availability availability() {
            return new Availability.Unavailable(REASON);
        }

        @Override
        public Driver open(Options options) throws IOException {
            throw new IOException("opened, although unavailable");
        }
    }

    /** Its static initialiser throws. */
    public static final class BadInitialiser extends Better {
        static final int VALUE = Integer.parseInt("bad initialiser");

        /** For the service loader. */
        public BadInitialiser() {}
    }

    /** Its constructor throws. */
    public static final class BadConstructor extends Better {
        /** For the service loader. */
        public BadConstructor() {
            throw new IllegalStateException("bad constructor");
        }
    }

    /** Its constructor throws an error that has nothing to do with linking: the service loader passes it on as it is. */
    public static final class BadAssertion extends Better {
        /** For the service loader. */
        public BadAssertion() {
            throw new AssertionError("bad assertion");
        }
    }

    /** It can be made, but not asked. */
    public static final class BadAnswer extends Better {
        /** For the service loader. */
        public BadAnswer() {}

        @Override
        public Availability availability() {
            throw new Error("bad answer");
        }
    }

    /** Not a provider at all. */
    public static final class Stranger {
        /** For the service loader. */
        public Stranger() {}
    }
}
