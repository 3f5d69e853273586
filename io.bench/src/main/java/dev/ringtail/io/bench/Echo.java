// SPDX-License-Identifier: Apache-2.0
package dev.ringtail.io.bench;

import java.util.ArrayList;
import java.util.Collections;
import java.util.Comparator;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/** A TCP echo server with one thread, the load from a C process of its own. */
final class Echo implements Benchmark {
    private static final String OURS = "ringtail io_uring";
    private static final String C_BUFFERS = "C liburing, buffer ring";
    private static final String OURS_BUFFERS = "ringtail io_uring, buffer ring";
    private static final String NETTY_BUFFERS = "Netty io_uring, buffer ring";
    private static final String OUR_FALLBACK = "ringtail epoll";
    private static final String BUFFER_BYTES = "16384";
    private static final int[] CONNECTIONS = {1, 64, 512};
    private static final int[] MESSAGE_BYTES = {64, 16384};

    /** What our processor time per round trip over another's may be at most, for io_uring, at 64 and 512 connections. */
    private static final Map<String, Double> TARGETS = new LinkedHashMap<>();

    static {
        TARGETS.put("C liburing", 1.0);
        TARGETS.put("C epoll", 1.0);
        TARGETS.put("Netty io_uring", 0.75);
        TARGETS.put(NETTY_BUFFERS, 0.97);
        TARGETS.put("Netty epoll", 0.7);
        TARGETS.put("Netty NIO", Double.NaN);
        TARGETS.put("NIO selector", 0.85);
        TARGETS.put("AsynchronousSocketChannel", 0.7);
        TARGETS.put("virtual threads", 0.7);
    }

    @Override
    public String name() {
        return "echo";
    }

    @Override
    public String title() {
        return "Sockets: TCP echo";
    }

    @Override
    public String run(Plan plan, Report report) throws Exception {
        Results results = new Results();
        try (Peers peers = new Peers(results)) {
            peers.start("C liburing", plan.c("echo_uring", BUFFER_BYTES));
            peers.start("C epoll", plan.c("echo_epoll", BUFFER_BYTES));
            peers.start(OURS, java(plan, "io_uring"));
            peers.start(OUR_FALLBACK, java(plan, "epoll"));
            peers.start(C_BUFFERS, plan.c("echo_uring_buffers", BUFFER_BYTES));
            peers.start(OURS_BUFFERS, java(plan, "io_uring-buffers"));
            peers.start("ringtail io_uring, buffer ring, sendNow", java(plan, "io_uring-now"));
            peers.start("ringtail epoll, buffer ring, sendNow", java(plan, "epoll-now"));
            peers.start("Netty io_uring", java(plan, "netty-io_uring"));
            peers.start(NETTY_BUFFERS, java(plan, "netty-io_uring-buffers"));
            peers.start("Netty epoll", java(plan, "netty-epoll"));
            peers.start("Netty NIO", java(plan, "netty-nio"));
            peers.start("NIO selector", java(plan, "selector"));
            peers.start("AsynchronousSocketChannel", java(plan, "asynchronous"));
            peers.start("virtual threads", java(plan, "virtual", "-Djdk.virtualThreadScheduler.parallelism=1"));
            measure(plan, results, peers);
        }
        return text(results, report);
    }

    private static List<String> java(Plan plan, String variant, String... options) {
        return plan.java(List.of(options), "echo", variant, BUFFER_BYTES);
    }

    private static void measure(Plan plan, Results results, Peers peers) throws Exception {
        for (Peer peer : peers.inTurn(0)) {
            load(plan, peer, 64, 64, plan.millis(2500));
            load(plan, peer, 64, 16384, plan.millis(1000));
        }
        for (int round = 0; round < plan.rounds(); round++) {
            for (int bytes : MESSAGE_BYTES) {
                for (int connections : CONNECTIONS) {
                    if (plan.isQuick() && (connections == 1 || bytes > 64)) {
                        continue;
                    }
                    for (Peer peer : peers.inTurn(round)) {
                        results.add(
                                connections + " x " + bytes + " B",
                                peer.name(),
                                load(plan, peer, connections, bytes, plan.millis(750)));
                    }
                }
            }
        }
    }

    private static Map<String, Double> load(Plan plan, Peer peer, int connections, int bytes, int millis)
            throws Exception {
        return Peer.run(
                plan.c("load", "" + peer.port(), "" + connections, "" + bytes, "100", "" + millis, "" + peer.pid()));
    }

    private static String text(Results results, Report report) {
        StringBuilder text = new StringBuilder("""
                CPU is the server's processor time per round trip, all its threads, median of windows of 50 ms: the main figure, as \
                loopback and the client share the machine. The C ring has the flags that Ringtail's has too, as far as liburing 2.3 \
                knows them; both mark receives that will wait. The ratios are Ringtail's (io_uring) over the peer's: CPU and p99 \
                better when below 1, rate better when above.
                """);
        for (String of : results.cases()) {
            Table table = new Table(
                    "peer",
                    "CPU us",
                    "CPU ratio",
                    "target",
                    "round trips/s",
                    "rate ratio",
                    "p50 us",
                    "p99 us",
                    "p99 ratio",
                    "p99.9 us");
            for (String peer : results.peers(of)) {
                Results.Ratio cpu = results.ratio(of, OURS, peer, "cpu");
                double target = TARGETS.getOrDefault(peer, Double.NaN);
                table.row(
                        peer,
                        Table.number(results.median(of, peer, "cpu") / 1e3),
                        Table.ratio(cpu),
                        isMain(of) && !Double.isNaN(target)
                                ? report.atMost("echo " + of + ", CPU, " + peer, cpu, target)
                                : "",
                        Table.number(results.median(of, peer, "rate")),
                        Table.ratio(results.ratio(of, OURS, peer, "rate")),
                        Table.number(results.median(of, peer, "p50") / 1e3),
                        Table.number(results.median(of, peer, "p99") / 1e3),
                        Table.ratio(results.ratio(of, OURS, peer, "p99")),
                        Table.number(results.median(of, peer, "p999") / 1e3));
            }
            text.append("\n**").append(of).append("**\n\n").append(table);
            text.append(fallback(results, report, of));
            if (isMain(of)) {
                text.append(buffers(results, report, of));
                text.append(best(results, report, of));
            }
        }
        report.plot("echo", bars(results));
        return text + report.missing(results);
    }

    /** Whether it is a case that targets were set for. */
    private static boolean isMain(String of) {
        return !of.startsWith("1 ") && of.endsWith(" 64 B");
    }

    /** With buffer rings, like with like. */
    private static String buffers(Results results, Report report, String of) {
        Results.Ratio c = results.ratio(of, OURS_BUFFERS, C_BUFFERS, "cpu");
        Results.Ratio netty = results.ratio(of, OURS_BUFFERS, NETTY_BUFFERS, "cpu");
        return "\nBoth with a buffer ring, CPU over C's " + Table.ratio(c) + ", "
                + report.atMost("echo " + of + ", buffer rings, CPU, " + C_BUFFERS, c, 1.0) + "; over Netty's "
                + Table.ratio(netty) + ", "
                + report.atMost("echo " + of + ", buffer rings, CPU, " + NETTY_BUFFERS, netty, 0.97) + ".\n";
    }

    /** Rate and p99 against the peer that is best in it. */
    private static String best(Results results, Report report, String of) {
        List<String> peers = results.peers(of).stream()
                .filter(peer -> !peer.startsWith("ringtail"))
                .toList();
        if (peers.isEmpty()) {
            return "";
        }
        String fastest = Collections.max(peers, Comparator.comparingDouble(peer -> results.median(of, peer, "rate")));
        String promptest = Collections.min(peers, Comparator.comparingDouble(peer -> results.median(of, peer, "p99")));
        Results.Ratio rate = results.ratio(of, OURS, fastest, "rate");
        Results.Ratio p99 = results.ratio(of, OURS, promptest, "p99");
        return "\nThe best of the others: in the rate " + fastest + ", "
                + report.atLeast("echo " + of + ", rate, " + fastest, rate, 0.97) + "; in p99 " + promptest + ", "
                + report.atMost("echo " + of + ", p99, " + promptest, p99, 1.1) + ".\n";
    }

    private static String fallback(Results results, Report report, String of) {
        if (!results.has(of, OUR_FALLBACK)) {
            return "";
        }
        Results.Ratio c = results.ratio(of, OUR_FALLBACK, "C epoll", "cpu");
        Results.Ratio selector = results.ratio(of, OUR_FALLBACK, "NIO selector", "cpu");
        List<String> parts = new ArrayList<>();
        parts.add("over C epoll " + report.atMost("echo " + of + ", epoll provider, CPU, C epoll", c, 1.1));
        parts.add("over the NIO selector "
                + report.atMost("echo " + of + ", epoll provider, CPU, NIO selector", selector, 0.9));
        return "\nThe epoll provider's CPU: " + String.join(", ", parts) + ".\n";
    }

    private static Plot bars(Results results) {
        Plot plot = new Plot("Echo, 64 B: server CPU per round trip by connections", "connections", "us");
        for (String of : results.cases()) {
            if (of.endsWith(" 64 B")) {
                for (String peer : results.peers(of)) {
                    plot.add(
                            peer,
                            Double.parseDouble(of.substring(0, of.indexOf(' '))),
                            results.median(of, peer, "cpu") / 1e3);
                }
            }
        }
        return plot;
    }
}
