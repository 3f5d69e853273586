// SPDX-License-Identifier: Apache-2.0

package dev.ringtail.io.tool;

import dev.ringtail.io.Close;
import dev.ringtail.io.Completion;
import dev.ringtail.io.Fsync;
import dev.ringtail.io.IoLoop;
import dev.ringtail.io.OpenFlag;
import dev.ringtail.io.OpenFlags;
import dev.ringtail.io.Openat;
import dev.ringtail.io.OpenatError;
import dev.ringtail.io.Statx;
import dev.ringtail.io.tool.http.PathText;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.nio.file.attribute.PosixFilePermission;
import java.util.ArrayDeque;
import java.util.Deque;
import java.util.EnumSet;
import java.util.Objects;
import java.util.Set;
import java.util.concurrent.ThreadLocalRandom;
import org.jspecify.annotations.Nullable;

/**
 * One file copied whole or not at all: written under a temporary name beside its destination, made durable, then renamed.
 * Used on the loop's thread, apart from {@link #interrupt}.
 */
final class FileCopy {
    private static final OpenFlags READ_DIRECT = OpenFlags.of(OpenFlag.READ, OpenFlag.DIRECT);
    private static final OpenFlags WRITE_NEW = OpenFlags.of(OpenFlag.WRITE, OpenFlag.CREATE, OpenFlag.EXCLUSIVE);
    private static final OpenFlags WRITE_DIRECT = OpenFlags.of(OpenFlag.WRITE, OpenFlag.DIRECT);
    private static final OpenFlags READ_DIRECTORY = OpenFlags.of(OpenFlag.READ, OpenFlag.DIRECTORY);
    private static final int OWNER_ONLY = 0600;

    /**
     * Where the kernel doesn't say what O_DIRECT asks for, this is enough for every file system known. Where it asks for less,
     * the tail begins on a page all the same: it goes through the page cache, and a page there that is also written past it can
     * bring back what was on the disk before.
     */
    private static final int DIRECT_ALIGNMENT = 4096;

    /** How it is done. */
    record Settings(int depth, int blockBytes, boolean isDirect) {
        static final Settings DEFAULT = new Settings(8, 256 << 10, false);
    }

    /** What was done: everything written, and the part of the time that making it durable took. */
    record Result(long bytes, long nanos, long syncNanos) {}

    private final IoLoop loop;
    private final Settings settings;

    /** Is told the bytes written and the bytes expected; the latter is a guess if the source is being written to. */
    private final ProgressListener progress;

    private final Openat openat;
    private final Statx statx;
    private final Fsync fsync;
    private final Close close;

    /** Open descriptors, to be closed in reverse order. */
    private final Deque<Integer> descriptors = new ArrayDeque<>();

    private volatile boolean isInterrupted;

    /** Hears how far it is. */
    interface ProgressListener {
        void progressed(long writtenBytes, long expectedBytes);
    }

    FileCopy(IoLoop loop, Settings settings, ProgressListener progress) {
        this.loop = loop;
        this.settings = settings;
        this.progress = progress;
        openat = new Openat(loop, done -> {});
        statx = new Statx(loop, done -> {});
        fsync = new Fsync(loop, done -> {});
        close = new Close(loop, done -> {});
    }

    /** Gives up soon, leaving nothing behind. Any thread. */
    void interrupt() {
        isInterrupted = true;
    }

    /** Copies {@code source}, a regular file, to {@code target}, which is replaced if it exists. */
    Result run(Path source, Path target) throws ToolException, IOException {
        long begun = System.nanoTime();
        Path directory = directoryOf(target);
        Path temporary =
                directory.resolve(".ringtail-" + ProcessHandle.current().pid() + "-"
                        + Long.toHexString(ThreadLocalRandom.current().nextLong()) + ".tmp");
        try {
            long bytes = write(source, temporary);
            checkInterrupted();
            long syncBegun = System.nanoTime();
            sync(descriptors.getFirst(), temporary);
            closeAll();
            checkInterrupted();
            Files.move(temporary, target, StandardCopyOption.ATOMIC_MOVE);
            // The new name is durable once its directory is.
            sync(open(directory, READ_DIRECTORY, directory), directory);
            closeAll();
            long end = System.nanoTime();
            return new Result(bytes, end - begun, end - syncBegun);
        } finally {
            closeQuietly();
            Files.deleteIfExists(temporary);
        }
    }

    /** Leaves the temporary file's descriptor on top. */
    private long write(Path source, Path temporary) throws ToolException, IOException {
        int sourceFd = open(source, settings.isDirect() ? READ_DIRECT : OpenFlags.READ, source);
        statx.submit(sourceFd);
        check(LoopRun.finish(statx), source);
        if (!statx.isRegularFile()) {
            throw new ToolException("'" + source + "' isn't a regular file");
        }
        final long expectedBytes = statx.size();
        final int mode = statx.mode();
        int alignment = alignment(1);
        int alignedFd = -1;
        Path directory = directoryOf(temporary);
        int targetFd = open(temporary, WRITE_NEW, directory);
        if (settings.isDirect()) {
            descriptors.pop();
            alignedFd = open(temporary, WRITE_DIRECT, directory);
            descriptors.push(targetFd);
            statx.submit(alignedFd);
            check(LoopRun.finish(statx), temporary);
            alignment = alignment(alignment);
        }
        if (settings.blockBytes() % alignment != 0) {
            throw new ToolException("--block-size must be a multiple of " + alignment + " with --direct here");
        }
        CopyPipeline pipeline = new CopyPipeline(
                loop,
                new CopyPipeline.Descriptors(sourceFd, targetFd, settings.isDirect() ? alignedFd : targetFd, alignment),
                settings.depth(),
                settings.blockBytes());
        pipeline.start();
        LoopRun.until(loop, () -> {
            if (isInterrupted) {
                pipeline.abort("interrupted");
            }
            progress.progressed(pipeline.writtenBytes(), expectedBytes);
            return pipeline.isDone();
        });
        @Nullable String failure = pipeline.failure();
        if (failure != null) {
            throw new ToolException("'" + source + "' isn't copied: " + failure);
        }
        // By name, as the loop has no fchmod. Nobody else knows the name.
        Files.setPosixFilePermissions(temporary, permissions(mode));
        return pipeline.writtenBytes();
    }

    /** Where a file is, whose path may be relative: the root directory alone is nowhere, and it is no file. */
    static Path directoryOf(Path file) {
        return Objects.requireNonNull(file.toAbsolutePath().getParent());
    }

    /** What O_DIRECT asks for here, and at least as much as before. */
    private int alignment(int before) {
        if (!settings.isDirect()) {
            return 1;
        }
        int here = Math.max(statx.directOffsetAlignment(), statx.directMemoryAlignment());
        return Math.max(before, Math.max(here, DIRECT_ALIGNMENT));
    }

    /** @param shown what a failure is blamed on: the user never heard of the temporary file */
    private int open(Path path, OpenFlags flags, Path shown) throws ToolException {
        openat.submit(text(path), flags, OWNER_ONLY);
        LoopRun.finish(openat);
        if (openat.error() == OpenatError.ARGUMENTS_INVALID && flags.has(OpenFlag.DIRECT)) {
            throw new ToolException("--direct doesn't work here: the file system of '" + shown + "' has no O_DIRECT");
        }
        check(openat, shown);
        descriptors.push(openat.openedFd());
        return openat.openedFd();
    }

    private static String text(Path path) throws ToolException {
        try {
            return PathText.of(path);
        } catch (IOException e) {
            throw new ToolException("'" + path + "': " + e.getMessage());
        }
    }

    private void sync(int fd, Path path) throws ToolException {
        fsync.submit(fd);
        check(LoopRun.finish(fsync), path);
    }

    // What a file system puts off until the last moment, it reports here.
    private void closeAll() throws ToolException {
        while (!descriptors.isEmpty()) {
            close.submit(descriptors.pop());
            if (LoopRun.finish(close).error() != null) {
                throw new ToolException("can't close the copy: " + ToolException.words(close));
            }
        }
    }

    private void closeQuietly() {
        while (!descriptors.isEmpty()) {
            close.submit(descriptors.pop());
            LoopRun.finish(close);
        }
    }

    private void checkInterrupted() throws ToolException {
        if (isInterrupted) {
            throw new ToolException("interrupted");
        }
    }

    private static void check(Completion done, Path path) throws ToolException {
        if (done.error() != null) {
            throw new ToolException("'" + path + "': " + ToolException.words(done));
        }
    }

    /** The lowest nine bits, from others' execute up to the owner's read, which is the order that the enum has backwards. */
    private static Set<PosixFilePermission> permissions(int mode) {
        Set<PosixFilePermission> permissions = EnumSet.noneOf(PosixFilePermission.class);
        PosixFilePermission[] all = PosixFilePermission.values();
        for (int i = 0; i < all.length; i++) {
            if ((mode & 1 << (all.length - 1 - i)) != 0) {
                permissions.add(all[i]);
            }
        }
        return permissions;
    }
}
