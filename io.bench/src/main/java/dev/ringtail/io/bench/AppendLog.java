// SPDX-License-Identifier: Apache-2.0
package dev.ringtail.io.bench;

import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;

/** An append log synced to the device, while reads of another file are in flight. */
final class AppendLog implements Benchmark {
    private static final String C = "C liburing";
    private static final String OURS = "ringtail io_uring";
    private static final String CHANNEL = "FileChannel force";

    @Override
    public String name() {
        return "log";
    }

    @Override
    public String title() {
        return "Files: an fsynced append log";
    }

    @Override
    public String run(Plan plan, Report report) throws Exception {
        Results results = new Results();
        Path file = FileTransfers.file(plan);
        try (Peers peers = new Peers(results)) {
            peers.start(C, plan.c("files"));
            peers.start(OURS, plan.java(List.of(), "files", "io_uring"));
            peers.start("ringtail epoll", plan.java(List.of(), "files", "epoll"));
            peers.start(CHANNEL, plan.java(List.of(), "files", "channel"));
            // Round -1 is the warm-up, which also gives each log its blocks.
            for (int round = -1; round < plan.rounds(); round++) {
                for (int group : new int[] {1, 32}) {
                    for (Peer peer : peers.inTurn(round)) {
                        String command = "log " + file.resolveSibling("log" + peer.pid()) + " " + file + " " + group
                                + " " + plan.millis(900);
                        if (round < 0) {
                            peer.ask(command);
                        } else {
                            results.add("group of " + group, peer.name(), peer.ask(command));
                        }
                    }
                }
            }
            for (Peer peer : peers.inTurn(0)) {
                Files.deleteIfExists(file.resolveSibling("log" + peer.pid()));
            }
        }
        return text(results, report) + report.missing(results);
    }

    private static String text(Results results, Report report) {
        Table table = new Table(
                "case", "peer", "us per commit", "its time / ours", "target", "CPU us", "read p50 us", "read p99 us");
        for (String of : results.cases()) {
            for (String peer : results.peers(of)) {
                Results.Ratio ratio = results.ratio(of, peer, OURS, "mean");
                table.row(
                        of,
                        peer,
                        Table.number(results.median(of, peer, "mean") / 1e3),
                        Table.ratio(ratio),
                        peer.equals(CHANNEL)
                                ? report.atLeast("log, " + of + ", " + peer, ratio, of.endsWith(" 1") ? 0.9 : 1.0)
                                : "",
                        Table.number(results.median(of, peer, "cpu") / 1e3),
                        Table.number(results.median(of, peer, "read_p50") / 1e3),
                        Table.number(results.median(of, peer, "read_p99") / 1e3));
            }
        }
        return """
                Records of 4 KiB, an fdatasync for each group; meanwhile one random 4 KiB O_DIRECT read of another file is in flight \
                (FileChannel: by a thread of its own). Means, as the device's own time is what is measured; the CPU is both's.

                """ + table;
    }
}
