// SPDX-License-Identifier: Apache-2.0

package dev.ringtail.io.tool;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;
import static org.junit.jupiter.api.Assumptions.abort;
import static org.junit.jupiter.api.Assumptions.assumeFalse;

import dev.ringtail.io.IoLoop;
import dev.ringtail.io.Options;
import dev.ringtail.io.spi.Provider;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.List;
import java.util.Random;
import java.util.stream.Stream;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

class FileCopyTest {
    private static final FileCopy.Settings SMALL_BLOCKS = new FileCopy.Settings(4, 4096, false);

    @TempDir
    private Path directory;

    @ParameterizedTest
    @MethodSource("dev.ringtail.io.tool.TestProviders#available")
    void every_size_around_the_blocks_is_copied_whole(Provider provider) throws Exception {
        for (int size : new int[] {0, 1, 4095, 4096, 4097, 4 * 4096, 4 * 4096 + 1, 100_003}) {
            Path source = file("source", size);
            assertEquals(
                    size,
                    copy(provider, SMALL_BLOCKS, source, directory.resolve("copy"))
                            .bytes());
            assertArrayEquals(Files.readAllBytes(source), Files.readAllBytes(directory.resolve("copy")));
        }
        assertLeftovers("copy", "source");
    }

    @ParameterizedTest
    @MethodSource("dev.ringtail.io.tool.TestProviders#available")
    void direct_copies_the_unaligned_tail_too(Provider provider) throws Exception {
        // The working directory is on a disk; the temporary folder may be in memory, where O_DIRECT means nothing.
        Path disk = Files.createTempDirectory(Path.of("target"), "direct");
        try {
            for (int size : new int[] {0, 1, 4095, 4096, 4097, 1 << 20, (1 << 20) + 777}) {
                Path source = file("source", size);
                Path onDisk = Files.copy(source, disk.resolve("source"));
                Path target = disk.resolve("copy");
                try {
                    copy(provider, new FileCopy.Settings(4, 64 << 10, true), onDisk, target);
                } catch (ToolException e) {
                    abort("no O_DIRECT here: " + e.getMessage());
                }
                assertArrayEquals(Files.readAllBytes(source), Files.readAllBytes(target), "size " + size);
                Files.delete(onDisk);
                Files.delete(target);
            }
        } finally {
            for (Path left : list(disk)) {
                Files.delete(left);
            }
            Files.delete(disk);
        }
    }

    /** Else the tail and what is written past the page cache could be parts of one page. */
    @ParameterizedTest
    @MethodSource("dev.ringtail.io.tool.TestProviders#available")
    void direct_takes_blocks_of_whole_pages_alone(Provider provider) throws Exception {
        Path disk = Files.createTempDirectory(Path.of("target"), "direct");
        Path source = Files.write(disk.resolve("source"), new byte[10_000]);
        try {
            ToolException refusal = assertThrows(
                    ToolException.class,
                    () -> copy(provider, new FileCopy.Settings(2, 4096 + 512, true), source, disk.resolve("copy")));
            assumeFalse(String.valueOf(refusal.getMessage()).contains("no O_DIRECT"), refusal::toString);
            assertTrue(
                    String.valueOf(refusal.getMessage()).contains("--block-size must be a multiple of"),
                    refusal::toString);
        } finally {
            Files.delete(source);
            Files.delete(disk);
        }
    }

    @ParameterizedTest
    @MethodSource("dev.ringtail.io.tool.TestProviders#available")
    void a_file_whose_size_nobody_knows_is_copied_to_its_end(Provider provider) throws Exception {
        Path target = directory.resolve("copy");
        copy(provider, SMALL_BLOCKS, Path.of("/proc/self/limits"), target);
        assertTrue(Files.readString(target).contains("Max open files"));
    }

    @ParameterizedTest
    @MethodSource("dev.ringtail.io.tool.TestProviders#available")
    void permission_bits_are_kept(Provider provider) throws Exception {
        Path source = file("source", 10);
        for (String permissions : List.of("rwxr-xr--", "r--------", "rw-rw-rw-")) {
            Files.setPosixFilePermissions(source, PosixFilePermissions.fromString(permissions));
            copy(provider, SMALL_BLOCKS, source, directory.resolve("copy"));
            assertEquals(
                    permissions,
                    PosixFilePermissions.toString(Files.getPosixFilePermissions(directory.resolve("copy"))));
        }
    }

    @ParameterizedTest
    @MethodSource("dev.ringtail.io.tool.TestProviders#available")
    void an_interrupted_copy_leaves_the_old_file_and_nothing_else(Provider provider) throws Exception {
        Path source = file("source", 1 << 20);
        Path target = Files.writeString(directory.resolve("copy"), "old");
        try (IoLoop loop = IoLoop.open(provider, Options.defaults())) {
            FileCopy[] self = new FileCopy[1];
            self[0] = new FileCopy(loop, SMALL_BLOCKS, (written, expected) -> self[0].interrupt());
            ToolException e = assertThrows(ToolException.class, () -> self[0].run(source, target));
            assertTrue(e.toString().contains("interrupted"), e.toString());
        }
        assertEquals("old", Files.readString(target));
        assertLeftovers("copy", "source");
    }

    @ParameterizedTest
    @MethodSource("dev.ringtail.io.tool.TestProviders#available")
    void a_source_that_becomes_shorter_is_noticed_or_copied_short(Provider provider) throws Exception {
        Path source = file("source", 1 << 20);
        Path target = directory.resolve("copy");
        try (IoLoop loop = IoLoop.open(provider, Options.defaults())) {
            FileCopy copy = new FileCopy(loop, SMALL_BLOCKS, (written, expected) -> truncate(source));
            try {
                long bytes = copy.run(source, target).bytes();
                assertEquals(bytes, Files.size(target));
                assertTrue(bytes <= 1 << 20);
            } catch (ToolException e) {
                assertTrue(e.toString().contains("shorter"), e.toString());
                assertLeftovers("source");
            }
        }
    }

    @ParameterizedTest
    @MethodSource("dev.ringtail.io.tool.TestProviders#available")
    void no_descriptor_is_left(Provider provider) throws Exception {
        Path source = file("source", 50_000);
        copy(provider, SMALL_BLOCKS, source, directory.resolve("copy"));
        int before = descriptors();
        for (int i = 0; i < 20; i++) {
            copy(provider, SMALL_BLOCKS, source, directory.resolve("copy"));
        }
        assertEquals(before, descriptors());
    }

    private static int descriptors() throws IOException {
        return list(Path.of("/proc/self/fd")).size();
    }

    private static FileCopy.Result copy(Provider provider, FileCopy.Settings settings, Path source, Path target)
            throws Exception {
        try (IoLoop loop = IoLoop.open(provider, Options.defaults())) {
            return new FileCopy(loop, settings, (written, expected) -> {}).run(source, target);
        }
    }

    private Path file(String name, int size) throws IOException {
        byte[] bytes = new byte[size];
        new Random(size).nextBytes(bytes);
        return Files.write(directory.resolve(name), bytes);
    }

    private static void truncate(Path file) {
        try {
            Files.write(file, new byte[100]);
        } catch (IOException e) {
            throw new AssertionError(e);
        }
    }

    private void assertLeftovers(String... names) throws IOException {
        assertEquals(
                List.of(names),
                list(directory).stream()
                        .map(path -> path.getFileName().toString())
                        .sorted()
                        .toList());
    }

    private static List<Path> list(Path directory) throws IOException {
        try (Stream<Path> entries = Files.list(directory)) {
            return entries.toList();
        }
    }
}
