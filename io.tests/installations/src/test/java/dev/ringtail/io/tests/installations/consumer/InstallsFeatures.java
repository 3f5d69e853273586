// SPDX-License-Identifier: Apache-2.0

package dev.ringtail.io.tests.installations.consumer;

import java.net.URI;
import java.util.Arrays;
import java.util.concurrent.TimeUnit;
import org.apache.karaf.features.FeaturesService;
import org.osgi.framework.Bundle;
import org.osgi.framework.BundleActivator;
import org.osgi.framework.BundleContext;
import org.osgi.util.tracker.ServiceTracker;

/**
 * The activator of a bundle that does in Karaf what the commands feature:repo-add, feature:install and feature:uninstall do,
 * which is to call this service; prints what is there after each, and stops Karaf.
 */
public final class InstallsFeatures implements BundleActivator {
    /** For the framework. */
    public InstallsFeatures() {}

    // Its output is what the test reads.
    @SuppressWarnings("SystemOut")
    @Override
    public void start(BundleContext context) {
        // Features can't be installed while this bundle, itself deployed by Karaf, is being started.
        Thread thread = new Thread(() -> {
            try {
                run(context);
            } catch (Exception e) {
                System.out.println("failed: " + e);
            }
            stopKaraf(context);
        });
        thread.start();
    }

    @SuppressWarnings("SystemOut")
    private static void run(BundleContext context) throws Exception {
        ServiceTracker<FeaturesService, FeaturesService> tracker =
                new ServiceTracker<>(context, FeaturesService.class, null);
        tracker.open();
        FeaturesService features = tracker.waitForService(TimeUnit.MINUTES.toMillis(1));
        features.addRepository(URI.create(System.getProperty("installations.features")));
        features.installFeature("ringtail");
        System.out.println("installed: " + ringtail(context));
        features.uninstallFeature("ringtail");
        System.out.println("uninstalled: " + ringtail(context));
    }

    private static String ringtail(BundleContext context) {
        return Arrays.stream(context.getBundles())
                .filter(bundle -> bundle.getSymbolicName().startsWith("dev.ringtail.io"))
                .map(bundle ->
                        bundle.getSymbolicName() + (bundle.getState() == Bundle.ACTIVE ? " active" : " not active"))
                .sorted()
                .toList()
                .toString();
    }

    @SuppressWarnings("SystemOut")
    private static void stopKaraf(BundleContext context) {
        try {
            context.getBundle(0).stop();
        } catch (Exception e) {
            System.out.println("can't be stopped: " + e);
        }
    }

    @Override
    public void stop(BundleContext context) {
        // The thread ends by itself.
    }
}
