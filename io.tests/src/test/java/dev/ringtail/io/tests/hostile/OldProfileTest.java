// SPDX-License-Identifier: Apache-2.0
package dev.ringtail.io.tests.hostile;

import static org.junit.jupiter.api.Assertions.assertEquals;

import dev.ringtail.io.linux.Architecture;
import dev.ringtail.io.tests.ChildJvm;
import java.io.File;
import java.io.IOException;
import java.nio.file.FileSystem;
import java.nio.file.FileSystems;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.FileTime;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.stream.Stream;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** Seccomp profiles that forbid what the epoll provider has another way for, or can do without. */
final class OldProfileTest {
    private static final boolean IS_AMD64 = System.getProperty("os.arch").equals("amd64");

    private static final int F_SETFL = 4;

    @TempDir
    private static Path folder;

    private static Launcher launcher;

    private static String classPath = "";

    @BeforeAll
    static void prepare() throws Exception {
        launcher = new Launcher(folder);
        classPath = unpacked(System.getProperty("java.class.path"));
    }

    /** Without statx the JDK can't open a jar, but reads classes from folders, and from an image made by jlink. */
    private static String unpacked(String jars) throws IOException {
        List<String> folders = new ArrayList<>();
        for (String entry : jars.split(File.pathSeparator, -1)) {
            Path path = Path.of(entry);
            if (Files.isDirectory(path)) {
                folders.add(entry);
            } else if (path.getFileName().toString().contains("ringtail")) {
                Path target = Files.createDirectory(folder.resolve("classes" + folders.size()));
                unpack(path, target);
                folders.add(target.toString());
            }
        }
        return String.join(File.pathSeparator, folders);
    }

    private static void unpack(Path jar, Path target) throws IOException {
        try (FileSystem system = FileSystems.newFileSystem(jar);
                Stream<Path> files = Files.walk(system.getPath("/"))) {
            for (Path file : (Iterable<Path>) files::iterator) {
                Path copy = target.resolve(file.toString().substring(1));
                if (Files.isDirectory(file)) {
                    Files.createDirectories(copy);
                } else {
                    Files.copy(file, copy);
                }
            }
        }
    }

    private static String statx(Path path, String... rules) throws Exception {
        return ChildJvm.of(ProfileProbe.class, "statx", path.toString())
                .withClassPath(classPath)
                .under(launcher.with(rules))
                .run()
                .assertExit(0)
                .out();
    }

    /** What a container's profile from before Linux 4.11 does, by its age: it knows fstatat, and nothing of statx. */
    @ParameterizedTest
    @ValueSource(strings = {"EPERM", "ENOSYS"})
    void without_statx_an_older_call_gives_the_same_answer(String error) throws Exception {
        Path target = Files.writeString(folder.resolve("target"), "four");
        Files.setLastModifiedTime(target, FileTime.from(Instant.ofEpochSecond(1_000_000_000, 123_456_789)));
        Path link = folder.resolve("link-" + error);
        Files.createSymbolicLink(link, target);
        String expected = statx(link);
        String withoutAlignment = expected.replaceAll("(?m)^((path|link|open file) .*) \\d+$", "$1 0");
        assertEquals(
                withoutAlignment,
                statx(link, error + "=" + Architecture.current().SYS_statx()));
    }

    @Test
    void an_accept_fails_where_it_could_only_block_the_loop() throws Exception {
        int fcntl = IS_AMD64 ? 72 : 25;
        ChildJvm.of(ProfileProbe.class, "accept")
                .under(launcher.with("EPERM=" + fcntl + ":" + F_SETFL))
                .run()
                .assertExit(0)
                .assertOut("accept EPERM");
    }
}
