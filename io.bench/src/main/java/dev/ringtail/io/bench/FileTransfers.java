// SPDX-License-Identifier: Apache-2.0
package dev.ringtail.io.bench;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Set;

/** Transfers to and from a file of 1 GiB: random 4 KiB and sequential 1 MiB, page cache and O_DIRECT. */
final class FileTransfers implements Benchmark {
    static final long FILE_BYTES = 1L << 30;

    private static final String C = "C liburing";
    private static final String OURS = "ringtail io_uring";
    private static final String C_REGISTERED = C + ", registered";
    private static final String OURS_REGISTERED = OURS + ", registered";
    private static final String CHANNEL = "FileChannel, 1 thread";
    private static final String THREADS = "FileChannel, a thread each";
    private static final String ASYNCHRONOUS = "AsynchronousFileChannel";

    // Where fio's terse output, version 3, has them.
    private static final int FIO_READ_IOPS = 7;
    private static final int FIO_WRITE_IOPS = 48;

    private static final int[] DEPTHS = {1, 32, 128};

    /** One line of the table. */
    private record Case(String access, String cache, String order, int depth, int blockBytes) {
        String name() {
            return access + " " + cache + (blockBytes > 4096 ? " 1 MiB in sequence" : " 4 KiB") + ", depth " + depth;
        }

        String command(Path file, int millis) {
            return String.join(
                    " ", "files", file.toString(), access, cache, order, "" + depth, "" + blockBytes, "" + millis);
        }
    }

    @Override
    public String name() {
        return "files";
    }

    @Override
    public String title() {
        return "Files: random 4 KiB, sequential 1 MiB";
    }

    @Override
    public String run(Plan plan, Report report) throws Exception {
        Results results = new Results();
        Path cached = cachedFile(plan);
        Path direct = directFile(plan);
        try (Peers peers = new Peers(results)) {
            peers.start(C, plan.c("files"));
            peers.start(OURS, plan.java(List.of(), "files", "io_uring"));
            peers.start(C_REGISTERED, plan.c("files", "registered"));
            peers.start(OURS_REGISTERED, plan.java(List.of(), "files", "io_uring-registered"));
            peers.start("ringtail epoll", plan.java(List.of(), "files", "epoll"));
            peers.start(CHANNEL, plan.java(List.of(), "files", "channel"));
            peers.start(THREADS, plan.java(List.of(), "files", "channel-threads"));
            peers.start(ASYNCHRONOUS, plan.java(List.of(), "files", "asynchronous"));
            // Round -1 is the warm-up.
            for (int round = -1; round < plan.rounds(); round++) {
                for (Case each : cases(plan)) {
                    Path file = each.cache().equals("direct") ? direct : cached;
                    for (Peer peer : peers.inTurn(round)) {
                        Map<String, Double> figures = peer.ask(each.command(file, plan.millis(400)));
                        writeBack(file);
                        if (round >= 0) {
                            results.add(each.name(), peer.name(), figures);
                        }
                    }
                }
            }
        }
        return text(results, report) + fio(plan, cached, direct) + report.missing(results);
    }

    private static List<Case> cases(Plan plan) {
        List<Case> cases = new ArrayList<>();
        for (String cache : List.of("cached", "direct")) {
            for (String access : List.of("read", "write")) {
                for (int depth : DEPTHS) {
                    if (!plan.isQuick() || depth == 32) {
                        cases.add(new Case(access, cache, "random", depth, 4096));
                    }
                }
                if (!plan.isQuick()) {
                    cases.add(new Case(access, cache, "sequential", 4, 1 << 20));
                }
            }
        }
        return cases;
    }

    /** The file that goes by the page cache: all of it is in there. */
    static Path cachedFile(Plan plan) throws IOException {
        Path file = file(plan, "cached");
        ByteBuffer megabyte = ByteBuffer.allocateDirect(1 << 20);
        try (FileChannel channel = FileChannel.open(file)) {
            for (long at = 0; at < FILE_BYTES; at += megabyte.capacity()) {
                channel.read(megabyte.clear(), at);
            }
        }
        return file;
    }

    /** The file that is read and written past the page cache: nothing of it is in there, or a write would have to drop it. */
    static Path directFile(Plan plan) throws IOException {
        Path file = file(plan, "direct");
        uncache(file);
        return file;
    }

    private static Path file(Plan plan, String name) throws IOException {
        Path file = plan.natives().resolveSibling("data").resolve(name);
        Files.createDirectories(file.getParent());
        fill(file, FILE_BYTES);
        return file;
    }

    /**
     * Makes a file, all of it written, if it isn't there.
     *
     * @param bytes a multiple of a MiB
     */
    static void fill(Path file, long bytes) throws IOException {
        ByteBuffer megabyte = ByteBuffer.allocateDirect(1 << 20);
        try (FileChannel channel =
                FileChannel.open(file, Set.of(StandardOpenOption.CREATE, StandardOpenOption.WRITE))) {
            while (channel.size() < bytes) {
                channel.write(megabyte.clear(), channel.size());
            }
        }
        writeBack(file);
    }

    /** Takes a file that was written back out of the page cache. */
    static void uncache(Path file) {
        Machine.output("", "dd", "if=" + file, "iflag=nocache", "count=0", "status=none");
    }

    /** What one peer left in the page cache isn't to be written while the next one is measured. */
    private static void writeBack(Path file) throws IOException {
        try (FileChannel channel = FileChannel.open(file, StandardOpenOption.WRITE)) {
            channel.force(true);
        }
    }

    private static String text(Results results, Report report) {
        Table table =
                new Table("case", "peer", "us per transfer", "CPU us per transfer", "its time / ours", "ours/its CPU");
        for (String of : results.cases()) {
            for (String peer : results.peers(of)) {
                table.row(
                        of,
                        peer,
                        Table.number(results.median(of, peer, "nanos") / 1e3),
                        Table.number(results.median(of, peer, "cpu") / 1e3),
                        peer.equals(OURS) ? "1" : Table.ratio(results.ratio(of, peer, OURS, "nanos")),
                        peer.equals(OURS) ? "1" : Table.ratio(results.ratio(of, OURS, peer, "cpu")));
            }
            judge(results, report, of);
        }
        return """
                Time per transfer with so many in flight, medians of windows (1 ms for reads of the page cache, else 25 ms). Their \
                time over ours is our throughput over theirs. "FileChannel, 1 thread" has one transfer at a time at every depth.

                """ + table;
    }

    private static void judge(Results results, Report report, String of) {
        if (of.contains("4 KiB")) {
            report.atLeast(of + ", C liburing", results.ratio(of, C, OURS, "nanos"), 0.97);
            report.atLeast(of + ", " + C_REGISTERED, results.ratio(of, C_REGISTERED, OURS_REGISTERED, "nanos"), 0.97);
        }
        boolean isDeep = !of.endsWith("depth 1");
        if (of.startsWith("read cached 4 KiB") && isDeep) {
            report.atLeast(of + ", FileChannel on one thread", results.ratio(of, CHANNEL, OURS, "nanos"), 0.93);
            report.atLeast(
                    of + ", registered, FileChannel on one thread",
                    results.ratio(of, CHANNEL, OURS_REGISTERED, "nanos"),
                    1.02);
            report.atLeast(of + ", AsynchronousFileChannel", results.ratio(of, ASYNCHRONOUS, OURS, "nanos"), 3);
        }
        if (of.contains("direct 4 KiB, depth 32")) {
            report.atLeast(of + ", FileChannel on one thread", results.ratio(of, CHANNEL, OURS, "nanos"), 3.3);
            for (String peer : List.of(THREADS, ASYNCHRONOUS)) {
                report.atLeast(of + ", " + peer, results.ratio(of, peer, OURS, "nanos"), 1.0);
                report.atMost(of + ", CPU, " + peer, results.ratio(of, OURS, peer, "cpu"), 0.5);
            }
        }
    }

    /** Whether fio sees the same device. */
    private static String fio(Plan plan, Path cached, Path direct) throws IOException {
        Table table = new Table("fio", "IOPS");
        for (String access : List.of("randread", "randwrite")) {
            for (Path file : List.of(cached, direct)) {
                boolean isDirect = file.equals(direct);
                String[] command = {
                    "fio",
                    "--name=x",
                    "--output-format=terse",
                    "--filename=" + file,
                    // Else it would empty the page cache first.
                    "--invalidate=0",
                    "--rw=" + access,
                    "--direct=" + (isDirect ? 1 : 0),
                    "--bs=4k",
                    "--ioengine=io_uring",
                    "--iodepth=32",
                    "--size=1g",
                    "--time_based",
                    "--runtime=" + (plan.isQuick() ? 1 : 3)
                };
                String line = Machine.output("3;", command);
                writeBack(file);
                if (line.equals("missing")) {
                    return "\nMissing: fio (apt-get install fio)\n";
                }
                String[] fields = line.split(";", -1);
                int iops = access.equals("randread") ? FIO_READ_IOPS : FIO_WRITE_IOPS;
                table.row(
                        access + (isDirect ? " direct" : " cached") + ", depth 32",
                        fields.length > iops ? fields[iops] : line);
            }
        }
        return "\nThe same by fio's io_uring engine, for a sanity check:\n\n" + table;
    }
}
