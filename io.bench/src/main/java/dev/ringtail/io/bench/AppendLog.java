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

    /** How the log is written. */
    private enum Way {
        CACHED("cached", ""),
        DIRECT("direct", ", O_DIRECT"),
        /** A record needs no sync of its own; each record of a group is synced by itself, so a group gains nothing. */
        SYNCED("direct-synced", ", O_DIRECT, O_DSYNC");

        /** In a command, and in the name of the file: each has one, as what one left in the page cache would be in the other's way. */
        final String word;

        /** Behind a peer's name. */
        final String suffix;

        Way(String word, String suffix) {
            this.word = word;
            this.suffix = suffix;
        }

        Path log(Path readFile) {
            return readFile.resolveSibling("log-" + word);
        }
    }

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
        Path readFile = FileTransfers.directFile(plan);
        for (Way way : Way.values()) {
            FileTransfers.fill(way.log(readFile), LOG_BYTES);
            if (way != Way.CACHED) {
                FileTransfers.uncache(way.log(readFile));
            }
        }
        try (Peers peers = new Peers(results)) {
            peers.start("C liburing", plan.c("files"));
            peers.start(OURS, plan.java(List.of(), "files", "io_uring"));
            peers.start("ringtail epoll", plan.java(List.of(), "files", "epoll"));
            peers.start(CHANNEL, plan.java(List.of(), "files", "channel"));
            // Round -1 is the warm-up.
            for (int round = -1; round < plan.rounds(); round++) {
                for (int group : new int[] {1, 32}) {
                    for (Way way : group == 1 ? List.of(Way.values()) : List.of(Way.CACHED, Way.DIRECT)) {
                        for (Peer peer : peers.inTurn(round)) {
                            String command = "log " + way.log(readFile) + " " + readFile + " " + group + " "
                                    + plan.millis(700) + " " + way.word;
                            Map<String, Double> figures = peer.ask(command);
                            if (round >= 0) {
                                results.add(of(group), peer.name() + way.suffix, figures);
                            }
                        }
                    }
                }
            }
        }
        for (Way way : Way.values()) {
            Files.delete(way.log(readFile));
        }
        return text(results, report) + report.missing(results);
    }

    private static String of(int group) {
        return "group of " + group;
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
            judge(results, report, of);
        }
        return """
                Records of 4 KiB, an fdatasync for each group; meanwhile one random 4 KiB O_DIRECT read of another file is in flight \
                (FileChannel: by a thread of its own). The log is written over and over, so its blocks are there. Means, as the \
                device's own time is what is measured; the CPU is both's, the log's and the reads'. "FileChannel" in the ratio is \
                the one that goes by the page cache.

                """ + table;
    }

    /** The usual FileChannel is the measure of both ways; O_DIRECT against O_DIRECT is the third row. */
    private static void judge(Results results, Report report, String of) {
        double target = of.equals(of(1)) ? 0.9 : 1.0;
        for (Way way : List.of(Way.CACHED, Way.DIRECT)) {
            String ours = "log, " + of + ", ours" + (way == Way.CACHED ? "" : " with" + way.suffix.substring(1));
            String peer = OURS + way.suffix;
            report.atLeast(ours + ", FileChannel force", results.ratio(of, CHANNEL, peer, "mean"), target);
            report.atMost(
                    ours + ", p99 of the reads, FileChannel force", results.ratio(of, peer, CHANNEL, "read_p99"), 1.1);
        }
        String direct = Way.DIRECT.suffix;
        report.atLeast(
                "log, " + of + ", both with O_DIRECT, FileChannel force",
                results.ratio(of, CHANNEL + direct, OURS + direct, "mean"),
                target);
    }
}
