// SPDX-License-Identifier: Apache-2.0

package dev.ringtail.io.tests.tidy;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.FileVisitResult;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.SimpleFileVisitor;
import java.nio.file.attribute.BasicFileAttributes;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;

/** The files that the project is made of, found from wherever the tests run. */
public final class SourceTree {
    private static final Set<String> TEXTS =
            Set.of("java", "xml", "md", "bnd", "tsv", "sh", "txt", "properties", "c", "h", "config");
    private static final Set<String> SCRIPTS = Set.of("build", "ringtail", "run", "NOTICE");

    private SourceTree() {}

    /** The folder that holds everything. */
    public static Path root() {
        Path folder = Path.of("").toAbsolutePath();
        while (!Files.exists(folder.resolve("docs/errors.tsv"))) {
            folder = folder.getParent();
            if (folder == null) {
                throw new AssertionError(
                        "no docs/errors.tsv in or above " + Path.of("").toAbsolutePath());
            }
        }
        return folder;
    }

    /** Every text file, relative to the root; what was built or generated isn't among them. */
    static List<Path> texts() {
        Path root = root();
        List<Path> texts = new ArrayList<>();
        try {
            Files.walkFileTree(root, new SimpleFileVisitor<>() {
                @Override
                public FileVisitResult preVisitDirectory(Path folder, BasicFileAttributes attributes) {
                    String name = folder.getFileName().toString();
                    boolean isForeign = name.equals("target") || name.equals("bindings") || name.equals("out");
                    boolean isHidden = name.startsWith(".") && !name.equals(".ci") && !name.equals(".mvn");
                    return !folder.equals(root) && (isForeign || isHidden)
                            ? FileVisitResult.SKIP_SUBTREE
                            : FileVisitResult.CONTINUE;
                }

                @Override
                public FileVisitResult visitFile(Path file, BasicFileAttributes attributes) {
                    String name = file.getFileName().toString();
                    if (TEXTS.contains(name.substring(name.lastIndexOf('.') + 1)) || SCRIPTS.contains(name)) {
                        texts.add(root.relativize(file));
                    }
                    return FileVisitResult.CONTINUE;
                }
            });
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
        return texts;
    }

    static String text(Path relative) {
        try {
            return Files.readString(root().resolve(relative));
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }
}
