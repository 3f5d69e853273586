// SPDX-License-Identifier: Apache-2.0
package dev.ringtail.io.tests.choice;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;
import static org.junit.jupiter.api.Assumptions.abort;

import dev.ringtail.io.Providers;
import dev.ringtail.io.spi.Provider;
import dev.ringtail.io.tests.ChildJvm;
import dev.ringtail.io.tests.conformance.Promise;
import java.io.File;
import java.net.URISyntaxException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** Which provider is taken, and what is said where none can be (semantics 4), each in a virtual machine of its own. */
final class ChoiceTest {
    private static final int FEW_DESCRIPTORS = 100;

    private static final String NO_ACCESS = "native access isn't enabled: add --enable-native-access=";

    @TempDir
    private Path folder;

    private static ChildJvm open(int times) {
        return ChildJvm.of(Open.class, String.valueOf(times));
    }

    /** One that finds more providers: those of the class path still, and these. */
    private ChildJvm openWith(int times, String... classNames) throws Exception {
        Path services = Files.createDirectories(folder.resolve("META-INF/services"));
        Files.write(services.resolve(Provider.class.getName()), List.of(classNames));
        return open(times).withClassPathFirst(folder);
    }

    /** The provider that is taken here if nobody asks for another. */
    private static String best() {
        return Providers.find().stream()
                .filter(Providers.Candidate::isAvailable)
                .findFirst()
                .orElseThrow()
                .name();
    }

    private static String found() {
        return Providers.find().stream().map(Providers.Candidate::toString).collect(Collectors.joining("; "));
    }

    private static Path home(Class<?> type) throws URISyntaxException {
        return Path.of(type.getProtectionDomain().getCodeSource().getLocation().toURI());
    }

    private static String modulePath() throws Exception {
        return Stream.of(
                        Providers.class,
                        Class.forName("dev.ringtail.io.linux.NativeAccess"),
                        Class.forName("dev.ringtail.io.uring.UringProvider"),
                        Class.forName("dev.ringtail.io.epoll.EpollProvider"))
                .map(type -> {
                    try {
                        return home(type).toString();
                    } catch (URISyntaxException e) {
                        throw new AssertionError(e);
                    }
                })
                .collect(Collectors.joining(File.pathSeparator));
    }

    /** What was logged about the choice. */
    private static List<String> logged(ChildJvm.Result result) {
        return result.err()
                .lines()
                .filter(line -> line.contains("provider: "))
                .map(line -> line.substring(line.indexOf("provider: ")))
                .toList();
    }

    private static void assertNotOpened(ChildJvm.Result result) {
        assertFalse(result.out().contains("\nprovider "), result::toString);
        assertEquals(List.of(), logged(result));
    }

    @Test
    @Promise("4.1")
    void the_property_takes_the_provider_that_it_names() throws Exception {
        open(1).withFlags("-Dringtail.provider=epoll").run().assertExit(0).assertOut("\nprovider epoll\n");
    }

    @Test
    @Promise({"4.1", "4.3"})
    void an_unknown_name_is_an_error_that_lists_what_was_found() throws Exception {
        ChildJvm.Result result =
                open(1).withFlags("-Dringtail.provider=iouring").run();
        result.assertExit(0).assertOut("\nnone -Dringtail.provider=iouring isn't available; found: " + found() + "\n");
        assertNotOpened(result);
    }

    @Test
    @Promise({"4.1", "4.3"})
    void an_unavailable_name_is_an_error_that_lists_what_was_found() throws Exception {
        ChildJvm.Result result = openWith(1, TestProviders.Better.class.getName())
                .withFlags("-Dringtail.provider=better")
                .run();
        result.assertExit(0)
                .assertOut("\nnone -Dringtail.provider=better isn't available; found: better: "
                        + TestProviders.Better.REASON + "; " + found() + "\n");
        assertNotOpened(result);
    }

    @Test
    @Promise({"4.1", "4.2"})
    void a_provider_whose_static_initialiser_throws_hides_no_other() throws Exception {
        String name = TestProviders.BadInitialiser.class.getName();
        assertReported(name, name + ": can't be loaded: ", "For input string: \"bad initialiser\"");
    }

    @Test
    @Promise({"4.1", "4.2"})
    void a_provider_whose_constructor_throws_hides_no_other() throws Exception {
        String name = TestProviders.BadConstructor.class.getName();
        assertReported(name, name + ": can't be loaded: ", "java.lang.IllegalStateException: bad constructor");
    }

    @Test
    @Promise({"4.1", "4.2"})
    void a_provider_that_throws_an_error_hides_no_other() throws Exception {
        String made = TestProviders.BadAssertion.class.getName();
        assertReported(made, made + ": can't be loaded: ", "java.lang.AssertionError: bad assertion");
        String asked = TestProviders.BadAnswer.class.getName();
        assertReported(asked, asked + ": can't be loaded: ", "java.lang.Error: bad answer");
    }

    @Test
    @Promise({"4.1", "4.2"})
    void a_services_file_that_makes_no_sense_hides_no_provider() throws Exception {
        // The rest of that file is lost, as the service loader gives it up.
        openWith(1, "no class name")
                .run()
                .assertExit(0)
                .assertOut("Illegal configuration-file syntax")
                .assertOut("\nprovider " + best() + "\n");
    }

    @Test
    @Promise({"4.1", "4.2"})
    void a_provider_that_does_not_exist_hides_no_other() throws Exception {
        assertReported("nowhere.Missing", "can't be loaded: ", "nowhere.Missing not found");
    }

    @Test
    @Promise({"4.1", "4.2"})
    void a_service_that_is_no_provider_hides_no_other() throws Exception {
        String name = TestProviders.Stranger.class.getName();
        assertReported(name, "can't be loaded: ", name + " not a subtype");
    }

    /** The broken one comes first in its file; a good one after it and those of the class path are found still. */
    private void assertReported(String broken, String... parts) throws Exception {
        ChildJvm.Result result =
                openWith(1, broken, TestProviders.Better.class.getName()).run().assertExit(0);
        List<String> reports = result.out()
                .lines()
                .filter(line -> line.startsWith("found ") && line.contains("can't be loaded"))
                .toList();
        assertEquals(1, reports.size(), result::toString);
        for (String part : parts) {
            assertTrue(reports.getFirst().contains(part), result::toString);
        }
        result.assertOut("found better: ")
                .assertOut("found io_uring: ")
                .assertOut("found epoll: available\n")
                .assertOut("\nprovider " + best() + "\n");
    }

    @Test
    @Promise("4.3")
    void without_any_provider_the_exception_says_what_to_add() throws Exception {
        ChildJvm.Result result = open(1).withClassPath(home(Providers.class) + File.pathSeparator + home(Open.class))
                .run();
        result.assertExit(0)
                .assertOut("none no provider of dev.ringtail.io.spi.Provider is available; none was found: put"
                        + " dev.ringtail.io.uring or dev.ringtail.io.epoll on the module path or class path");
        assertFalse(result.out().contains("found dev") || result.out().contains("found io_uring"), result::toString);
    }

    @Test
    @Promise({"4.2", "4.3"})
    void without_native_access_on_the_class_path_the_reason_is_the_flag() throws Exception {
        assertNoAccess("ALL-UNNAMED", open(1).withOnlyFlags("--illegal-native-access=deny"));
        open(1).withOnlyFlags("--illegal-native-access=deny", "--enable-native-access=ALL-UNNAMED")
                .run()
                .assertExit(0)
                .assertOut("\nprovider " + best() + "\n");
    }

    @Test
    @Promise({"4.2", "4.3"})
    void without_native_access_on_the_module_path_the_reason_is_the_flag() throws Exception {
        ChildJvm onModulePath = open(1).withOnlyFlags(
                        "--illegal-native-access=deny",
                        "--module-path=" + modulePath(),
                        "--add-modules=ALL-MODULE-PATH")
                .withClassPath(home(Open.class).toString());
        assertNoAccess("dev.ringtail.io.linux", onModulePath);
        onModulePath
                .withFlags("--enable-native-access=dev.ringtail.io.linux")
                .run()
                .assertExit(0)
                .assertOut("\nprovider " + best() + "\n");
    }

    @Test
    @Promise({"4.2", "4.3"})
    void on_another_system_the_reason_is_that_it_is_not_linux() throws Exception {
        ChildJvm.Result result = open(1).withFlags("-Dos.name=Plan 9").run().assertExit(0);
        String reason = "this is Plan 9, not Linux";
        result.assertOut("found io_uring: " + reason + "\n").assertOut("found epoll: " + reason + "\n");
        assertTrue(
                result.out()
                        .lines()
                        .anyMatch(line -> line.startsWith("none ")
                                && line.contains("io_uring: " + reason)
                                && line.contains("epoll: " + reason)),
                result::toString);
        assertNotOpened(result);
    }

    private static void assertNoAccess(String flag, ChildJvm child) throws Exception {
        ChildJvm.Result result = child.run().assertExit(0);
        assertTrue(
                result.out().lines().anyMatch(line -> line.startsWith("found io_uring: " + NO_ACCESS + flag)),
                result::toString);
        assertTrue(
                result.out().lines().anyMatch(line -> line.startsWith("found epoll: " + NO_ACCESS + flag)),
                result::toString);
        String none = result.out()
                .lines()
                .filter(line -> line.startsWith("none "))
                .findFirst()
                .orElseThrow();
        assertTrue(none.contains("io_uring: " + NO_ACCESS + flag), none);
        assertTrue(none.contains("; epoll: " + NO_ACCESS + flag), none);
    }

    @Test
    @Promise("4.4")
    void asking_fifty_times_leaves_nothing_behind() throws Exception {
        ChildJvm.of(Ask.class).run().assertExit(0).assertOut("found io_uring: ").assertOut("found epoll: ");
    }

    @ParameterizedTest
    @ValueSource(strings = {"io_uring", "epoll"})
    @Promise("4.2")
    // Why it is skipped is printed.
    @SuppressWarnings("SystemOut")
    void without_descriptors_opening_fails_and_names_the_limit(String provider) throws Exception {
        for (Providers.Candidate candidate : Providers.find()) {
            if (candidate.name().equals(provider) && !candidate.isAvailable()) {
                System.out.println("skipped: " + candidate);
                abort(candidate.toString());
            }
        }
        ChildJvm.Result result = ChildJvm.of(Exhaust.class, provider)
                .under("prlimit", "--nofile=" + FEW_DESCRIPTORS + ":" + FEW_DESCRIPTORS)
                .run()
                .assertExit(0)
                .assertOut("failed with 0 left: ")
                .assertOut("opened with ");
        result.out().lines().filter(line -> !line.startsWith("opened ")).forEach(line -> {
            assertTrue(line.startsWith("failed with "), result::toString);
            assertTrue(line.contains("may have " + FEW_DESCRIPTORS + " descriptors open"), result::toString);
            assertTrue(line.contains("RLIMIT_NOFILE; raise it with ulimit -n"), result::toString);
        });
    }

    @Test
    @Promise("4.1")
    void the_choice_and_its_reason_are_logged_once() throws Exception {
        ChildJvm.Result asked = open(2).withFlags("-Dringtail.provider=epoll").run();
        asked.assertExit(0).assertOut("\nprovider epoll\nprovider epoll\n");
        assertEquals(List.of("provider: epoll (asked for by -Dringtail.provider)"), logged(asked));
    }

    @Test
    @Promise({"4.1", "4.2"})
    void why_the_better_one_was_not_taken_is_logged_once() throws Exception {
        ChildJvm.Result result =
                openWith(2, TestProviders.Better.class.getName()).run();
        result.assertExit(0).assertOut("\nprovider " + best() + "\nprovider " + best() + "\n");
        assertEquals(1, logged(result).size(), result::toString);
        assertTrue(
                logged(result)
                        .getFirst()
                        .startsWith("provider: " + best() + "; not better: " + TestProviders.Better.REASON),
                result::toString);
    }
}
