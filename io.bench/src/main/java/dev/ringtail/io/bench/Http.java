// SPDX-License-Identifier: Apache-2.0
package dev.ringtail.io.bench;

import java.io.BufferedReader;
import java.io.IOException;
import java.net.ServerSocket;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;

/** {@code ringtail serve} against nginx with one worker; wrk asks. */
final class Http implements Benchmark {
    private static final String OURS = "ringtail serve";
    private static final String NGINX = "nginx";
    private static final int CONNECTIONS = 64;
    private static final Pattern RATE = Pattern.compile("Requests/sec: +([0-9.]+)");
    private static final Pattern P99 = Pattern.compile(" 99% +([0-9.]+)(us|ms|s)");
    private static final Pattern REQUESTS = Pattern.compile("([0-9]+) requests in");

    /** What wrk says of requests that came to nothing: then it has measured something else. */
    private static final Pattern FAILURE = Pattern.compile("Non-2xx|Socket errors");

    private static final double TICKS_PER_SECOND = 100;

    @Override
    public String name() {
        return "http";
    }

    @Override
    public String title() {
        return "Sockets: HTTP";
    }

    @Override
    public String run(Plan plan, Report report) throws Exception {
        Results results = new Results();
        Path directory =
                Files.createDirectories(plan.natives().resolveSibling("data").resolve("www"));
        Files.write(directory.resolve("small.html"), new byte[1024]);
        Files.write(directory.resolve("large.bin"), new byte[1 << 20]);
        if (Machine.output("", "wrk", "-v").equals("missing")) {
            results.addMissing("wrk (apt-get install wrk)");
            results.addMissing(NGINX + ": there is no wrk to ask it");
            return report.missing(results);
        }
        int ourPort = freePort();
        int nginxPort = freePort();
        List<String> serve =
                plan.javaMain("dev.ringtail.io.tool.Main", "serve", directory.toString(), "--port", "" + ourPort);
        try (Server ours = Server.start(OURS, ourPort, serve, results);
                Server nginx = Server.start(NGINX, nginxPort, nginx(directory, nginxPort), results)) {
            measure(plan, results, List.of(ours, nginx));
        }
        return text(results) + report.missing(results);
    }

    /** A server's process, if it could be had. */
    private record Server(String name, int port, @Nullable Process process) implements AutoCloseable {
        static Server start(String name, int port, List<String> command, Results results) throws Exception {
            try {
                Process process = new ProcessBuilder(command)
                        .redirectErrorStream(true)
                        .redirectOutput(ProcessBuilder.Redirect.DISCARD)
                        .start();
                Thread.sleep(1500);
                if (process.isAlive()) {
                    return new Server(name, port, process);
                }
                results.addMissing(name + ": it ended at once");
            } catch (IOException e) {
                results.addMissing(name + ": " + e.getMessage());
            }
            return new Server(name, port, null);
        }

        /** The processor time so far in seconds, that of nginx's worker too. */
        double cpuSeconds() throws IOException {
            if (process == null) {
                return 0;
            }
            double ticks = ticks(process.pid());
            for (ProcessHandle child : process.children().toList()) {
                ticks += ticks(child.pid());
            }
            return ticks / TICKS_PER_SECOND;
        }

        private static double ticks(long pid) throws IOException {
            String stat = Files.readString(Path.of("/proc/" + pid + "/stat"));
            String[] fields = stat.substring(stat.lastIndexOf(')') + 2).split(" ", -1);
            return Double.parseDouble(fields[11]) + Double.parseDouble(fields[12]);
        }

        @Override
        public void close() {
            if (process != null) {
                process.destroy();
            }
        }
    }

    private static void measure(Plan plan, Results results, List<Server> servers) throws Exception {
        int seconds = plan.isQuick() ? 1 : 2;
        // Round -1 is the warm-up.
        for (int round = -1; round < plan.rounds(); round++) {
            for (String file : List.of("small.html", "large.bin")) {
                for (Server server : round % 2 == 0 ? servers : servers.reversed()) {
                    if (server.process() == null) {
                        continue;
                    }
                    double cpu = server.cpuSeconds();
                    Map<String, Double> figures =
                            wrk("http://127.0.0.1:" + server.port() + "/" + file, round < 0 ? 3 : seconds);
                    double requests = figures.getOrDefault("requests", Double.NaN);
                    figures.put("cpu", (server.cpuSeconds() - cpu) * 1e6 / requests);
                    if (round >= 0) {
                        results.add(file.equals("small.html") ? "1 KiB" : "1 MiB", server.name(), figures);
                    }
                }
            }
        }
    }

    /** Throws what wrk says if a request failed. */
    private static Map<String, Double> wrk(String address, int seconds) throws IOException {
        Process process = new ProcessBuilder(
                        "wrk", "-t1", "-c" + CONNECTIONS, "-d" + seconds + "s", "--latency", address)
                .redirectErrorStream(true)
                .start();
        Map<String, Double> figures = new HashMap<>();
        try (BufferedReader output = process.inputReader()) {
            for (String line : output.lines().toList()) {
                if (FAILURE.matcher(line).find()) {
                    throw new IOException("wrk " + address + ": " + line.strip());
                }
                put(figures, "rate", RATE.matcher(line));
                put(figures, "p99", P99.matcher(line));
                put(figures, "requests", REQUESTS.matcher(line));
            }
        }
        return figures;
    }

    private static void put(Map<String, Double> figures, String name, Matcher matcher) {
        if (matcher.find()) {
            String unit = matcher.groupCount() > 1 ? matcher.group(2) : "";
            double scale = unit.equals("ms") ? 1e3 : unit.equals("s") ? 1e6 : 1;
            figures.put(name, Double.parseDouble(matcher.group(1)) * scale);
        }
    }

    private static List<String> nginx(Path directory, int port) throws IOException {
        Path configuration = directory.resolveSibling("nginx.conf");
        Files.writeString(configuration, """
                %4$sworker_processes 1;
                daemon off;
                pid %1$s/nginx.pid;
                error_log %1$s/nginx.log;
                events { worker_connections 4096; }
                http {
                  access_log off;
                  sendfile on;
                  tcp_nopush on;
                  keepalive_requests 1000000;
                  client_body_temp_path %1$s/body;
                  proxy_temp_path %1$s/proxy;
                  fastcgi_temp_path %1$s/fastcgi;
                  uwsgi_temp_path %1$s/uwsgi;
                  scgi_temp_path %1$s/scgi;
                  server { listen 127.0.0.1:%2$d; root %3$s; }
                }
                """.formatted(
                        directory.getParent(),
                        port,
                        directory,
                        System.getProperty("user.name").equals("root") ? "user root; " : ""));
        // Debian keeps it where an ordinary user's PATH doesn't lead.
        String program = Files.isExecutable(Path.of("/usr/sbin/nginx")) ? "/usr/sbin/nginx" : "nginx";
        return List.of(program, "-c", configuration.toString());
    }

    private static int freePort() throws IOException {
        try (ServerSocket socket = new ServerSocket(0)) {
            return socket.getLocalPort();
        }
    }

    private static String text(Results results) {
        Table table =
                new Table("file", "server", "requests/s", "rate ratio", "CPU us per request", "CPU ratio", "p99 us");
        for (String of : results.cases()) {
            for (String peer : results.peers(of)) {
                table.row(
                        of,
                        peer,
                        Table.number(results.median(of, peer, "rate")),
                        Table.ratio(results.ratio(of, OURS, peer, "rate")),
                        Table.number(results.median(of, peer, "cpu")),
                        Table.ratio(results.ratio(of, OURS, peer, "cpu")),
                        Table.number(results.median(of, peer, "p99")));
            }
        }
        return """
                64 connections, one wrk thread; nginx with one worker and sendfile. The ratios are Ringtail's over the peer's.

                """ + table;
    }
}
