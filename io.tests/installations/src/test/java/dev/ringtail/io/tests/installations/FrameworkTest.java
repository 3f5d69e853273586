// SPDX-License-Identifier: Apache-2.0

package dev.ringtail.io.tests.installations;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.ByteArrayInputStream;
import java.lang.ref.WeakReference;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;
import java.util.TreeSet;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;
import org.osgi.framework.Bundle;
import org.osgi.framework.BundleException;
import org.osgi.framework.Constants;
import org.osgi.framework.ServiceReference;
import org.osgi.framework.hooks.service.FindHook;
import org.osgi.framework.wiring.BundleWiring;

/** The bundles in a real framework: this runs once with Felix on the class path and once with Equinox. */
@Timeout(120)
final class FrameworkTest {
    private static final String PROVIDER = "dev.ringtail.io.spi.Provider";
    private static final String CHOICE = "ringtail.provider";

    private OsgiFramework framework;

    @BeforeEach
    void start(@TempDir Path storage) throws BundleException {
        framework = OsgiFramework.start(storage);
    }

    @AfterEach
    void stop() throws BundleException, InterruptedException {
        System.clearProperty(CHOICE);
        framework.stop();
    }

    /** Those that can work on this machine, as a consumer finds them. */
    private List<String> available() throws Exception {
        List<String> names = new ArrayList<>();
        for (String candidate : framework.ask("providers").split(", ", -1)) {
            if (candidate.endsWith(": available")) {
                names.add(candidate.substring(0, candidate.indexOf(':')));
            }
        }
        assertTrue(names.contains("epoll"), () -> "available: " + names);
        return names;
    }

    private void makeRoundTrips() throws Exception {
        for (String provider : available()) {
            System.setProperty(CHOICE, provider);
            assertEquals(provider, framework.ask("round-trip"));
        }
        System.clearProperty(CHOICE);
    }

    @Test
    void with_spi_fly_a_consumer_opens_loops_by_the_service_loader() throws Exception {
        framework.install(OsgiFramework.SPI_FLY, OsgiFramework.RINGTAIL);
        framework.install(TestBundle.opensLoop());
        // Providers in the registry are hidden: whatever is found is found by the mediator.
        framework
                .context()
                .registerService(
                        FindHook.class,
                        (context, name, filter, isAll, references) -> {
                            if (context.getBundle().getSymbolicName().equals("dev.ringtail.io")) {
                                references.clear();
                            }
                        },
                        null);
        makeRoundTrips();
    }

    @Test
    void with_spi_fly_every_provider_is_found_once() throws Exception {
        framework.install(OsgiFramework.SPI_FLY, OsgiFramework.RINGTAIL);
        framework.install(TestBundle.opensLoop());
        String found = framework.ask("providers");
        assertEquals(2, found.split(", ", -1).length, found);
        assertTrue(found.matches("io_uring: .*, epoll: available"), found);
    }

    @Test
    void without_spi_fly_a_consumer_opens_loops_by_the_service_registry() throws Exception {
        framework.install(OsgiFramework.RINGTAIL);
        framework.install(TestBundle.opensLoop());
        makeRoundTrips();
    }

    @Test
    void providers_are_services_with_name_and_priority() throws Exception {
        framework.install(OsgiFramework.RINGTAIL);
        Set<String> services = new TreeSet<>();
        for (ServiceReference<?> service : framework.services(PROVIDER, null)) {
            assertEquals(service.getProperty("priority"), service.getProperty(Constants.SERVICE_RANKING));
            services.add(service.getProperty("name") + " " + service.getProperty("priority") + " of "
                    + service.getBundle().getSymbolicName());
        }
        assertEquals(Set.of("epoll 10 of dev.ringtail.io.epoll", "io_uring 100 of dev.ringtail.io.uring"), services);
    }

    @Test
    void a_component_takes_its_provider_by_declarative_services() throws Exception {
        framework.install(OsgiFramework.RINGTAIL, OsgiFramework.SCR);
        framework.install(TestBundle.opensLoop());
        List<String> providers = available();
        framework.install(TestBundle.takesProvider(providers));
        for (String provider : providers) {
            assertEquals(provider, framework.ask("component-" + provider));
        }
    }

    @Test
    void the_epoll_bundle_alone_is_enough() throws Exception {
        framework.install(List.of("dev.ringtail.io", "dev.ringtail.io.linux", "dev.ringtail.io.epoll"));
        framework.install(TestBundle.opensLoop());
        assertEquals("epoll", framework.ask("round-trip"));
    }

    @Test
    void without_a_provider_the_error_says_what_is_missing() throws Exception {
        framework.install(OsgiFramework.SPI_FLY, List.of("dev.ringtail.io"));
        framework.install(TestBundle.opensLoop());
        Exception e = assertThrows(Exception.class, () -> framework.ask("round-trip"));
        assertEquals("dev.ringtail.io.NoProviderException", e.getClass().getName());
        String message = String.valueOf(e.getMessage());
        assertTrue(message.contains("dev.ringtail.io.uring or dev.ringtail.io.epoll"), message);
        assertTrue(message.contains("install and start them as bundles"), message);
    }

    @Test
    void the_linux_layer_is_for_the_providers_alone() throws Exception {
        framework.install(OsgiFramework.RINGTAIL);
        assertThrows(BundleException.class, () -> framework.install(TestBundle.imports("dev.ringtail.io.linux")));
    }

    @Test
    void a_consumer_leaves_nothing_behind_when_it_is_stopped_updated_and_uninstalled() throws Exception {
        framework.install(OsgiFramework.SPI_FLY, OsgiFramework.RINGTAIL);
        Bundle consumer = framework.install(TestBundle.opensLoop());
        makeRoundTrips();
        Holdings before = Holdings.now();

        consumer.stop();
        consumer.start();
        makeRoundTrips();
        Holdings.assertNoMoreThan(before);

        WeakReference<ClassLoader> first = loader(consumer);
        consumer.update(new ByteArrayInputStream(TestBundle.opensLoop().jar()));
        framework.refresh();
        makeRoundTrips();
        assertCollected(first);
        Holdings.assertNoMoreThan(before);

        WeakReference<ClassLoader> second = loader(consumer);
        consumer.uninstall();
        framework.refresh();
        assertCollected(second);
        Holdings.assertNoMoreThan(before);
    }

    @Test
    void ringtail_leaves_nothing_behind_when_it_is_uninstalled() throws Exception {
        Holdings before = Holdings.now();
        framework.install(OsgiFramework.RINGTAIL);
        Bundle consumer = framework.install(TestBundle.opensLoop());
        makeRoundTrips();
        List<WeakReference<ClassLoader>> loaders = new ArrayList<>();
        for (String name : OsgiFramework.RINGTAIL) {
            loaders.add(loader(framework.bundle(name)));
            framework.bundle(name).uninstall();
        }
        consumer.uninstall();
        framework.refresh();
        for (WeakReference<ClassLoader> loader : loaders) {
            assertCollected(loader);
        }
        Holdings.assertNoMoreThan(before);
    }

    private static WeakReference<ClassLoader> loader(Bundle bundle) {
        return new WeakReference<>(bundle.adapt(BundleWiring.class).getClassLoader());
    }

    private static void assertCollected(WeakReference<ClassLoader> loader) throws InterruptedException {
        for (int i = 0; i < 50 && loader.get() != null; i++) {
            System.gc();
            Thread.sleep(20);
        }
        assertTrue(loader.get() == null, () -> "still there: " + loader.get());
    }
}
