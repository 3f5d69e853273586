// SPDX-License-Identifier: Apache-2.0

package dev.ringtail.io.tests.conformance;

import dev.ringtail.io.Providers;
import java.io.PrintWriter;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;
import org.junit.platform.commons.support.AnnotationSupport;
import org.junit.platform.engine.DiscoverySelector;
import org.junit.platform.engine.FilterResult;
import org.junit.platform.engine.TestDescriptor;
import org.junit.platform.engine.TestExecutionResult;
import org.junit.platform.engine.discovery.ClassNameFilter;
import org.junit.platform.engine.discovery.DiscoverySelectors;
import org.junit.platform.engine.discovery.PackageNameFilter;
import org.junit.platform.engine.support.descriptor.MethodSource;
import org.junit.platform.launcher.EngineFilter;
import org.junit.platform.launcher.LauncherDiscoveryRequest;
import org.junit.platform.launcher.PostDiscoveryFilter;
import org.junit.platform.launcher.TestExecutionListener;
import org.junit.platform.launcher.TestIdentifier;
import org.junit.platform.launcher.core.LauncherConfig;
import org.junit.platform.launcher.core.LauncherDiscoveryRequestBuilder;
import org.junit.platform.launcher.core.LauncherFactory;
import org.junit.platform.launcher.listeners.SummaryGeneratingListener;
import org.junit.platform.launcher.listeners.TestExecutionSummary;

/**
 * Runs the conformance suite by itself, on every provider that is available: put a provider's jar beside the suite's on the
 * class path or the module path, and start this. Prints what failed and the table of promises; ends with 0 if all that ran
 * has passed, 1 if not or if nothing ran, 2 if the options are wrong.
 */
public final class Main {
    private static final String USAGE = """
            options: [--provider NAME] [--only POINT]... [--verbose]
              --provider NAME  run on this provider only, and fail if it isn't available
              --only POINT     run only the tests of this point of the contract, such as 2.1, or of a section, such as 2
              --verbose        print each test's name when it starts""";

    private static final int STACK_LINES = 12;

    private final List<String> points = new ArrayList<>();
    private @Nullable String providerName;
    private boolean isVerbose;

    private Main(String... arguments) {
        for (int i = 0; i < arguments.length; i++) {
            switch (arguments[i]) {
                case "--provider" -> providerName = value(arguments, ++i);
                case "--only" -> points.add(value(arguments, ++i));
                case "--verbose" -> isVerbose = true;
                default -> throw new IllegalArgumentException(arguments[i] + " isn't an option");
            }
        }
    }

    private static String value(String[] arguments, int index) {
        if (index == arguments.length) {
            throw new IllegalArgumentException(arguments[index - 1] + " needs a value");
        }
        return arguments[index];
    }

    /** The command: see {@link Main}. */
    public static void main(String... arguments) {
        System.exit(status(arguments));
    }

    @SuppressWarnings("SystemOut")
    private static int status(String... arguments) {
        try {
            return new Main(arguments).run();
        } catch (IllegalArgumentException e) {
            System.err.println(e.getMessage() + '\n' + USAGE);
            return 2;
        }
    }

    @SuppressWarnings("SystemOut")
    private int run() {
        PrintWriter out = new PrintWriter(System.out, true, StandardCharsets.UTF_8);
        List<Providers.Candidate> candidates = Providers.find();
        if (candidates.stream().noneMatch(this::isToRun)) {
            out.println((providerName == null ? "no provider" : providerName) + " is available; found: " + candidates);
            return 1;
        }
        // The table first, as it ends with the run; the listeners that the service loader finds would print it again.
        SummaryGeneratingListener summary = new SummaryGeneratingListener();
        LauncherFactory.create(LauncherConfig.builder()
                        .enableTestExecutionListenerAutoRegistration(false)
                        .build())
                .execute(request(), new PromiseTable(), summary, new Progress(out, isVerbose));
        TestExecutionSummary result = summary.getSummary();
        result.printFailuresTo(out, STACK_LINES);
        out.println("Tests run: " + result.getTestsStartedCount() + ", failed: " + result.getTotalFailureCount()
                + ", skipped: " + (result.getTestsSkippedCount() + result.getTestsAbortedCount()));
        return result.getTotalFailureCount() == 0 && result.getTestsSucceededCount() > 0 ? 0 : 1;
    }

    private boolean isToRun(Providers.Candidate candidate) {
        return candidate.isAvailable() && (providerName == null || providerName.equals(candidate.name()));
    }

    private LauncherDiscoveryRequest request() {
        String suite = Main.class.getPackageName();
        LauncherDiscoveryRequestBuilder request = LauncherDiscoveryRequestBuilder.request()
                .selectors(selector(suite))
                .filters(
                        // Another engine that is beside the suite has nothing to run here, but may write files, and
                        // fail.
                        EngineFilter.includeEngines("junit-jupiter"),
                        ClassNameFilter.includeClassNamePatterns(".*Test"),
                        PackageNameFilter.includePackageNames(suite),
                        (PostDiscoveryFilter) this::filter);
        if (providerName != null) {
            request.configurationParameter(EachProvider.ONLY, providerName);
        }
        return request.build();
    }

    /** As a module the suite's classes aren't where a scan of the class path would look. */
    private static DiscoverySelector selector(String suite) {
        Module module = Main.class.getModule();
        return module.isNamed()
                ? DiscoverySelectors.selectModule(module.getName())
                : DiscoverySelectors.selectPackage(suite);
    }

    private FilterResult filter(TestDescriptor test) {
        if (points.isEmpty() || !(test.getSource().orElse(null) instanceof MethodSource source)) {
            return FilterResult.included("not a question of points");
        }
        boolean isWanted = AnnotationSupport.findAnnotation(source.getJavaMethod(), Promise.class).stream()
                .flatMap(promise -> List.of(promise.value()).stream())
                .anyMatch(
                        point -> points.stream().anyMatch(only -> point.equals(only) || point.startsWith(only + ".")));
        return FilterResult.includedIf(isWanted);
    }

    /** Says where the run is: what failed, at once, as a run may never come to its end; the last line is the test that hangs. */
    private record Progress(PrintWriter out, boolean isVerbose) implements TestExecutionListener {
        @Override
        public void executionStarted(TestIdentifier test) {
            if (isVerbose && test.isTest()) {
                out.println(name(test));
            }
        }

        @Override
        public void executionSkipped(TestIdentifier test, String reason) {
            out.println("skipped " + name(test) + ": " + reason);
        }

        @Override
        public void executionFinished(TestIdentifier test, TestExecutionResult result) {
            if (result.getStatus() != TestExecutionResult.Status.SUCCESSFUL) {
                out.println((result.getStatus() == TestExecutionResult.Status.FAILED ? "FAILED " : "skipped ")
                        + name(test) + ": "
                        + result.getThrowable().map(Throwable::getMessage).orElse("no reason given"));
            }
        }

        private static String name(TestIdentifier test) {
            if (!(test.getSource().orElse(null) instanceof MethodSource source)) {
                return test.getDisplayName();
            }
            String className = source.getClassName();
            return className.substring(className.lastIndexOf('.') + 1) + "." + source.getMethodName() + " "
                    + test.getDisplayName();
        }
    }
}
