// SPDX-License-Identifier: Apache-2.0

package dev.ringtail.io.tests.installations;

import static org.junit.jupiter.api.Assertions.assertNotNull;

import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Collection;
import java.util.List;
import java.util.Map;
import java.util.ServiceLoader;
import java.util.concurrent.Callable;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;
import org.osgi.framework.Bundle;
import org.osgi.framework.BundleContext;
import org.osgi.framework.BundleException;
import org.osgi.framework.Constants;
import org.osgi.framework.FrameworkEvent;
import org.osgi.framework.InvalidSyntaxException;
import org.osgi.framework.ServiceReference;
import org.osgi.framework.launch.Framework;
import org.osgi.framework.launch.FrameworkFactory;
import org.osgi.framework.wiring.FrameworkWiring;

/** The framework that is on the class path of this test run, Felix or Equinox, and what is installed in it. */
final class OsgiFramework {
    /** The library's bundles: the names that users install them by. */
    static final List<String> RINGTAIL =
            List.of("dev.ringtail.io", "dev.ringtail.io.linux", "dev.ringtail.io.uring", "dev.ringtail.io.epoll");

    /** The mediator, and what it needs. */
    static final List<String> SPI_FLY = List.of(
            "asm", "asm-tree", "asm-analysis", "asm-commons", "asm-util", "org.apache.aries.spifly.dynamic.bundle");

    /** Declarative Services, and what they need. */
    static final List<String> SCR = List.of(
            "org.osgi.util.function", "org.osgi.util.promise", "org.osgi.service.component", "org.apache.felix.scr");

    private static final Path BUNDLES = Path.of(System.getProperty("installations.bundles", ""));
    private static final long TIMEOUT_MILLIS = 30_000;

    private final Framework framework;

    private OsgiFramework(Framework framework) {
        this.framework = framework;
    }

    /** Started, with nothing in it. */
    static OsgiFramework start(Path storage) throws BundleException {
        FrameworkFactory factory =
                ServiceLoader.load(FrameworkFactory.class).findFirst().orElseThrow();
        Framework framework = factory.newFramework(Map.of(
                Constants.FRAMEWORK_STORAGE, storage.toString(),
                Constants.FRAMEWORK_STORAGE_CLEAN, Constants.FRAMEWORK_STORAGE_CLEAN_ONFIRSTINIT,
                // Nothing but java.* comes from the test's class path.
                Constants.FRAMEWORK_BUNDLE_PARENT, Constants.FRAMEWORK_BUNDLE_PARENT_BOOT));
        framework.start();
        return new OsgiFramework(framework);
    }

    BundleContext context() {
        return framework.getBundleContext();
    }

    /** Installs bundles by the names of their jars, then starts them in that order. */
    @SafeVarargs
    final void install(List<String>... names) throws BundleException {
        List<Bundle> installed = new ArrayList<>();
        for (List<String> some : names) {
            for (String name : some) {
                installed.add(context()
                        .installBundle(BUNDLES.resolve(name + ".jar").toUri().toString()));
            }
        }
        for (Bundle bundle : installed) {
            bundle.start();
        }
    }

    /** Installs and starts a bundle that a test has made. */
    Bundle install(TestBundle bundle) throws BundleException, IOException {
        Bundle installed = context().installBundle(bundle.name(), new ByteArrayInputStream(bundle.jar()));
        installed.start();
        return installed;
    }

    Bundle bundle(String symbolicName) {
        for (Bundle bundle : context().getBundles()) {
            if (symbolicName.equals(bundle.getSymbolicName())) {
                return bundle;
            }
        }
        throw new AssertionError("not installed: " + symbolicName);
    }

    /** Calls the service with the property {@code does}; waits for it, as a component comes when its references are there. */
    String ask(String does) throws Exception {
        long end = System.nanoTime() + TimeUnit.MILLISECONDS.toNanos(TIMEOUT_MILLIS);
        while (System.nanoTime() < end) {
            Collection<? extends ServiceReference<?>> found = services(Callable.class, "(does=" + does + ")");
            if (!found.isEmpty()) {
                ServiceReference<?> reference = found.iterator().next();
                @Nullable Object service = context().getService(reference);
                assertNotNull(service, does);
                try {
                    return String.valueOf(((Callable<?>) service).call());
                } finally {
                    context().ungetService(reference);
                }
            }
            Thread.onSpinWait();
        }
        throw new AssertionError("no service does " + does);
    }

    /** Services by their interface's name, of whichever loader. */
    Collection<? extends ServiceReference<?>> services(Class<?> type, String filter) {
        return services(type.getName(), filter);
    }

    Collection<? extends ServiceReference<?>> services(String type, @Nullable String filter) {
        try {
            ServiceReference<?> @Nullable [] references = context().getAllServiceReferences(type, filter);
            return references == null ? List.of() : List.of(references);
        } catch (InvalidSyntaxException e) {
            throw new AssertionError(e);
        }
    }

    /** Lets go of uninstalled and updated bundles' class loaders, and waits for it. */
    void refresh() throws InterruptedException {
        CountDownLatch refreshed = new CountDownLatch(1);
        framework.adapt(FrameworkWiring.class).refreshBundles(null, event -> {
            if (event.getType() == FrameworkEvent.PACKAGES_REFRESHED) {
                refreshed.countDown();
            }
        });
        if (!refreshed.await(TIMEOUT_MILLIS, TimeUnit.MILLISECONDS)) {
            throw new AssertionError("the framework doesn't refresh");
        }
    }

    void stop() throws BundleException, InterruptedException {
        framework.stop();
        framework.waitForStop(TIMEOUT_MILLIS);
    }
}
