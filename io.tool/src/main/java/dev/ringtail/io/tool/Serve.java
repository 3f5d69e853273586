// SPDX-License-Identifier: Apache-2.0

package dev.ringtail.io.tool;

import dev.ringtail.io.Address;
import dev.ringtail.io.IoLoop;
import dev.ringtail.io.tool.http.AccessLog;
import dev.ringtail.io.tool.http.HttpServer;
import java.io.IOException;
import java.net.InetAddress;
import java.net.UnknownHostException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.OptionalInt;
import java.util.concurrent.Callable;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.ExitCode;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.ParameterException;
import picocli.CommandLine.Parameters;
import picocli.CommandLine.Spec;

/** Serves a directory until it is told to stop. */
@Command(
        name = "serve",
        description = {
            "Serve a directory's files over HTTP/1.1, on one loop.",
            "",
            "GET and HEAD, keep-alive, pipelining, single ranges, ETag and Last-Modified, index.html or a listing. Nothing"
                    + " outside DIR is served, whatever links say. A changed file is noticed within a second. SIGINT or"
                    + " SIGTERM finishes the responses being sent and ends with 0."
        })
final class Serve implements Callable<Integer> {
    /** Longer than the server gives itself to finish its responses. */
    private static final Duration STOP_MAX = HttpServer.Settings.STOP_TIMEOUT.plusSeconds(2);

    /** For the JVM itself, which can't even load a class from a folder once there is no descriptor left. */
    private static final int RESERVED_DESCRIPTORS = 64;

    private static final int PORT_MAX = 0xffff;
    private static final double SECONDS_MAX = 86_400;

    @Spec
    @SuppressWarnings("NullAway.Init")
    private CommandSpec spec;

    @Parameters(index = "0", paramLabel = "DIR", description = "The directory to serve.")
    @SuppressWarnings("NullAway.Init")
    private Path directory;

    @Option(
            names = "--host",
            paramLabel = "HOST",
            defaultValue = "127.0.0.1",
            description = "Address to listen on (default: ${DEFAULT-VALUE}; 0.0.0.0 or :: for everybody).")
    @SuppressWarnings("NullAway.Init")
    private String host;

    @Option(
            names = "--port",
            paramLabel = "PORT",
            defaultValue = "8080",
            description = "Port to listen on (default: ${DEFAULT-VALUE}; 0: the system chooses).")
    private int port;

    @Option(names = "--log", description = "Print a line per response.")
    private boolean isLogged;

    @Option(
            names = "--max-connections",
            paramLabel = "N",
            defaultValue = "4096",
            description =
                    "More wait to be accepted (default: ${DEFAULT-VALUE}; fewer if the limit on open files is low).")
    private int connectionsMax;

    @Option(
            names = "--head-timeout",
            paramLabel = "SECONDS",
            defaultValue = "10",
            description = "For a request's head to arrive (default: ${DEFAULT-VALUE}).")
    private double headSeconds;

    @Option(
            names = "--idle-timeout",
            paramLabel = "SECONDS",
            defaultValue = "60",
            description = "For a connection's next request (default: ${DEFAULT-VALUE}).")
    private double idleSeconds;

    @Option(
            names = "--send-timeout",
            paramLabel = "SECONDS",
            defaultValue = "30",
            description = "For the client to take the rest of a response, or 1 KiB for each of these seconds (default:"
                    + " ${DEFAULT-VALUE}).")
    private double sendSeconds;

    @Override
    public Integer call() throws ToolException, IOException {
        HttpServer.Settings settings = settings();
        try (IoLoop loop = IoLoop.open();
                HttpServer server = open(loop, settings);
                // A server that stops as it was told has not failed.
                Interruption _ = new Interruption(server::stop, STOP_MAX, OptionalInt.of(ExitCode.OK))) {
            System.out.println("serving " + settings.directory() + " on http://" + server.address() + "/ ("
                    + loop.provider() + "; Ctrl-C ends it)");
            System.out.flush();
            server.run();
        }
        return ExitCode.OK;
    }

    private HttpServer.Settings settings() throws ToolException, IOException {
        if (port < 0 || port > PORT_MAX) {
            throw new ParameterException(spec.commandLine(), "--port must be 0 to " + PORT_MAX);
        }
        if (connectionsMax < 1) {
            throw new ParameterException(spec.commandLine(), "--max-connections must be 1 at least");
        }
        if (!Files.isDirectory(directory)) {
            throw new ToolException("'" + directory + "' isn't a directory");
        }
        Address address;
        try {
            address = Address.of(InetAddress.getByName(host), port);
        } catch (UnknownHostException e) {
            throw new ToolException("--host: there is no host '" + host + "'");
        }
        HttpServer.Settings defaults = HttpServer.Settings.of(directory.toRealPath(), address);
        @Nullable AccessLog log = isLogged ? new AccessLog(System.out) : null;
        long descriptorsMax = Diagnosis.descriptorsMax();
        int openFilesMax = (int) Math.min(defaults.openFilesMax(), descriptorsMax / 8);
        return new HttpServer.Settings(
                defaults.directory(),
                address,
                (int) Math.max(1, Math.min(connectionsMax, descriptorsMax - openFilesMax - RESERVED_DESCRIPTORS)),
                openFilesMax,
                duration("--head-timeout", headSeconds),
                duration("--idle-timeout", idleSeconds),
                duration("--send-timeout", sendSeconds),
                HttpServer.Settings.SEND_RATE_MIN,
                defaults.lingerTimeout(),
                defaults.stopTimeout(),
                log);
    }

    private Duration duration(String option, double seconds) {
        // Written so that NaN is refused too.
        if (!(seconds > 0 && seconds <= SECONDS_MAX)) {
            throw new ParameterException(spec.commandLine(), option + " must be more than 0 and at most a day");
        }
        return Duration.ofNanos((long) (seconds * 1e9));
    }

    private static HttpServer open(IoLoop loop, HttpServer.Settings settings) throws ToolException {
        try {
            return new HttpServer(loop, settings);
        } catch (IOException e) {
            throw new ToolException("can't listen on " + settings.address() + ": " + e.getMessage());
        }
    }
}
