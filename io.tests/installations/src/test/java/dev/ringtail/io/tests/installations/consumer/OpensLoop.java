// SPDX-License-Identifier: Apache-2.0

package dev.ringtail.io.tests.installations.consumer;

import dev.ringtail.io.IoLoop;
import dev.ringtail.io.Providers;
import java.util.Hashtable;
import java.util.concurrent.Callable;
import java.util.stream.Collectors;
import org.osgi.framework.BundleActivator;
import org.osgi.framework.BundleContext;

/**
 * The activator of a bundle that calls {@link IoLoop#open()}. It is asked to by services that any bundle can see, as
 * {@link Callable} is the JDK's: one makes the round trip, one says which providers there are.
 */
public final class OpensLoop implements BundleActivator {
    /** For the framework. */
    public OpensLoop() {}

    @Override
    public void start(BundleContext context) {
        register(context, "round-trip", OpensLoop::roundTrip);
        register(context, "providers", OpensLoop::providers);
    }

    // The registry takes nothing but a Dictionary.
    @SuppressWarnings("JdkObsolete")
    private static void register(BundleContext context, String does, Callable<String> service) {
        Hashtable<String, Object> properties = new Hashtable<>();
        properties.put("does", does);
        context.registerService(Callable.class, service, properties);
    }

    private static String roundTrip() throws Exception {
        try (IoLoop loop = IoLoop.open()) {
            return RoundTrip.on(loop);
        }
    }

    private static String providers() {
        return Providers.find().stream().map(Providers.Candidate::toString).collect(Collectors.joining(", "));
    }

    @Override
    public void stop(BundleContext context) {
        // The framework takes back what a stopped bundle registered.
    }
}
