// SPDX-License-Identifier: Apache-2.0

package example;

import dev.ringtail.io.Options;
import dev.ringtail.io.spi.Availability;
import dev.ringtail.io.spi.Driver;
import dev.ringtail.io.spi.Provider;
import java.io.IOException;
import java.util.Optional;
import java.util.ServiceLoader;

/** Hands everything on to the epoll provider, and counts. Never chosen unless asked for by name. */
public final class CountingProvider implements Provider {
    /** For the service loader. */
    public CountingProvider() {}

    @Override
    public String name() {
        return "counting";
    }

    @Override
    public int priority() {
        return -1;
    }

    @Override
    public Availability availability() {
        return epoll().map(Provider::availability)
                .orElseGet(() -> new Availability.Unavailable("the epoll provider isn't installed"));
    }

    @Override
    public Driver open(Options options) throws IOException {
        return new CountingDriver(epoll().orElseThrow().open(options));
    }

    // By class name: it is in a package that its module doesn't export.
    private static Optional<Provider> epoll() {
        return ServiceLoader.load(Provider.class).stream()
                .filter(service -> service.type().getName().equals("dev.ringtail.io.epoll.EpollProvider"))
                .map(ServiceLoader.Provider::get)
                .findFirst();
    }
}
