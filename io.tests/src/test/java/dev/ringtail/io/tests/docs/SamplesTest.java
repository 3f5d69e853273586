// SPDX-License-Identifier: Apache-2.0

package dev.ringtail.io.tests.docs;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.PrintStream;
import java.io.StringWriter;
import java.io.UncheckedIOException;
import java.net.URL;
import java.net.URLClassLoader;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Stream;
import javax.tools.JavaCompiler;
import javax.tools.ToolProvider;
import org.junit.jupiter.api.DynamicTest;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestFactory;
import org.junit.jupiter.api.io.TempDir;

/** Every Java sample in README, docs and Javadoc compiles, without a warning; the README's also does what it says. */
final class SamplesTest {
    private static final Path ROOT = Path.of("..").toAbsolutePath().normalize();
    private static final Pattern IN_MARKDOWN =
            Pattern.compile("^```java\\n(.*?)^```$", Pattern.MULTILINE | Pattern.DOTALL);
    private static final Pattern IN_JAVADOC = Pattern.compile(
            "\\{@snippet lang=\"java\" :\\n(.*?)\\n \\* }\\n \\*(?:/|\\n)", Pattern.MULTILINE | Pattern.DOTALL);
    private static final Pattern CLASS = Pattern.compile("^(?:public )?(?:final )?class (\\w+)", Pattern.MULTILINE);

    private record Sample(Path file, int number, String text) {
        String className() {
            Matcher matcher = CLASS.matcher(text);
            assertTrue(matcher.find(), this + " has no class at its top");
            return matcher.group(1);
        }

        @Override
        public String toString() {
            return ROOT.relativize(file) + " sample " + number;
        }
    }

    private static List<Sample> samples() throws IOException {
        List<Sample> samples = new ArrayList<>(inFile(ROOT.resolve("README.md"), IN_MARKDOWN));
        try (Stream<Path> docs = Files.walk(ROOT.resolve("docs"));
                Stream<Path> api = Files.walk(ROOT.resolve("io.api/src/main/java"))) {
            for (Path page :
                    (Iterable<Path>) docs.filter(file -> file.toString().endsWith(".md"))::iterator) {
                samples.addAll(inFile(page, IN_MARKDOWN));
            }
            for (Path source :
                    (Iterable<Path>) api.filter(file -> file.toString().endsWith(".java"))::iterator) {
                samples.addAll(inFile(source, IN_JAVADOC));
            }
        }
        return samples;
    }

    private static List<Sample> inFile(Path file, Pattern pattern) throws IOException {
        List<Sample> samples = new ArrayList<>();
        Matcher matcher = pattern.matcher(Files.readString(file));
        while (matcher.find()) {
            String text = matcher.group(1).replaceAll("(?m)^ \\* ?", "");
            samples.add(new Sample(file, samples.size() + 1, text));
        }
        return samples;
    }

    /** Compiles a sample into a folder; fails on an error or a warning. */
    private static void compile(Sample sample, Path folder) {
        try {
            Path source = Files.writeString(folder.resolve(sample.className() + ".java"), sample.text());
            JavaCompiler compiler = ToolProvider.getSystemJavaCompiler();
            StringWriter messages = new StringWriter();
            List<String> options = List.of("-Xlint:all", "-Werror", "-d", folder.toString());
            boolean isCompiled = compiler.getTask(
                            messages,
                            null,
                            null,
                            options,
                            null,
                            compiler.getStandardFileManager(null, null, null).getJavaFileObjects(source))
                    .call();
            assertTrue(isCompiled, () -> sample + ":\n" + messages);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    @TestFactory
    Stream<DynamicTest> every_sample_compiles(@TempDir Path folder) throws IOException {
        List<Sample> samples = samples();
        assertFalse(samples.isEmpty());
        System.out.println("SamplesTest: compiles " + samples);
        return samples.stream()
                .map(sample -> DynamicTest.dynamicTest(sample.toString(), () -> {
                    compile(sample, Files.createTempDirectory(folder, "sample"));
                }));
    }

    @Test
    void the_readmes_program_does_what_it_says(@TempDir Path folder) throws Exception {
        Sample sample = inFile(ROOT.resolve("README.md"), IN_MARKDOWN).getFirst();
        compile(sample, folder);
        Path file = folder.resolve("hello.txt");
        assertEquals("Hello, ring!\n", run(sample, folder, file.toString()));
        assertEquals("Hello, ring!\n", Files.readString(file));
    }

    /** The main method's output. */
    private static String run(Sample sample, Path folder, String... arguments) throws Exception {
        PrintStream before = System.out;
        ByteArrayOutputStream output = new ByteArrayOutputStream();
        try (URLClassLoader loader =
                        new URLClassLoader(new URL[] {folder.toUri().toURL()});
                PrintStream captured = new PrintStream(output, true, StandardCharsets.UTF_8)) {
            var main = loader.loadClass(sample.className()).getDeclaredMethod("main", String[].class);
            main.setAccessible(true);
            System.setOut(captured);
            main.invoke(null, (Object) arguments);
        } finally {
            System.setOut(before);
        }
        return output.toString(StandardCharsets.UTF_8);
    }
}
