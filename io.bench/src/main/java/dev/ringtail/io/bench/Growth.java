// SPDX-License-Identifier: Apache-2.0
package dev.ringtail.io.bench;

import java.nio.file.Files;
import java.nio.file.Path;
import java.util.HashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Set;

/** What many cost: operations in flight, connections, timers. It should be the same for each, however many there are. */
final class Growth implements Benchmark {
    private static final List<String> PROVIDERS = List.of("io_uring", "epoll");
    private static final List<Integer> OPERATIONS = List.of(1, 10, 100, 1_000, 10_000, 100_000);
    private static final List<Integer> CONNECTIONS = List.of(1, 10, 100, 1_000, 10_000);
    private static final List<Curve> CURVES = List.of(
            new Curve("nops", "nops at once", OPERATIONS),
            new Curve("parked", "a nop beside parked receives", OPERATIONS),
            new Curve("cancels", "a cancel of one of so many", List.of(1, 100, 1_000, 10_000)),
            new Curve("timers", "a timer beside others", List.of(1, 100, 10_000, 1_000_000)));

    /** The commands of those that are promised to cost the same at every count. */
    private static final Set<String> FLAT = Set.of("parked", "cancels", "timers");

    /** Below it what else there is counts for too much: in the heap, in a kernel entry that few share. */
    private static final int MANY = 100;

    /** What an operation of these may cost at the largest count, over what it costs at {@link #MANY}. */
    private static final double FLAT_MAX = 2.0;

    /** All of it in memory from the beginning: what the process grows by is then something else. */
    private static final List<String> HEAP = List.of("-Xms512m", "-Xmx512m", "-XX:+AlwaysPreTouch");

    private static final int WARM_UPS = 5;
    private static final int ACTIVE = 64;
    private static final int PAGE_BYTES = 4096;

    /**
     * What is asked for by count.
     *
     * @param command of the peer, which the count follows
     */
    private record Curve(String command, String what, List<Integer> counts) {
        String at(int count) {
            return command + " " + count;
        }

        int largest() {
            return counts.getLast();
        }
    }

    @Override
    public String name() {
        return "growth";
    }

    @Override
    public String title() {
        return "Cost of growth";
    }

    @Override
    public String run(Plan plan, Report report) throws Exception {
        Results results = new Results();
        try (Peers peers = new Peers(results)) {
            for (String provider : PROVIDERS) {
                peers.start(provider, plan.java(HEAP, "growth", provider));
            }
            warmUp(peers);
            for (int round = 0; round < plan.rounds(); round++) {
                for (Curve curve : CURVES) {
                    for (int count : curve.counts()) {
                        for (Peer peer : peers.inTurn(round)) {
                            results.add(curve.at(count), peer.name(), peer.ask(curve.at(count)));
                        }
                    }
                }
            }
        }
        measureConnections(plan, results);
        return """
                Medians of the rounds, the smallest and the largest in parentheses. Heap bytes for nops and timers; for parked receives \
                all of the process's memory (the kernel's own is not in it). The memory of connections is the first round's. \
                io_uring looks for what is to be cancelled in 256 lists at most, which get longer (`hash_bits` in the kernel's io_uring.c); \
                timers are in a heap, which gets higher.

                """ + curves(results, report) + "\n" + connections(results, report) + report.missing(results);
    }

    private static void warmUp(Peers peers) throws Exception {
        for (Peer peer : peers.inTurn(0)) {
            for (Curve curve : CURVES) {
                for (int i = 0; i < WARM_UPS; i++) {
                    peer.ask(curve.at(MANY));
                }
            }
        }
    }

    private static String curves(Results results, Report report) {
        Table table = new Table("provider", "what", "how many", "ns per operation", "bytes each");
        Plot nanos = new Plot("Growth: nanoseconds per operation by how many there are", "how many", "ns");
        Plot bytes = new Plot("Growth: bytes for each by how many there are", "how many (from 100 on)", "B");
        for (String provider : PROVIDERS) {
            for (Curve curve : CURVES) {
                String series = provider + ", " + curve.what();
                for (int count : curve.counts()) {
                    Results.Ratio time = results.spread(curve.at(count), provider, "nanos");
                    Results.Ratio memory = results.spread(curve.at(count), provider, "bytes");
                    boolean hasMemory = count >= MANY && memory.median() != 0;
                    table.row(
                            provider,
                            curve.what(),
                            integer(count),
                            Table.spread(time),
                            hasMemory ? Table.spread(memory) : "");
                    nanos.add(series, count, time.median());
                    if (hasMemory) {
                        bytes.add(series, count, memory.median());
                    }
                }
                judge(curve, provider, results, report);
            }
        }
        report.plot("growth-time", nanos);
        report.plot("growth-memory", bytes);
        return table.toString();
    }

    private static void judge(Curve curve, String provider, Results results, Report report) {
        if (FLAT.contains(curve.command())) {
            report.atMost(
                    "growth, " + provider + ", " + curve.command() + ", time at " + integer(curve.largest())
                            + " over time at " + MANY,
                    results.ratioOfCases(curve.at(curve.largest()), curve.at(MANY), provider, "nanos"),
                    FLAT_MAX);
        }
    }

    private static String integer(int count) {
        return String.format(Locale.ROOT, "%,d", count);
    }

    /** The echo server with ever more connections, of which 64 at most talk. */
    private static void measureConnections(Plan plan, Results results) throws Exception {
        try (Peers peers = new Peers(results)) {
            for (String provider : PROVIDERS) {
                // A buffer of 4 KiB for each.
                peers.start(provider, plan.java(List.of(), "echo", provider, "" + PAGE_BYTES));
            }
            Map<String, Long> before = new HashMap<>();
            for (Peer peer : peers.inTurn(0)) {
                load(plan, peer, ACTIVE, plan.millis(2000));
                before.put(peer.name(), residentBytes(peer));
            }
            for (int round = 0; round < plan.rounds(); round++) {
                for (int count : CONNECTIONS) {
                    for (Peer peer : peers.inTurn(round)) {
                        Map<String, Double> figures = load(plan, peer, count, plan.millis(400));
                        if (round == 0) {
                            // Only then: afterwards the process has what it once took for 10,000.
                            long grown = residentBytes(peer) - before.getOrDefault(peer.name(), 0L);
                            figures.put("bytes", (double) grown / count);
                        }
                        figures.put("micros", figures.getOrDefault("cpu", Double.NaN) / 1e3);
                        results.add("connections " + count, peer.name(), figures);
                    }
                }
            }
        }
    }

    private static String connections(Results results, Report report) {
        Table table = new Table("echo server", "connections", "CPU us per round trip", "KiB of memory each");
        Plot plot =
                new Plot("Growth: server CPU per round trip by connections, 64 of them active", "connections", "us");
        for (String provider : PROVIDERS) {
            for (int count : CONNECTIONS) {
                String of = "connections " + count;
                Results.Ratio cpu = results.spread(of, provider, "micros");
                double memory = results.median(of, provider, "bytes") / 1024;
                table.row(provider, integer(count), Table.spread(cpu), count < MANY ? "" : Table.number(memory));
                plot.add(provider, count, cpu.median());
            }
        }
        report.plot("growth-connections", plot);
        return table.toString();
    }

    private static Map<String, Double> load(Plan plan, Peer peer, int connections, int millis) throws Exception {
        return Peer.run(plan.c(
                "load",
                "" + peer.port(),
                "" + connections,
                "64",
                "200",
                "" + millis,
                "" + peer.pid(),
                "" + Math.min(connections, ACTIVE)));
    }

    private static long residentBytes(Peer peer) throws Exception {
        String pages =
                Files.readString(Path.of("/proc/" + peer.pid() + "/statm")).split(" ", -1)[1];
        return Long.parseLong(pages) * PAGE_BYTES;
    }
}
