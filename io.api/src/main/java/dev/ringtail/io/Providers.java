// SPDX-License-Identifier: Apache-2.0

package dev.ringtail.io;

import dev.ringtail.io.spi.Availability;
import dev.ringtail.io.spi.Provider;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.HashSet;
import java.util.Iterator;
import java.util.List;
import java.util.Optional;
import java.util.ServiceConfigurationError;
import java.util.ServiceLoader;
import java.util.Set;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.function.Supplier;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;

/** Which providers there are, and which one {@link IoLoop#open()} takes. Any thread. */
public final class Providers {
    /** The system property that names a provider: {@code -Dringtail.provider=epoll}. */
    public static final String PROPERTY = "ringtail.provider";

    private static final AtomicBoolean HAS_LOGGED = new AtomicBoolean();

    private Providers() {}

    /**
     * A provider that was found, and whether it can work here.
     *
     * @param name its name; for one that can't even be loaded, what the service loader calls it
     * @param priority the highest available one is taken
     * @param provider empty if it can't even be loaded
     */
    public record Candidate(String name, int priority, Availability availability, Optional<Provider> provider) {
        /** Whether it can work here. */
        public boolean isAvailable() {
            return availability instanceof Availability.Available;
        }

        /** As in {@code epoll: available} or {@code io_uring: blocked by seccomp}. */
        @Override
        public String toString() {
            return name + ": "
                    + switch (availability) {
                        case Availability.Available ignored -> "available";
                        case Availability.Unavailable unavailable -> unavailable.reason();
                    };
        }
    }

    /**
     * Every provider that {@link ServiceLoader} finds or that is registered as an OSGi service, the highest priority first.
     * Leaves nothing behind.
     */
    public static List<Candidate> find() {
        List<Candidate> candidates = new ArrayList<>();
        // By class, not by name: the same provider is found on several ways, and two versions of one may be installed.
        Set<Class<?>> seen = new HashSet<>();
        // The context's loader is where an application server keeps the application's jars; the API's own is where a
        // module layer or a flat class path has the providers.
        find(ServiceLoader.load(Provider.class), seen, candidates);
        find(ServiceLoader.load(Provider.class, Provider.class.getClassLoader()), seen, candidates);
        for (Provider provider : registered()) {
            if (seen.add(provider.getClass())) {
                candidates.add(candidate(provider.getClass(), () -> provider));
            }
        }
        candidates.sort(Comparator.comparingInt(Candidate::priority).reversed());
        return candidates;
    }

    private static List<Provider> registered() {
        try {
            return BundleServices.providers();
        } catch (NoClassDefFoundError e) {
            // No framework: OSGi's classes are there in one alone.
            return List.of();
        }
    }

    private static void find(ServiceLoader<Provider> loader, Set<Class<?>> seen, List<Candidate> candidates) {
        Iterator<ServiceLoader.Provider<Provider>> services = loader.stream().iterator();
        while (true) {
            ServiceLoader.Provider<Provider> service;
            try {
                if (!services.hasNext()) {
                    return;
                }
                service = services.next();
            } catch (ServiceConfigurationError e) {
                // One that has no class to tell it by: both loaders find it.
                Candidate broken = broken("a provider", e);
                if (!candidates.contains(broken)) {
                    candidates.add(broken);
                }
                continue;
            }
            if (seen.add(service.type())) {
                candidates.add(candidate(service.type(), service));
            }
        }
    }

    // One provider's failure, of whatever kind, must not hide the others (semantics 4.2).
    private static Candidate candidate(Class<?> type, Supplier<Provider> service) {
        try {
            Provider provider = service.get();
            return new Candidate(provider.name(), provider.priority(), provider.availability(), Optional.of(provider));
        } catch (VirtualMachineError e) {
            throw e;
        } catch (RuntimeException | Error e) {
            return broken(type.getName(), e);
        }
    }

    private static Candidate broken(String name, Throwable failure) {
        Throwable root = failure;
        while (root.getCause() != null) {
            root = root.getCause();
        }
        return new Candidate(
                name, Integer.MIN_VALUE, new Availability.Unavailable("can't be loaded: " + root), Optional.empty());
    }

    /** The provider to take. */
    static Provider choose() throws NoProviderException {
        List<Candidate> candidates = find();
        @Nullable String wanted = System.getProperty(PROPERTY);
        for (Candidate candidate : candidates) {
            if (candidate.isAvailable() && (wanted == null || wanted.equals(candidate.name()))) {
                log(candidate, candidates, wanted);
                return candidate.provider().orElseThrow();
            }
        }
        throw new NoProviderException(explain(candidates, wanted));
    }

    /** Refuses one that would open and then fail in use: where a seccomp filter blocks only io_uring_enter, say. */
    static void check(Provider provider) throws NoProviderException {
        Candidate candidate =
                new Candidate(provider.name(), provider.priority(), provider.availability(), Optional.of(provider));
        if (!candidate.isAvailable()) {
            throw new NoProviderException(candidate.toString());
        }
    }

    private static String explain(List<Candidate> candidates, @Nullable String wanted) {
        String what = wanted == null
                ? "no provider of " + Provider.class.getName() + " is available; "
                : "-D" + PROPERTY + "=" + wanted + " isn't available; ";
        if (candidates.isEmpty()) {
            return what
                    + "none was found: put dev.ringtail.io.uring or dev.ringtail.io.epoll on the module path or class path"
                    + ", or install and start them as bundles";
        }
        return what + "found: " + candidates.stream().map(Candidate::toString).collect(Collectors.joining("; "));
    }

    private static void log(Candidate chosen, List<Candidate> candidates, @Nullable String wanted) {
        if (!HAS_LOGGED.compareAndSet(false, true)) {
            return;
        }
        String why = wanted != null
                ? " (asked for by -D" + PROPERTY + ")"
                : candidates.stream()
                        .takeWhile(candidate -> !candidate.equals(chosen))
                        .map(candidate -> "; not " + candidate)
                        .collect(Collectors.joining());
        System.getLogger("dev.ringtail.io").log(System.Logger.Level.INFO, "provider: " + chosen.name() + why);
    }
}
