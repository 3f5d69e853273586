// SPDX-License-Identifier: Apache-2.0

package dev.ringtail.io.tool;

import dev.ringtail.io.Providers;
import java.io.IOException;
import java.io.InputStream;
import java.nio.file.FileSystemException;
import java.nio.file.InvalidPathException;
import java.nio.file.Path;
import java.util.Properties;
import java.util.logging.Level;
import java.util.logging.Logger;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine;
import picocli.CommandLine.Command;
import picocli.CommandLine.IVersionProvider;
import picocli.CommandLine.Option;
import picocli.CommandLine.ParameterException;
import picocli.CommandLine.ScopeType;
import picocli.CommandLine.TypeConversionException;

/** The {@code ringtail} command: 0 is success, 1 a failure (one line on standard error), 2 wrong usage. */
@Command(
        name = "ringtail",
        description = "Completion-based I/O on Linux: real work through the loop.",
        mixinStandardHelpOptions = true,
        scope = ScopeType.INHERIT,
        versionProvider = Main.Version.class,
        sortOptions = false,
        usageHelpAutoWidth = true,
        synopsisSubcommandLabel = "COMMAND",
        subcommands = {Doctor.class, Copy.class, Serve.class, Demo.class})
public final class Main {
    static final int EXIT_FAILURE = 1;
    static final int EXIT_USAGE = 2;

    /** Held, because java.util.logging forgets the level of a logger that nobody holds. */
    private static final Logger LIBRARY_LOGGER = Logger.getLogger("dev.ringtail.io");

    private boolean isVerbose;

    private Main() {}

    /** Runs the command and ends the process. */
    public static void main(String[] args) {
        int code = run(args);
        System.out.flush();
        System.err.flush();
        System.exit(code);
    }

    /** Runs the command and returns its exit code. */
    static int run(String... args) {
        Main main = new Main();
        LIBRARY_LOGGER.setLevel(Level.WARNING);
        return new CommandLine(main)
                .registerConverter(Path.class, Main::path)
                .setParameterExceptionHandler(Main::onWrongUsage)
                .setExecutionExceptionHandler(main::onFailure)
                .execute(args);
    }

    @Option(
            names = "--provider",
            paramLabel = "NAME",
            scope = ScopeType.INHERIT,
            description = "Use this provider (io_uring or epoll), and fail if it isn't available.")
    void setProvider(String name) {
        System.setProperty(Providers.PROPERTY, name);
    }

    @Option(
            names = "--verbose",
            scope = ScopeType.INHERIT,
            description = "Log what the library decides, and print the stack trace of a failure.")
    void setVerbose(boolean isVerbose) {
        this.isVerbose = isVerbose;
        if (isVerbose) {
            LIBRARY_LOGGER.setLevel(Level.FINE);
        }
    }

    private static Path path(String text) {
        try {
            return Path.of(text);
        } catch (InvalidPathException e) {
            throw new TypeConversionException("not a path in this locale's encoding, "
                    + System.getProperty("sun.jnu.encoding") + " (set LC_ALL=C.UTF-8)");
        }
    }

    private static int onWrongUsage(ParameterException e, String[] args) {
        CommandLine command = e.getCommandLine();
        String name = command.getCommandSpec().qualifiedName();
        command.getErr().println(name + ": " + oneLine(e.getMessage()) + " (see " + name + " --help)");
        return EXIT_USAGE;
    }

    private int onFailure(Exception e, CommandLine command, CommandLine.ParseResult parsed) {
        if (isVerbose) {
            e.printStackTrace(command.getErr());
        }
        command.getErr().println(command.getCommandSpec().qualifiedName() + ": " + oneLine(text(e)));
        return EXIT_FAILURE;
    }

    private static String text(Exception e) {
        return switch (e) {
            case ToolException ignored -> String.valueOf(e.getMessage());
            case FileSystemException file
            when file.getReason() == null ->
                file.getClass().getSimpleName().replace("Exception", "") + ": " + file.getFile();
            case IOException ignored -> e.getMessage() == null ? e.toString() : e.getMessage();
            // Anything else is a bug: its class is part of the report.
            default -> e + " (a bug; --verbose shows where)";
        };
    }

    private static String oneLine(@Nullable String text) {
        return String.valueOf(text).strip().replaceAll("\\s*\\R\\s*", "; ");
    }

    /** Written into the jar by the build. */
    static final class Version implements IVersionProvider {
        @Override
        public String[] getVersion() throws IOException {
            return new String[] {"ringtail " + text()};
        }

        static String text() throws IOException {
            Properties properties = new Properties();
            try (InputStream in = Main.class.getResourceAsStream("tool.properties")) {
                properties.load(in);
            }
            return properties.getProperty("version");
        }
    }
}
