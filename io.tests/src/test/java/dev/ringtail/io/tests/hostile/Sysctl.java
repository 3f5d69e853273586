// SPDX-License-Identifier: Apache-2.0
package dev.ringtail.io.tests.hostile;

import java.io.IOException;
import java.nio.channels.FileChannel;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.time.Duration;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.locks.LockSupport;
import org.junit.jupiter.api.Assertions;
import org.junit.jupiter.api.Assumptions;

/**
 * A sysctl with another value for a while. It counts for the whole machine: a lock on its file keeps other runs of
 * these tests out meanwhile, and a shell that waits for this process to end, however it does, puts the old value back if
 * this doesn't.
 */
final class Sysctl {
    private static final Duration LOCK_MAX = Duration.ofMinutes(2);
    private static final Duration RESTORE_MAX = Duration.ofSeconds(10);
    private static final String RESTORE = "trap '' HUP INT TERM; read -r ignored; echo \"$1\" > \"$2\"";

    private final Path file;
    private final String before;
    private final FileChannel lock;
    private final Process restorer;

    /** Takes the lock. Skips the test if this user may not set the sysctl, or this kernel doesn't have it. */
    Sysctl(String name) throws IOException {
        file = Path.of("/proc/sys", name.replace('.', '/'));
        Assumptions.assumeTrue(Files.exists(file), "this kernel has no sysctl " + name);
        Assumptions.assumeTrue(Files.isWritable(file), "this user may not set sysctl " + name);
        lock = lock(file);
        before = Files.readString(file).strip();
        restorer = new ProcessBuilder("sh", "-c", RESTORE, "sh", before, file.toString()).start();
    }

    private static FileChannel lock(Path path) throws IOException {
        FileChannel channel = FileChannel.open(path, StandardOpenOption.WRITE);
        long deadline = System.nanoTime() + LOCK_MAX.toNanos();
        while (channel.tryLock() == null) {
            Assertions.assertTrue(System.nanoTime() < deadline, "another run has held " + path + " for " + LOCK_MAX);
            LockSupport.parkNanos(TimeUnit.MILLISECONDS.toNanos(100));
        }
        return channel;
    }

    void set(int value) throws IOException {
        Files.writeString(file, value + "\n");
    }

    void restore() throws Exception {
        try {
            Files.writeString(file, before + "\n");
        } finally {
            restorer.getOutputStream().close();
            boolean hasEnded = restorer.waitFor(RESTORE_MAX.toSeconds(), TimeUnit.SECONDS);
            restorer.destroyForcibly();
            lock.close();
            Assertions.assertTrue(hasEnded, "the shell that puts the value back hasn't ended");
        }
        Assertions.assertEquals(before, Files.readString(file).strip());
    }
}
