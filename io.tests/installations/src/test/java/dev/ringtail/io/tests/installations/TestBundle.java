// SPDX-License-Identifier: Apache-2.0

package dev.ringtail.io.tests.installations;

import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.jar.Attributes;
import java.util.jar.JarEntry;
import java.util.jar.JarOutputStream;
import java.util.jar.Manifest;
import java.util.stream.Stream;

/** A bundle made by a test, of the classes in package {@code consumer}. Immutable. */
record TestBundle(String name, Map<String, String> headers, Map<String, String> files) {
    private static final Path CLASSES = Path.of(System.getProperty("installations.classes", ""));
    private static final String PACKAGE = "dev.ringtail.io.tests.installations.consumer";

    /** Calls IoLoop.open(): imports the API, and knows of nothing else. */
    static TestBundle opensLoop() {
        return new TestBundle(
                "consumer",
                Map.of(
                        "Bundle-Activator",
                        PACKAGE + ".OpensLoop",
                        "Import-Package",
                        "dev.ringtail.io;version=\"[0.1,1)\",org.osgi.framework;version=\"[1.8,2)\""),
                Map.of());
    }

    /** Has one component for each provider, which takes it by name. */
    static TestBundle takesProvider(List<String> providers) {
        Map<String, String> files = new TreeMap<>();
        for (String provider : providers) {
            // As bnd writes it from @Component and @Reference(target = "(name=...)").
            files.put("OSGI-INF/" + provider + ".xml", """
                    <scr:component xmlns:scr="http://www.osgi.org/xmlns/scr/v1.4.0" name="takes-PROVIDER" init="1">
                      <implementation class="PACKAGE.TakesProvider"/>
                      <property name="does" value="component-PROVIDER"/>
                      <service>
                        <provide interface="java.util.concurrent.Callable"/>
                      </service>
                      <reference name="provider" interface="dev.ringtail.io.spi.Provider" target="(name=PROVIDER)"
                                 parameter="0"/>
                    </scr:component>
                    """.replace("PROVIDER", provider)
                    .replace("PACKAGE", PACKAGE));
        }
        return new TestBundle(
                "component",
                Map.of(
                        "Service-Component",
                        String.join(",", files.keySet()),
                        "Import-Package",
                        "dev.ringtail.io;version=\"[0.1,1)\",dev.ringtail.io.spi;version=\"[0.1,1)\","
                                + "org.osgi.framework;version=\"[1.8,2)\""),
                files);
    }

    /** Calls Karaf's features service. */
    static TestBundle installsFeatures() {
        return new TestBundle(
                "installer",
                Map.of(
                        "Bundle-Activator",
                        PACKAGE + ".InstallsFeatures",
                        "Import-Package",
                        "org.apache.karaf.features,org.osgi.framework,org.osgi.util.tracker"),
                Map.of());
    }

    /** Nothing but imports. */
    static TestBundle imports(String packages) {
        return new TestBundle("importer", Map.of("Import-Package", packages), Map.of());
    }

    byte[] jar() throws IOException {
        Manifest manifest = new Manifest();
        Attributes attributes = manifest.getMainAttributes();
        attributes.putValue("Manifest-Version", "1.0");
        attributes.putValue("Bundle-ManifestVersion", "2");
        attributes.putValue("Bundle-SymbolicName", name);
        attributes.putValue("Bundle-Version", "1.0.0");
        headers.forEach(attributes::putValue);
        ByteArrayOutputStream bytes = new ByteArrayOutputStream();
        try (JarOutputStream jar = new JarOutputStream(bytes, manifest);
                Stream<Path> classes = Files.list(CLASSES.resolve(PACKAGE.replace('.', '/')))) {
            for (Path file : (Iterable<Path>) classes::iterator) {
                jar.putNextEntry(new JarEntry(CLASSES.relativize(file).toString()));
                Files.copy(file, jar);
            }
            for (Map.Entry<String, String> file : files.entrySet()) {
                jar.putNextEntry(new JarEntry(file.getKey()));
                jar.write(file.getValue().getBytes(StandardCharsets.UTF_8));
            }
        }
        return bytes.toByteArray();
    }
}
