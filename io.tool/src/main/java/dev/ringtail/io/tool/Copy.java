// SPDX-License-Identifier: Apache-2.0

package dev.ringtail.io.tool;

import dev.ringtail.io.IoLoop;
import java.io.Console;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.LinkOption;
import java.nio.file.Path;
import java.time.Duration;
import java.util.OptionalInt;
import java.util.concurrent.Callable;
import me.tongfei.progressbar.ProgressBar;
import me.tongfei.progressbar.ProgressBarBuilder;
import me.tongfei.progressbar.ProgressBarStyle;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine;
import picocli.CommandLine.Command;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.ParameterException;
import picocli.CommandLine.Parameters;
import picocli.CommandLine.Spec;

/** Copies one file. */
@Command(
        name = "copy",
        description = {
            "Copy a file through the loop, several blocks at a time.",
            "",
            "The copy is made durable (fsync) and only then gets its name: DST is the old file or the whole new one,"
                    + " also after an interrupt or a power failure. It has SRC's permission bits."
        })
final class Copy implements Callable<Integer> {
    /** How long an interrupt waits for what is in flight and the temporary file's removal. */
    private static final Duration INTERRUPT_MAX = Duration.ofSeconds(30);

    private static final int DEPTH_MAX = 1024;
    private static final long MEMORY_MAX = 4L << 30;

    @Spec
    @SuppressWarnings("NullAway.Init")
    private CommandSpec spec;

    @Parameters(index = "0", paramLabel = "SRC", description = "A regular file.")
    @SuppressWarnings("NullAway.Init")
    private Path source;

    @Parameters(index = "1", paramLabel = "DST", description = "Its copy's name, or a directory to put it into.")
    @SuppressWarnings("NullAway.Init")
    private Path target;

    @Option(
            names = "--depth",
            paramLabel = "N",
            defaultValue = "8",
            description = "Blocks on their way at once, 1 to 1024 (default: ${DEFAULT-VALUE}).")
    private int depth;

    @Option(
            names = "--block-size",
            paramLabel = "SIZE",
            defaultValue = "256k",
            converter = Quantity.Size.class,
            description = "Bytes per block, such as 64k or 1M (default: ${DEFAULT-VALUE}).")
    private int blockBytes;

    @Option(names = "--direct", description = "Past the page cache (O_DIRECT), reading and writing.")
    private boolean isDirect;

    @Override
    public Integer call() throws ToolException, IOException {
        checkOptions();
        Path to = destination();
        try (IoLoop loop = IoLoop.open()) {
            FileCopy.Result result;
            try (Progress progress = new Progress(source.getFileName().toString())) {
                FileCopy.Settings settings = new FileCopy.Settings(depth, blockBytes, isDirect);
                FileCopy copy = new FileCopy(loop, settings, progress);
                try (Interruption _ = new Interruption(copy::interrupt, INTERRUPT_MAX, OptionalInt.empty())) {
                    result = copy.run(source, to);
                }
            }
            System.out.println("copied " + Quantity.bytes(result.bytes()) + " in " + Quantity.seconds(result.nanos())
                    + " (" + Quantity.rate(result.bytes(), result.nanos()) + "), of which durable in "
                    + Quantity.seconds(result.syncNanos()) + ", on " + loop.provider());
        }
        return CommandLine.ExitCode.OK;
    }

    private void checkOptions() {
        if (depth < 1 || depth > DEPTH_MAX) {
            throw new ParameterException(spec.commandLine(), "--depth must be 1 to " + DEPTH_MAX);
        }
        if ((long) depth * blockBytes > MEMORY_MAX) {
            throw new ParameterException(spec.commandLine(), "--depth times --block-size must be 4 GiB at most");
        }
    }

    /** The file that is to be made or replaced: never a link, a directory or a device. */
    private Path destination() throws ToolException, IOException {
        if (!Files.exists(source)) {
            throw new ToolException("'" + source + "' doesn't exist");
        }
        if (Files.isDirectory(source)) {
            throw new ToolException("'" + source + "' is a directory: copy takes one file");
        }
        if (!Files.isRegularFile(source)) {
            throw new ToolException("'" + source + "' isn't a regular file");
        }
        Path to = Files.isDirectory(target) ? target.resolve(source.getFileName()) : target;
        if (!Files.exists(to)) {
            if (Files.isSymbolicLink(to)) {
                throw new ToolException("'" + to + "' is a symbolic link to nowhere");
            }
            Path directory = FileCopy.directoryOf(to);
            if (!Files.isDirectory(directory)) {
                throw new ToolException("'" + to + "': there is no directory '" + directory + "'");
            }
            return to;
        }
        if (Files.isSameFile(source, to)) {
            throw new ToolException("'" + source + "' and '" + to + "' are the same file");
        }
        if (!Files.isRegularFile(to)) {
            throw new ToolException("'" + to + "' exists and isn't a regular file");
        }
        return Files.isRegularFile(to, LinkOption.NOFOLLOW_LINKS) ? to : to.toRealPath();
    }

    /** A bar, if somebody watches. */
    private static final class Progress implements FileCopy.ProgressListener, AutoCloseable {
        private final @Nullable ProgressBar bar;

        Progress(String name) {
            bar = isWatched()
                    ? new ProgressBarBuilder()
                            .setTaskName(name)
                            .setUnit(" MB", 1_000_000)
                            .setStyle(ProgressBarStyle.ASCII)
                            .setUpdateIntervalMillis(100)
                            .showSpeed()
                            .clearDisplayOnFinish()
                            .build()
                    : null;
        }

        // In a run-time image of few modules there may be no console.
        @SuppressWarnings("SystemConsoleNull")
        private static boolean isWatched() {
            Console console = System.console();
            return console != null && console.isTerminal();
        }

        @Override
        public void progressed(long writtenBytes, long expectedBytes) {
            if (bar != null) {
                bar.maxHint(Math.max(writtenBytes, expectedBytes));
                bar.stepTo(writtenBytes);
            }
        }

        @Override
        public void close() {
            if (bar != null) {
                bar.close();
            }
        }
    }
}
