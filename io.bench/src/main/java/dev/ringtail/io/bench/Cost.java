// SPDX-License-Identifier: Apache-2.0
package dev.ringtail.io.bench;

import java.nio.file.Path;
import java.util.List;
import java.util.Map;

/** Bytes and kernel entries for each operation: the figures that no noise disturbs. */
final class Cost implements Benchmark {
    private static final List<String> OPERATIONS = List.of(
            "nop",
            "read",
            "write",
            "registered-read",
            "registered-write",
            "fsync",
            "statx",
            "openat-close",
            "echo",
            "multishot-echo",
            "recv-cancel",
            "accept-connect-close",
            "multishot-accept-connect-close",
            "event",
            "timeout",
            "next-tick");

    private static final String JURING =
            "JUring: Maven Central has no com.davidvlijmincx.lio:JUring, the artifact that its build names";

    @Override
    public String name() {
        return "cost";
    }

    @Override
    public String title() {
        return "Allocation and kernel entries";
    }

    @Override
    public String run(Plan plan, Report report) throws Exception {
        Results results = new Results();
        Path file = FileTransfers.cachedFile(plan);
        Table table = new Table("operation", "provider", "heap bytes", "kernel entries");
        try (Peers peers = new Peers(results)) {
            for (String provider : List.of("io_uring", "epoll")) {
                peers.start(provider, plan.java(List.of(), "cost", provider));
            }
            for (String operation : OPERATIONS) {
                for (Peer peer : peers.inTurn(0)) {
                    Map<String, Double> figures = peer.ask("cost " + operation + " " + file);
                    double bytes = figures.getOrDefault("bytes", Double.NaN);
                    report.atMost(
                            "heap bytes, " + operation + ", " + peer.name(), new Results.Ratio(bytes, bytes, bytes), 0);
                    table.row(
                            operation,
                            peer.name(),
                            Table.number(bytes),
                            Table.number(figures.getOrDefault("entries", Double.NaN)));
                }
            }
        }
        addJasyncfio(plan, file, table, results);
        results.addMissing(JURING);
        return """
                For each operation in steady state, the loop's thread. Nops, reads, writes, echoes (a send and a receive; by multishot: a receive, and a send past the ring that isn't counted), timeouts and \
                next ticks 32 at a time, the others one at a time (openat-close and recv-cancel: the pair; accept-connect-close: one connection, \
                both its ends, whose socket was opened beforehand; event: a trigger and its callback). jasyncfio's heap bytes are those of the caller's thread and of its own together. Instructions: \
                """ + instructions() + ".\n\n" + table + report.missing(results);
    }

    /** A library that reads by io_uring too, and has its own thread for it. */
    private static void addJasyncfio(Plan plan, Path file, Table table, Results results) throws Exception {
        // Its queues use Unsafe, of which the virtual machine would warn among the answers.
        List<String> options = List.of("--sun-misc-unsafe-memory-access=allow");
        try (Peers peers = new Peers(results)) {
            peers.start("jasyncfio", plan.java(options, "cost", "jasyncfio"));
            for (Peer peer : peers.inTurn(0)) {
                double bytes = peer.ask("cost read " + file.toAbsolutePath()).getOrDefault("bytes", Double.NaN);
                table.row("read", peer.name(), Table.number(bytes), "-");
            }
        }
    }

    /** Whether this machine counts instructions. */
    private static String instructions() {
        String line = Machine.output("", "perf", "stat", "-x,", "-e", "instructions:u", "true");
        return line.equals("missing") ? "not counted, there is no perf" : "perf says " + line;
    }
}
