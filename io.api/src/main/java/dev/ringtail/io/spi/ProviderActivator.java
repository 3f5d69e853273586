// SPDX-License-Identifier: Apache-2.0

package dev.ringtail.io.spi;

import java.util.Hashtable;
import java.util.ServiceLoader;
import org.osgi.framework.BundleActivator;
import org.osgi.framework.BundleContext;
import org.osgi.framework.Constants;
import org.osgi.framework.wiring.BundleWiring;

/**
 * The {@code Bundle-Activator} of every provider's bundle: registers what the bundle lists in {@code META-INF/services} as
 * OSGi services, so that providers are found without a service-loader mediator, and by Declarative Services. Each has the
 * properties {@value #NAME} and {@value #PRIORITY}, and its priority as service ranking. Used by a framework alone.
 */
public final class ProviderActivator implements BundleActivator {
    /** The service property with {@link Provider#name}, as in the filter {@code (name=epoll)}. */
    public static final String NAME = "name";

    /** The service property with {@link Provider#priority}, an {@code Integer}. */
    public static final String PRIORITY = "priority";

    /** For the framework. */
    public ProviderActivator() {}

    @Override
    // The registry takes nothing but a Dictionary.
    @SuppressWarnings("JdkObsolete")
    public void start(BundleContext context) {
        ClassLoader loader = context.getBundle().adapt(BundleWiring.class).getClassLoader();
        ServiceLoader.load(Provider.class, loader).stream()
                // A mediator widens what the service loader finds to every bundle.
                .filter(service -> loader.equals(service.type().getClassLoader()))
                .map(ServiceLoader.Provider::get)
                .forEach(provider -> {
                    Hashtable<String, Object> properties = new Hashtable<>();
                    properties.put(NAME, provider.name());
                    properties.put(PRIORITY, provider.priority());
                    properties.put(Constants.SERVICE_RANKING, provider.priority());
                    context.registerService(Provider.class, provider, properties);
                });
    }

    @Override
    public void stop(BundleContext context) {
        // The framework takes back what a stopped bundle registered.
    }
}
