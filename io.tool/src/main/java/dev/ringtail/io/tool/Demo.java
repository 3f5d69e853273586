// SPDX-License-Identifier: Apache-2.0

package dev.ringtail.io.tool;

import dev.ringtail.io.Address;
import dev.ringtail.io.Capability;
import dev.ringtail.io.IoLoop;
import dev.ringtail.io.Statistics;
import java.io.IOException;
import java.io.InputStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.time.Duration;
import java.util.HexFormat;
import java.util.Locale;
import java.util.OptionalInt;
import java.util.TreeSet;
import java.util.concurrent.Callable;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.ExitCode;
import picocli.CommandLine.Parameters;

/** Everything once, on real input, with a proof that the bytes are right. */
@Command(
        name = "demo",
        description = {
            "Copy a file, serve the copy over HTTP, fetch it back over TCP, and compare SHA-256.",
            "",
            "All of it runs on loops; the hashes of the file and its copy are taken by plain Java. What is written to"
                    + " the temporary folder is removed again."
        })
final class Demo implements Callable<Integer> {
    private static final Duration INTERRUPT_MAX = Duration.ofSeconds(30);
    private static final Duration SERVER_START_MAX = Duration.ofSeconds(10);
    private static final int HASH_BUFFER_BYTES = 1 << 20;

    @Parameters(
            index = "0",
            arity = "0..1",
            paramLabel = "FILE",
            description = "A regular file (default: the JDK's own lib/modules).")
    private @Nullable Path chosen;

    private volatile boolean isInterrupted;

    @Override
    public Integer call() throws ToolException, IOException, InterruptedException {
        Path file = chosen == null ? Path.of(System.getProperty("java.home"), "lib", "modules") : chosen;
        if (!Files.isRegularFile(file)) {
            throw new ToolException(
                    "'" + file + "' isn't a regular file" + (chosen == null ? ": name another one" : ""));
        }
        Path directory = Files.createTempDirectory("ringtail-demo-");
        Path copy = directory.resolve("copy");
        try (IoLoop loop = IoLoop.open()) {
            FileCopy copier = new FileCopy(loop, FileCopy.Settings.DEFAULT, (written, expected) -> {});
            Runnable interrupt = () -> {
                isInterrupted = true;
                copier.interrupt();
            };
            try (Interruption _ = new Interruption(interrupt, INTERRUPT_MAX, OptionalInt.empty())) {
                return run(loop, copier, file, copy);
            } finally {
                Files.deleteIfExists(copy);
                Files.deleteIfExists(directory);
            }
        }
    }

    private int run(IoLoop loop, FileCopy copier, Path file, Path copy)
            throws ToolException, IOException, InterruptedException {
        System.out.println("Ringtail " + Main.Version.text() + " on " + System.getProperty("os.name") + " "
                + System.getProperty("os.version") + ", Java "
                + Runtime.version().feature() + ", provider "
                + loop.provider());
        System.out.println("  using " + capabilities(loop));
        System.out.println();
        long size = Files.size(file);
        System.out.println("  file    " + file + ", " + Quantity.bytes(size));

        FileCopy.Result copied = copier.run(file, copy);
        print("copy", "open, read and write 8 blocks at once, fsync, rename", copied.bytes(), copied.nanos());

        MessageDigest fetchedDigest = sha256();
        Statistics serverStatistics;
        try (DemoServer server = new DemoServer(FileCopy.directoryOf(copy))) {
            Address address = server.start(SERVER_START_MAX);
            System.out.println("  serve   HTTP/1.1 on " + address + ": accept, recv, open, statx, read, send");
            long begun = System.nanoTime();
            long bytes = new Fetch(loop, fetchedDigest).run(address, "/" + copy.getFileName(), () -> isInterrupted);
            print("fetch", "connect, send, recv over TCP; hashed meanwhile", bytes, System.nanoTime() - begun);
            serverStatistics = server.stop();
        }
        return compare(file, copy, fetchedDigest, loop.statistics(), serverStatistics);
    }

    private int compare(Path file, Path copy, MessageDigest fetchedDigest, Statistics client, Statistics server)
            throws ToolException, IOException {
        String ofFile = hash(file);
        String ofCopy = hash(copy);
        String fetched = HexFormat.of().formatHex(fetchedDigest.digest());
        System.out.println();
        System.out.println("  SHA-256 of the file   " + ofFile);
        System.out.println("          of the copy   " + ofCopy);
        System.out.println("          as fetched    " + fetched);
        System.out.println();
        print("copy and fetch", client);
        print("serve", server);
        System.out.println();
        if (!ofFile.equals(ofCopy)) {
            throw new ToolException("the copy differs from the file (or the file is being written to)");
        }
        if (!ofFile.equals(fetched)) {
            throw new ToolException("what was fetched differs from the file");
        }
        System.out.println("  All three are the same. Nothing is left behind.");
        return ExitCode.OK;
    }

    private static String capabilities(IoLoop loop) {
        return new TreeSet<>(loop.capabilities()).stream().map(Capability::name).collect(Collectors.joining(" "));
    }

    private static void print(String step, String what, long bytes, long nanos) {
        System.out.println(String.format(
                Locale.ROOT,
                "  %-7s %-53s %8s %12s",
                step,
                what,
                Quantity.seconds(nanos),
                Quantity.rate(bytes, nanos)));
    }

    private static void print(String loop, Statistics statistics) {
        long kernel = statistics.kernelEntries();
        System.out.println(String.format(
                Locale.ROOT,
                "  loop of %-14s %,7d operations, %,7d kernel entries: %.2f per operation",
                loop,
                statistics.completed(),
                kernel,
                (double) kernel / Math.max(1, statistics.completed())));
    }

    /** By plain Java, so that nothing of Ringtail's vouches for itself. */
    private String hash(Path file) throws ToolException, IOException {
        MessageDigest digest = sha256();
        byte[] buffer = new byte[HASH_BUFFER_BYTES];
        try (InputStream in = Files.newInputStream(file)) {
            for (int count = in.read(buffer); count >= 0; count = in.read(buffer)) {
                if (isInterrupted) {
                    throw new ToolException("interrupted");
                }
                digest.update(buffer, 0, count);
            }
        }
        return HexFormat.of().formatHex(digest.digest());
    }

    private static MessageDigest sha256() {
        try {
            return MessageDigest.getInstance("SHA-256");
        } catch (NoSuchAlgorithmException e) {
            throw new AssertionError("every JDK has SHA-256", e);
        }
    }
}
