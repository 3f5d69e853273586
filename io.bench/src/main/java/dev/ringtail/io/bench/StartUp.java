// SPDX-License-Identifier: Apache-2.0
package dev.ringtail.io.bench;

import java.io.BufferedReader;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;

/** From the start of the virtual machine to the first completed read of 4 KiB. */
final class StartUp implements Benchmark {
    private static final String OURS = "ringtail";
    private static final String CHANNEL = "FileChannel";
    private static final int STARTS = 10;
    private static final int STARTS_QUICK = 3;

    @Override
    public String name() {
        return "start";
    }

    @Override
    public String title() {
        return "Start";
    }

    @Override
    public String run(Plan plan, Report report) throws Exception {
        Results results = new Results();
        Path file = FileTransfers.cachedFile(plan);
        List<String> archives = List.of("plain", "CDS archive", "AOT cache");
        for (String peer : List.of(OURS, CHANNEL)) {
            for (String archive : archives) {
                train(plan, peer, archive, file);
            }
        }
        int starts = plan.isQuick() ? STARTS_QUICK : STARTS;
        for (int round = 0; round < starts; round++) {
            for (String archive : archives) {
                for (String peer : round % 2 == 0 ? List.of(OURS, CHANNEL) : List.of(CHANNEL, OURS)) {
                    long start = System.nanoTime();
                    start(command(plan, peer, use(plan, peer, archive), file));
                    results.add(archive, peer, Map.of("millis", (System.nanoTime() - start) / 1e6));
                }
            }
        }
        Table table = new Table("archive", "peer", "ms", "ringtail's time / its time");
        for (String archive : results.cases()) {
            for (String peer : results.peers(archive)) {
                table.row(
                        archive,
                        peer,
                        Table.number(results.median(archive, peer, "millis")),
                        Table.ratio(results.ratio(archive, OURS, peer, "millis")));
            }
        }
        return "Milliseconds from the start of the process to the line that says that 4 KiB were read.\n\n" + table;
    }

    private static Path archive(Plan plan, String peer, String suffix) {
        return plan.natives().resolve(peer + suffix);
    }

    private static void train(Plan plan, String peer, String archive, Path file) throws IOException {
        switch (archive) {
            case "CDS archive" -> {
                Path target = archive(plan, peer, ".jsa");
                Files.deleteIfExists(target);
                start(command(plan, peer, List.of("-XX:ArchiveClassesAtExit=" + target), file));
            }
            case "AOT cache" -> {
                Path target = archive(plan, peer, ".aot");
                Files.deleteIfExists(target);
                start(command(plan, peer, List.of("-XX:AOTCacheOutput=" + target), file));
            }
            default -> start(command(plan, peer, List.of(), file));
        }
    }

    private static List<String> use(Plan plan, String peer, String archive) {
        return switch (archive) {
            case "CDS archive" -> List.of("-XX:SharedArchiveFile=" + archive(plan, peer, ".jsa"));
            case "AOT cache" -> List.of("-XX:AOTCache=" + archive(plan, peer, ".aot"));
            default -> List.of();
        };
    }

    private static List<String> command(Plan plan, String peer, List<String> options, Path file) {
        List<String> quiet = new ArrayList<>(options);
        quiet.add("-Xlog:disable");
        quiet.add("-Xlog:all=off");
        return plan.java(quiet, "start", peer.equals(CHANNEL) ? "channel" : "loop", file.toString());
    }

    private static void start(List<String> command) throws IOException {
        Process process = new ProcessBuilder(command).redirectErrorStream(true).start();
        try (BufferedReader output = process.inputReader()) {
            List<String> lines = output.lines().toList();
            if (!lines.contains("done")) {
                throw new IOException(String.join(" / ", lines));
            }
        }
    }
}
