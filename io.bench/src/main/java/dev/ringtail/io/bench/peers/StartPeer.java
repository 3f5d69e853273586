// SPDX-License-Identifier: Apache-2.0
package dev.ringtail.io.bench.peers;

import dev.ringtail.io.IoLoop;
import dev.ringtail.io.OpenFlags;
import dev.ringtail.io.Read;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.file.Path;

/** Reads 4 KiB of a file as the first thing, says so, and ends. */
final class StartPeer {
    private static final int BLOCK_BYTES = 4096;
    private static final long WAIT_NANOS = 1_000_000;

    private StartPeer() {}

    static void run(String variant, String path) throws IOException {
        if (variant.equals("channel")) {
            readByChannel(path);
        } else {
            readByLoop(path);
        }
        PeerMain.say("done");
    }

    private static void readByChannel(String path) throws IOException {
        try (FileChannel channel = FileChannel.open(Path.of(path))) {
            check(channel.read(ByteBuffer.allocateDirect(BLOCK_BYTES), 0));
        }
    }

    private static void readByLoop(String path) throws IOException {
        try (IoLoop loop = IoLoop.open()) {
            int fd = loop.files().open(path, OpenFlags.READ, 0);
            Read read = new Read(loop, done -> check(done.bytes()));
            read.submit(fd, loop.arena().allocate(BLOCK_BYTES), 0);
            while (read.isInFlight()) {
                loop.runFor(WAIT_NANOS);
            }
            loop.files().close(fd);
        }
    }

    private static void check(int bytes) {
        if (bytes != BLOCK_BYTES) {
            throw new AssertionError(bytes);
        }
    }
}
