// SPDX-License-Identifier: Apache-2.0
package dev.ringtail.io.bench.peers;

import dev.ringtail.io.IoLoop;
import dev.ringtail.io.Options;
import dev.ringtail.io.spi.Provider;
import java.io.IOException;
import java.util.ServiceLoader;

/** Opens loops on a provider by name. */
final class Loops {
    private Loops() {}

    static IoLoop open(String provider, Options options) throws IOException {
        for (Provider candidate : ServiceLoader.load(Provider.class)) {
            if (candidate.name().equals(provider)) {
                return IoLoop.open(candidate, options);
            }
        }
        throw new IOException("there is no provider " + provider);
    }
}
