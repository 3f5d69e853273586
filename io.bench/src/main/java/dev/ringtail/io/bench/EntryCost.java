// SPDX-License-Identifier: Apache-2.0
package dev.ringtail.io.bench;

import java.util.List;

/** What it costs to go to the kernel and back: nops, against C with liburing. */
final class EntryCost implements Benchmark {
    private static final String C = "C liburing";
    private static final String OURS = "ringtail io_uring";
    private static final String OURS_ALIKE = OURS + ", C's ring flags";
    private static final int[] BATCHES = {1, 8, 32, 256};

    @Override
    public String name() {
        return "nop";
    }

    @Override
    public String title() {
        return "Entry cost";
    }

    @Override
    public String run(Plan plan, Report report) throws Exception {
        Results results = new Results();
        try (Peers peers = new Peers(results)) {
            peers.start(C, plan.c("nop"));
            peers.start(OURS, plan.java(List.of(), "nop", "io_uring", "tick"));
            peers.start(OURS + ", runFor", plan.java(List.of(), "nop", "io_uring"));
            peers.start(OURS_ALIKE, plan.java(List.of(), "nop", "io_uring", "tick-index-array"));
            peers.start("ringtail epoll", plan.java(List.of(), "nop", "epoll", "tick"));
            measure(plan, results, peers);
        }
        return text(results, report);
    }

    private static void measure(Plan plan, Results results, Peers peers) throws Exception {
        for (Peer peer : peers.inTurn(0)) {
            for (int batch : BATCHES) {
                peer.ask("nop " + batch + " " + plan.millis(1500));
            }
        }
        for (int round = 0; round < plan.rounds(); round++) {
            for (int batch : BATCHES) {
                for (Peer peer : peers.inTurn(round)) {
                    results.add("" + batch, peer.name(), peer.ask("nop " + batch + " " + plan.millis(600)));
                }
            }
        }
    }

    private static String text(Results results, Report report) {
        Table table = new Table("batch", "peer", "ns per nop", "CPU ns per nop", "C's time / its time", "target");
        Plot plot = new Plot("Nop: nanoseconds per operation by batch", "batch", "ns");
        for (String batch : results.cases()) {
            for (String peer : results.peers(batch)) {
                Results.Ratio ratio = results.ratio(batch, C, peer, "nanos");
                double nanos = results.median(batch, peer, "nanos");
                table.row(
                        batch,
                        peer,
                        Table.number(nanos),
                        Table.number(results.median(batch, peer, "cpu")),
                        peer.equals(C) ? "1" : Table.ratio(ratio),
                        peer.equals(OURS) || peer.equals(OURS_ALIKE)
                                ? report.atLeast("nop, batch " + batch + ", " + peer + ", C liburing", ratio, 0.95)
                                : "");
                plot.add(peer, Double.parseDouble(batch), nanos);
            }
        }
        report.plot("nop", plot);
        return """
                Nanoseconds per nop, submission to callback, error checked; medians of windows of a millisecond. The ratio is \
                throughput over C's. The C ring has the flags that Ringtail's has too, as far as liburing 2.3 knows them; \
                "C's ring flags" is Ringtail without those that it doesn't know. `tick` unless it says `runFor`.

                """ + table + report.missing(results);
    }
}
