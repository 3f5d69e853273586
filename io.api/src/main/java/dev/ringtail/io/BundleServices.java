// SPDX-License-Identifier: Apache-2.0

package dev.ringtail.io;

import dev.ringtail.io.spi.Provider;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;
import org.osgi.framework.Bundle;
import org.osgi.framework.BundleContext;
import org.osgi.framework.FrameworkUtil;
import org.osgi.framework.InvalidSyntaxException;
import org.osgi.framework.ServiceReference;

/**
 * The providers that are registered as OSGi services: what {@link Providers} asks where no mediator makes the service loader
 * look into other bundles. Outside a framework this class fails to link.
 */
final class BundleServices {
    private BundleServices() {}

    /** None if this bundle isn't started, or isn't a bundle. */
    static List<Provider> providers() {
        @Nullable Bundle bundle = FrameworkUtil.getBundle(BundleServices.class);
        @Nullable BundleContext context = bundle == null ? null : bundle.getBundleContext();
        if (context == null) {
            return List.of();
        }
        List<Provider> providers = new ArrayList<>();
        try {
            for (ServiceReference<Provider> reference : context.getServiceReferences(Provider.class, null)) {
                @Nullable Provider provider = context.getService(reference);
                if (provider != null) {
                    providers.add(provider);
                    // Providers are stateless: one that was found may be used on, and this bundle holds on to none.
                    context.ungetService(reference);
                }
            }
        } catch (InvalidSyntaxException e) {
            throw new AssertionError("there is no filter", e);
        }
        return providers;
    }
}
