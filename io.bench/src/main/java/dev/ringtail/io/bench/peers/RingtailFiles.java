// SPDX-License-Identifier: Apache-2.0
package dev.ringtail.io.bench.peers;

import dev.ringtail.io.IoLoop;
import dev.ringtail.io.OpenFlag;
import dev.ringtail.io.OpenFlags;
import dev.ringtail.io.Options;
import dev.ringtail.io.Read;
import dev.ringtail.io.Write;
import java.io.IOException;
import java.lang.foreign.MemorySegment;
import org.jspecify.annotations.Nullable;

/** File I/O with Ringtail: each transfer's callback begins the next. */
final class RingtailFiles implements PeerMain.Peer {
    /** For what is still in flight at the end. */
    private static final long SLICE_NANOS = 1_000_000;

    /** For the largest block times the depth that it is used with. */
    private static final long MEMORY_BYTES = 8L << 20;

    private final IoLoop loop;
    private final Windows windows = new Windows();
    private long completedCount;
    private long neededCount;
    private boolean isStopping;

    /** With registered files and buffers: the buffers, cut to pieces. */
    private final @Nullable MemorySegment memory;

    RingtailFiles(String provider, boolean isRegistered) throws IOException {
        loop = Loops.open(provider, Options.defaults());
        memory = isRegistered ? loop.allocateRegistered(MEMORY_BYTES) : null;
    }

    @Override
    public String answer(String[] words) throws Exception {
        if (words[0].equals("log")) {
            return new RingtailLog(loop, windows, words).run();
        }
        Job job = Job.of(words);
        OpenFlag access = job.isWriting() ? OpenFlag.WRITE : OpenFlag.READ;
        OpenFlags flags = job.isDirect() ? OpenFlags.of(access, OpenFlag.DIRECT) : OpenFlags.of(access);
        int fd = loop.files().open(job.file().toString(), flags, 0);
        if (memory != null) {
            loop.registerFile(fd);
        }
        Job.Positions positions = job.new Positions();
        isStopping = false;
        for (int i = 0; i < job.depth(); i++) {
            if (job.isWriting()) {
                new Writer(fd, buffer(job, i), positions).next();
            } else {
                new Reader(fd, buffer(job, i), positions).next();
            }
        }
        String result = windows.measure(this::transfer, 1, job.millis(), job.windowNanos());
        isStopping = true;
        while (loop.inFlightCount() > 0) {
            loop.runFor(SLICE_NANOS);
        }
        loop.files().close(fd);
        return result;
    }

    private MemorySegment buffer(Job job, int index) {
        return memory == null ? job.buffer() : memory.asSlice((long) index * job.blockBytes(), job.blockBytes());
    }

    private long transfer(long operations) {
        long start = completedCount;
        neededCount = start + operations;
        loop.runFor(Long.MAX_VALUE);
        return completedCount - start;
    }

    private void completed() {
        completedCount++;
        if (completedCount >= neededCount) {
            loop.stop();
        }
    }

    private final class Reader {
        private final int fd;
        private final Job.Positions positions;
        private final MemorySegment buffer;
        private final Read read = new Read(loop, this::onRead);

        Reader(int fd, MemorySegment buffer, Job.Positions positions) {
            this.fd = fd;
            this.positions = positions;
            this.buffer = buffer;
        }

        void next() {
            read.submit(fd, buffer, positions.next());
        }

        private void onRead(Read read) {
            if (read.bytes() != buffer.byteSize()) {
                throw new AssertionError(read);
            }
            completed();
            if (!isStopping) {
                next();
            }
        }
    }

    private final class Writer {
        private final int fd;
        private final Job.Positions positions;
        private final MemorySegment buffer;
        private final Write write = new Write(loop, this::onWrite);

        Writer(int fd, MemorySegment buffer, Job.Positions positions) {
            this.fd = fd;
            this.positions = positions;
            this.buffer = buffer.fill((byte) 'x');
        }

        void next() {
            write.submit(fd, buffer, positions.next());
        }

        private void onWrite(Write write) {
            if (write.bytes() != buffer.byteSize()) {
                throw new AssertionError(write);
            }
            completed();
            if (!isStopping) {
                next();
            }
        }
    }
}
