// SPDX-License-Identifier: Apache-2.0

package dev.ringtail.io.tests.installations;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertNotNull;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeSet;
import java.util.jar.JarFile;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Stream;
import java.util.zip.ZipEntry;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/** What is in the jars beside classes: what they ask of a framework and offer to it, licences, metadata. */
final class JarsTest {
    private static final Path BUNDLES = Path.of(System.getProperty("installations.bundles", ""));

    /** What the command and the suite import beside the library's own packages. */
    private static final Map<String, String> OTHERS = Map.of(
            "dev.ringtail.io.tool",
                    "(picocli|me\\.tongfei\\.progressbar|tools\\.jackson\\.jr|org\\.apache\\.hc\\.core5).*",
            "dev.ringtail.io.tests", "org\\.junit\\..*");

    /** All that is published, less what is nothing but dependencies. */
    static List<String> bundles() {
        return List.of(
                "dev.ringtail.io",
                "dev.ringtail.io.linux",
                "dev.ringtail.io.uring",
                "dev.ringtail.io.epoll",
                "dev.ringtail.io.tool",
                "dev.ringtail.io.tests");
    }

    private static JarFile open(String bundle) throws IOException {
        return new JarFile(BUNDLES.resolve(bundle + ".jar").toFile());
    }

    private static String header(String bundle, String name) throws IOException {
        try (JarFile jar = open(bundle)) {
            @Nullable String value = jar.getManifest().getMainAttributes().getValue(name);
            return value == null ? "" : value;
        }
    }

    /** The clauses of a header: commas in quotes don't part them. */
    private static List<String> clauses(String header) {
        List<String> clauses = new ArrayList<>();
        Matcher clause = Pattern.compile("(?:[^,\"]|\"[^\"]*\")+").matcher(header);
        while (clause.find()) {
            clauses.add(clause.group());
        }
        return clauses;
    }

    @ParameterizedTest
    @MethodSource("bundles")
    void a_bundle_imports_little_and_with_versions(String bundle) throws IOException {
        String others = OTHERS.getOrDefault(bundle, "");
        for (String clause : clauses(header(bundle, "Import-Package"))) {
            // The JDK's: a framework exports it, without a version.
            if (bundle.equals("dev.ringtail.io.tests") && clause.equals("com.sun.management")) {
                continue;
            }
            assertTrue(clause.matches(".*;version=\"\\[[0-9.]+,[0-9.]+\\)\".*"), clause);
            assertTrue(
                    clause.startsWith("dev.ringtail.io")
                            || clause.matches(others)
                            || (clause.startsWith("org.osgi.framework") && clause.contains("resolution:=optional")),
                    clause);
        }
        for (String clause : clauses(header(bundle, "Export-Package"))) {
            assertTrue(clause.matches(".*;version=\"[0-9.]+\".*"), clause);
        }
    }

    @ParameterizedTest
    @MethodSource("bundles")
    void a_bundle_requires_its_java_and_nothing_else(String bundle) throws IOException {
        List<String> required = clauses(header(bundle, "Require-Capability")).stream()
                .filter(clause -> !clause.contains("resolution:=optional"))
                .toList();
        assertEquals(List.of("osgi.ee;filter:=\"(&(osgi.ee=JavaSE)(version=25))\""), required);
    }

    @ParameterizedTest
    @MethodSource("bundles")
    void a_bundle_says_what_it_is(String bundle) throws IOException {
        assertEquals("2", header(bundle, "Bundle-ManifestVersion"));
        assertEquals(bundle, header(bundle, "Bundle-SymbolicName"));
        assertTrue(header(bundle, "Bundle-Version").matches("\\d+\\.\\d+\\.\\d+(\\.\\w+)?"), bundle);
        for (String name :
                List.of("Bundle-Name", "Bundle-Description", "Bundle-Vendor", "Bundle-DocURL", "Bundle-SCM")) {
            assertFalse(header(bundle, name).isEmpty(), bundle + " has no " + name);
        }
        assertTrue(header(bundle, "Bundle-License").startsWith("Apache-2.0;"), bundle);
    }

    @Test
    void service_loader_capabilities_are_declared_on_both_sides() throws IOException {
        String consumer = header("dev.ringtail.io", "Require-Capability");
        assertTrue(consumer.contains("osgi.serviceloader.processor"), consumer);
        assertTrue(consumer.contains("(osgi.serviceloader=dev.ringtail.io.spi.Provider)"), consumer);
        for (String provider : List.of("dev.ringtail.io.uring", "dev.ringtail.io.epoll")) {
            String capabilities = header(provider, "Provide-Capability");
            assertTrue(capabilities.contains("osgi.serviceloader=\"dev.ringtail.io.spi.Provider\""), capabilities);
            assertTrue(header(provider, "Require-Capability").contains("osgi.serviceloader.registrar"), provider);
            assertEquals("dev.ringtail.io.spi.ProviderActivator", header(provider, "Bundle-Activator"));
        }
    }

    @ParameterizedTest
    @MethodSource("bundles")
    void licence_and_notice_go_with_every_jar(String bundle) throws IOException {
        try (JarFile jar = open(bundle)) {
            assertNotNull(jar.getEntry("META-INF/LICENSE"));
            assertTrue(text(jar, "META-INF/NOTICE").contains("TigerBeetle"));
        }
    }

    @Test
    void the_executable_jar_has_the_licences_of_what_is_in_it() throws IOException {
        try (JarFile jar = open("dev.ringtail.io.tool-all")) {
            assertNotNull(jar.getEntry("META-INF/LICENSE"));
            assertNotNull(jar.getEntry("META-INF/NOTICE"));
            assertTrue(text(jar, "META-INF/licences/jline").contains("Redistribution"));
            assertTrue(text(jar, "META-INF/licences/progressbar").contains("The MIT License"));
            assertEquals("ALL-UNNAMED", jar.getManifest().getMainAttributes().getValue("Enable-Native-Access"));
        }
    }

    private static String text(JarFile jar, String name) throws IOException {
        @Nullable ZipEntry entry = jar.getEntry(name);
        assertNotNull(entry, name);
        return new String(jar.getInputStream(entry).readAllBytes(), StandardCharsets.UTF_8);
    }

    @Test
    void every_source_names_its_licence() throws IOException {
        List<Path> without = new ArrayList<>();
        try (Stream<Path> files = Files.walk(Checkout.SOURCES)) {
            for (Path file : (Iterable<Path>) files.filter(JarsTest::isSource)::iterator) {
                if (Files.readString(file)
                        .lines()
                        .limit(3)
                        .noneMatch(line -> line.contains("SPDX-License-Identifier"))) {
                    without.add(file);
                }
            }
        }
        assertEquals(List.of(), without);
    }

    // What jextract has made is left as it was made.
    private static boolean isSource(Path file) {
        String path = Checkout.SOURCES.relativize(file).toString();
        return (path.endsWith(".java") || path.endsWith("pom.xml"))
                && !path.contains("target/")
                && !path.contains("src/bindings/")
                && !path.startsWith(".");
    }

    /** Class Linux makes downcalls of longs alone, by number of arguments; each number must be in the metadata. */
    @Test
    void native_image_metadata_has_every_downcall() throws IOException {
        String code =
                Files.readString(Checkout.SOURCES.resolve("io.linux/src/main/java/dev/ringtail/io/linux/Linux.java"));
        Matcher arity = Pattern.compile("int ARITY = (\\d+);").matcher(code);
        assertTrue(arity.find(), code);
        int arguments = Integer.parseInt(arity.group(1));
        // All calls have one shape; syscall(2) has the call's number besides.
        Set<Integer> made = Set.of(arguments, arguments + 1);
        TreeSet<Integer> declared = new TreeSet<>();
        try (JarFile jar = open("dev.ringtail.io.linux")) {
            String metadata =
                    text(jar, "META-INF/native-image/dev.ringtail/dev.ringtail.io.linux/reachability-metadata.json");
            Matcher downcall = Pattern.compile("\\{\"returnType\": \"jlong\", \"parameterTypes\": \\[([^]]*)],"
                            + " \"options\": \\{\"captureCallState\": true}}")
                    .matcher(metadata);
            while (downcall.find()) {
                declared.add(downcall.group(1).split(",", -1).length);
            }
        }
        assertEquals(made, declared);
    }
}
