// SPDX-License-Identifier: Apache-2.0

package dev.ringtail.io.tests.installations.consumer;

import dev.ringtail.io.IoLoop;
import dev.ringtail.io.Options;
import dev.ringtail.io.spi.Provider;
import java.util.concurrent.Callable;

/** A component of Declarative Services: it is given its provider, and looks for none. */
public final class TakesProvider implements Callable<String> {
    private final Provider provider;

    /** For Declarative Services. */
    public TakesProvider(Provider provider) {
        this.provider = provider;
    }

    @Override
    public String call() throws Exception {
        try (IoLoop loop = IoLoop.open(provider, Options.defaults())) {
            return RoundTrip.on(loop);
        }
    }
}
