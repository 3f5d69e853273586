// SPDX-License-Identifier: Apache-2.0
package dev.ringtail.io.bench;

import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;

/** An append log synced to the device, while reads of another file are in flight. */
final class AppendLog implements Benchmark {
    private static final long LOG_BYTES = 64L << 20;
    private static final String OURS = "ringtail io_uring";
    private static final String CHANNEL = "FileChannel force";

    /** By the page cache; with O_DIRECT; with O_DSYNC too, so that a record needs no sync of its own. */
    private static final String CACHED = "";

    private static final String DIRECT = ", O_DIRECT";
    private static final String SYNCED = ", O_DIRECT, O_DSYNC";

    private static final List<String> WAYS = List.of(CACHED, DIRECT, SYNCED);

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
        Path readFile = FileTransfers.file(plan, "direct");
        for (String way : WAYS) {
            FileTransfers.fill(log(readFile, way), LOG_BYTES);
        }
        try (Peers peers = new Peers(results)) {
            peers.start("C liburing", plan.c("files"));
            peers.start(OURS, plan.java(List.of(), "files", "io_uring"));
            peers.start("ringtail epoll", plan.java(List.of(), "files", "epoll"));
            peers.start(CHANNEL, plan.java(List.of(), "files", "channel"));
            // Round -1 is the warm-up.
            for (int round = -1; round < plan.rounds(); round++) {
                for (int group : new int[] {1, 32}) {
                    // O_DSYNC syncs each write by itself, so a group gains nothing from it.
                    for (String way : group == 1 ? WAYS : List.of(CACHED, DIRECT)) {
                        for (Peer peer : peers.inTurn(round)) {
                            String command = "log " + log(readFile, way) + " " + readFile + " " + group + " "
                                    + plan.millis(700) + " " + word(way);
                            Map<String, Double> figures = peer.ask(command);
                            if (round >= 0) {
                                results.add(of(group), peer.name() + way, figures);
                            }
                        }
                    }
                }
            }
        }
        for (String way : WAYS) {
            Files.delete(log(readFile, way));
        }
        return text(results, report) + report.missing(results);
    }

    /** One for each way: what one left in the page cache would be in the other's way. */
    private static Path log(Path readFile, String way) {
        return readFile.resolveSibling("log-" + word(way));
    }

    private static String of(int group) {
        return "group of " + group;
    }

    private static String word(String way) {
        return switch (way) {
            case CACHED -> "cached";
            case DIRECT -> "direct";
            default -> "direct-synced";
        };
    }

    private static String text(Results results, Report report) {
        Table table = new Table(
                "case", "peer", "us per commit", "FileChannel's time / its", "CPU us", "read p50 us", "read p99 us");
        for (String of : results.cases()) {
            for (String peer : results.peers(of)) {
                table.row(
                        of,
                        peer,
                        Table.number(results.median(of, peer, "mean") / 1e3),
                        peer.equals(CHANNEL) ? "1" : Table.ratio(results.ratio(of, CHANNEL, peer, "mean")),
                        Table.number(results.median(of, peer, "cpu") / 1e3),
                        Table.number(results.median(of, peer, "read_p50") / 1e3),
                        Table.number(results.median(of, peer, "read_p99") / 1e3));
            }
            double target = of.equals(of(1)) ? 0.9 : 1.0;
            for (String way : List.of(CACHED, DIRECT)) {
                report.atLeast(
                        "log, " + of + way + ", FileChannel force",
                        results.ratio(of, CHANNEL, OURS + way, "mean"),
                        target);
            }
        }
        return """
                Records of 4 KiB, an fdatasync for each group; meanwhile one random 4 KiB O_DIRECT read of another file is in flight \
                (FileChannel: by a thread of its own). The log is written over and over, so its blocks are there. Means, as the \
                device's own time is what is measured; the CPU is both's, the log's and the reads'. "FileChannel" in the ratio is \
                the one that goes by the page cache.

                """ + table;
    }
}
