// SPDX-License-Identifier: Apache-2.0

package dev.ringtail.io.tests.epoll;

import dev.ringtail.io.Fsync;
import dev.ringtail.io.IoLoop;
import dev.ringtail.io.OpenFlag;
import dev.ringtail.io.OpenFlags;
import dev.ringtail.io.Options;
import dev.ringtail.io.Write;
import dev.ringtail.io.spi.Provider;
import dev.ringtail.io.tests.NamedProvider;
import dev.ringtail.io.tests.conformance.Bounded;
import dev.ringtail.io.tests.conformance.Bytes;
import dev.ringtail.io.tests.conformance.Descriptors;
import java.io.IOException;

/**
 * What runs in a child that has a file system of its own: writes at a file's position, of which only a part can be had
 * without waiting, and prints how much was written each time.
 */
final class ShortWrite {
    static final int PAGE_BYTES = 4096;

    /** A page, and a part of one that must be read from the disk first. */
    static final int BYTES = 2 * PAGE_BYTES - 100;

    static final int ROUNDS = 10;

    private final IoLoop loop;
    private final String path;

    private ShortWrite(IoLoop loop, String path) {
        this.loop = loop;
        this.path = path;
    }

    /** Provider, and where the file is to be. */
    public static void main(String... arguments) throws IOException, InterruptedException {
        try (IoLoop loop = IoLoop.open(provider(arguments[0]), Options.defaults())) {
            ShortWrite write = new ShortWrite(loop, arguments[1]);
            for (int i = 0; i < ROUNDS; i++) {
                write.round();
            }
        }
    }

    static Provider provider(String name) {
        return NamedProvider.of(name);
    }

    @SuppressWarnings("SystemOut") // The parent reads it.
    private void round() throws IOException, InterruptedException {
        try (Descriptors open = new Descriptors(loop)) {
            int fd = open.open(path, OpenFlags.of(OpenFlag.READ, OpenFlag.WRITE, OpenFlag.CREATE));
            write(fd, 16 * PAGE_BYTES, 0);
            Fsync fsync = new Fsync(loop, done -> {});
            fsync.submit(fd);
            Bounded.complete(loop, fsync);
            evict();
            // In memory now is the first page alone; and the file's time, whose change would have to wait too, is up to
            // date.
            write(fd, PAGE_BYTES, 0);
            System.out.println("written " + write(fd, BYTES, -1));
        }
    }

    private int write(int fd, int bytes, long offset) {
        Write write = new Write(loop, done -> {});
        write.submit(fd, Bytes.empty(loop, bytes), offset);
        // No wait between this one and the next.
        while (write.isInFlight()) {
            loop.tick();
        }
        return write.bytes();
    }

    private void evict() throws IOException, InterruptedException {
        Process process = new ProcessBuilder("dd", "of=" + path, "oflag=nocache", "conv=notrunc,fdatasync", "count=0")
                .redirectErrorStream(true)
                .start();
        process.getInputStream().readAllBytes();
        process.waitFor();
    }
}
