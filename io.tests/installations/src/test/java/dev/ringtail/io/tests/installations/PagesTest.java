// SPDX-License-Identifier: Apache-2.0

package dev.ringtail.io.tests.installations;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;
import java.util.TreeSet;
import java.util.jar.JarFile;
import java.util.regex.Pattern;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import java.util.zip.ZipEntry;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.MethodOrderer;
import org.junit.jupiter.api.Order;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestMethodOrder;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/** Every way of installing, done as its page says, from a fresh checkout into an empty local Maven repository. */
@TestMethodOrder(MethodOrderer.OrderAnnotation.class)
final class PagesTest {
    /** The first one builds and installs what the others use. */
    private static final List<String> PAGES = List.of(
            "install-maven",
            "install-class-path",
            "install-module-path",
            "install-osgi",
            "install-karaf",
            "native-image",
            "own-provider");

    @BeforeAll
    static void checkOut() throws IOException {
        Checkout.create();
    }

    static List<String> pages() {
        return PAGES;
    }

    @Order(1)
    @ParameterizedTest
    @MethodSource("pages")
    void the_commands_on_a_page_do_what_it_says(String page) throws IOException, InterruptedException {
        Page.of(page).run();
    }

    @ParameterizedTest
    @MethodSource("pages")
    void what_a_page_shows_of_a_file_is_in_it(String page) throws IOException {
        Page.of(page).compareFiles();
    }

    @Test
    void every_page_on_installing_is_run() throws IOException {
        try (Stream<Path> files = Files.list(Checkout.SOURCES.resolve("docs"))) {
            List<String> pages = files.map(file -> file.getFileName().toString())
                    .filter(name -> name.matches("(install-.*|native-image|own-provider)\\.md"))
                    .map(name -> name.substring(0, name.length() - ".md".length()))
                    .toList();
            assertEquals(new TreeSet<>(PAGES), new TreeSet<>(pages));
        }
    }

    /** On a checkout in which nothing is built; the other command is what runs this. */
    @Order(0)
    @Test
    void the_first_command_of_the_readme_does_what_it_says() throws IOException, InterruptedException {
        String readme = Files.readString(Checkout.SOURCES.resolve("README.md"));
        assertTrue(readme.contains("```console\n./ringtail demo\n./build verify\n```\n"), "the README's two commands");
        String printed = Checkout.run("readme", "./ringtail demo");
        assertFalse(printed.contains("WARNING"), printed);
        assertTrue(printed.contains("All three are the same."), printed);
        assertTrue(printed.matches("(?s).*provider (io_uring|epoll).*"), printed);
    }

    /** The page's Karaf has them from its start; this one gets them while it runs. */
    @Order(2)
    @Test
    void karaf_installs_and_uninstalls_the_features() throws IOException, InterruptedException {
        Path folder = Files.createDirectories(Checkout.root().resolve("target/other-karaf"));
        Files.write(
                folder.resolve("installer.jar"), TestBundle.installsFeatures().jar());
        String printed = Checkout.run("karaf", """
                cd target/other-karaf
                tar xzf BUNDLES/apache-karaf-minimal.tar.gz --strip-components=1
                echo "org.ops4j.pax.url.mvn.localRepository = $MAVEN_REPOSITORY" >> etc/org.ops4j.pax.url.mvn.cfg
                mv installer.jar deploy
                export JAVA_OPTS="--enable-native-access=ALL-UNNAMED --sun-misc-unsafe-memory-access=allow \
                  -Dinstallations.features=mvn:dev.ringtail/ringtail-features/VERSION/xml/features"
                bin/karaf server
                """.replace("BUNDLES", System.getProperty("installations.bundles", ""))
                .replace("VERSION", System.getProperty("installations.version", "")));
        assertTrue(
                printed.contains("installed: [dev.ringtail.io active, dev.ringtail.io.epoll active,"
                        + " dev.ringtail.io.linux active, dev.ringtail.io.uring active]"),
                printed);
        assertTrue(printed.contains("uninstalled: []"), printed);
    }

    @Order(3)
    @Test
    void two_builds_give_the_same_bytes() throws IOException {
        Pattern published =
                Pattern.compile(".*/(io\\.(?!bench)[a-z-]+|packaging/[a-z]+)/target/([^/]*\\.jar|features\\.xml)");
        List<Path> built;
        try (Stream<Path> files = Files.walk(Checkout.root())) {
            built = files.filter(file -> published.matcher(file.toString()).matches())
                    .toList();
        }
        // API, Linux layer, two providers, tests, tool, all: each with sources and Javadoc; the runnable tool, the
        // features.
        assertEquals(7 * 3 + 2, built.size(), built::toString);
        List<String> different = new ArrayList<>();
        List<Path> missing = new ArrayList<>();
        for (Path second : built) {
            Path first = Checkout.SOURCES.resolve(Checkout.root().relativize(second));
            if (!Files.exists(first)) {
                missing.add(first);
            } else if (Files.mismatch(first, second) >= 0) {
                different.add(first + " " + second);
            }
        }
        assertEquals(List.of(), different);
        // With -Dquick this build has neither sources nor Javadoc.
        assumeTrue(missing.isEmpty(), () -> "this build hasn't made " + missing);
    }

    /** What a repository of releases asks of every artifact: these beside it. */
    @Order(3)
    @Test
    void sources_and_javadoc_are_beside_every_jar() throws IOException {
        List<Path> jars;
        try (Stream<Path> files = Files.walk(Checkout.repository().resolve("dev/ringtail"))) {
            jars = files.filter(file -> file.toString().matches(".*SNAPSHOT\\.jar"))
                    .toList();
        }
        assertEquals(7, jars.size(), jars::toString);
        for (Path jar : jars) {
            String name = jar.toString().replaceAll("\\.jar$", "");
            Set<String> sources = entries(name + "-sources.jar");
            for (String entry : entries(jar.toString())) {
                if (entry.endsWith(".class") && !entry.contains("$")) {
                    assertTrue(
                            sources.contains(entry.replaceAll("class$", "java")), name + " has no source of " + entry);
                }
            }
            assertTrue(entries(name + "-javadoc.jar").contains("index.html"), name);
        }
    }

    private static Set<String> entries(String jar) throws IOException {
        try (JarFile file = new JarFile(jar)) {
            return file.stream().map(ZipEntry::getName).collect(Collectors.toCollection(TreeSet::new));
        }
    }

    /** What a repository of releases asks of every artifact. */
    @Order(3)
    @Test
    void every_pom_says_what_it_is_of() throws IOException {
        Path group = Checkout.repository().resolve("dev/ringtail");
        String version = System.getProperty("installations.version", "");
        String parent = pom(group, "ringtail-parent", version);
        String bom = pom(group, "ringtail-bom", version);
        List<String> artifacts;
        try (Stream<Path> folders = Files.list(group)) {
            artifacts = folders.filter(folder -> Files.exists(folder.resolve(version)))
                    .map(folder -> folder.getFileName().toString())
                    .sorted()
                    .toList();
        }
        for (String artifact : artifacts) {
            String pom = pom(group, artifact, version);
            String inherited = pom.contains("<parent>") ? pom + parent : pom;
            for (String element : List.of("name", "description", "url", "license", "developer", "scm")) {
                assertTrue(inherited.matches("(?s).*<" + element + "[\\s>].*"), artifact + " has no " + element);
            }
            boolean isJar = !pom.contains("<packaging>pom</packaging>");
            assertEquals(isJar, bom.contains("<artifactId>" + artifact + "</artifactId>\n        <version>"), artifact);
        }
    }

    private static String pom(Path group, String artifact, String version) throws IOException {
        return Files.readString(group.resolve(artifact).resolve(version).resolve(artifact + "-" + version + ".pom"));
    }
}
