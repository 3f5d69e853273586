// SPDX-License-Identifier: Apache-2.0
package dev.ringtail.io.bench;

import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;

/** What many cost: operations in flight, connections, timers. It should be the same for each, however many there are. */
final class Growth implements Benchmark {
    private static final int[] OPERATIONS = {1, 10, 100, 1_000, 10_000, 100_000};
    private static final int[] CANCELS = {1, 100, 1_000, 10_000};
    private static final int[] CONNECTIONS = {1, 10, 100, 1_000, 10_000};
    private static final int[] TIMERS = {1, 100, 10_000, 1_000_000};
    private static final int ACTIVE = 64;
    private static final int PAGE_BYTES = 4096;

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
        Table table = new Table("provider", "what", "how many", "ns per operation", "bytes each");
        Plot nanos = new Plot("Growth: nanoseconds per operation by how many there are", "how many", "ns");
        Plot bytes = new Plot("Growth: bytes for each by how many there are", "how many (from 100 on)", "B");
        try (Peers peers = new Peers(results)) {
            for (String provider : List.of("io_uring", "epoll")) {
                peers.start(provider, plan.java(List.of(), "growth", provider));
            }
            for (Peer peer : peers.inTurn(0)) {
                peer.ask("nops 1000");
                curve(peer, "nops", "nops at once", OPERATIONS, table, nanos, bytes);
                curve(peer, "parked", "a nop beside parked receives", OPERATIONS, table, nanos, bytes);
                curve(peer, "cancels", "a cancel of one of so many", CANCELS, table, nanos, bytes);
                curve(peer, "timers", "a timer beside others", TIMERS, table, nanos, bytes);
            }
        }
        report.plot("growth-time", nanos);
        report.plot("growth-memory", bytes);
        return """
                Heap bytes for nops and timers; for parked receives all of the process's memory (the kernel's own is not in it).

                """ + table + "\n" + connections(plan, report, results) + report.missing(results);
    }

    private static void curve(Peer peer, String command, String what, int[] counts, Table table, Plot nanos, Plot bytes)
            throws Exception {
        for (int count : counts) {
            Map<String, Double> figures = peer.ask(command + " " + count);
            double time = figures.getOrDefault("nanos", Double.NaN);
            double memory = figures.getOrDefault("bytes", Double.NaN);
            table.row(
                    peer.name(),
                    what,
                    Table.number(count).replace(".00", ""),
                    Table.number(time),
                    // A few are lost in what else the heap holds.
                    count < 100 || memory == 0 ? "" : Table.number(memory));
            nanos.add(peer.name() + ", " + what, count, time);
            if (count >= 100 && memory != 0) {
                bytes.add(peer.name() + ", " + what, count, memory);
            }
        }
    }

    /** The echo server with ever more connections, of which 64 at most talk. */
    private static String connections(Plan plan, Report report, Results results) throws Exception {
        Table table = new Table("echo server", "connections", "CPU us per round trip", "KiB of memory each");
        Plot plot =
                new Plot("Growth: server CPU per round trip by connections, 64 of them active", "connections", "us");
        try (Peers peers = new Peers(results)) {
            for (String provider : List.of("io_uring", "epoll")) {
                // A buffer of 4 KiB for each.
                peers.start(provider, plan.java(List.of(), "echo", provider, "" + PAGE_BYTES));
            }
            for (Peer peer : peers.inTurn(0)) {
                load(plan, peer, ACTIVE, plan.millis(2000));
                long before = residentBytes(peer);
                for (int count : CONNECTIONS) {
                    double cpu = load(plan, peer, count, plan.millis(900)).getOrDefault("cpu", Double.NaN) / 1e3;
                    double memory = (double) (residentBytes(peer) - before) / count / 1024;
                    table.row(peer.name(), "" + count, Table.number(cpu), count < 100 ? "" : Table.number(memory));
                    plot.add(peer.name(), count, cpu);
                }
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
