// SPDX-License-Identifier: Apache-2.0
package dev.ringtail.io.bench.peers;

import java.io.IOException;
import java.lang.foreign.Arena;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.file.OpenOption;
import java.nio.file.StandardOpenOption;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;
import java.util.SplittableRandom;
import java.util.concurrent.atomic.AtomicLong;

/** File I/O on FileChannel, by one thread whatever the depth, or by as many threads as the depth. */
final class ChannelFiles implements PeerMain.Peer {
    private final boolean isThreaded;
    private final Windows windows = new Windows();

    /** Told to the threads that transfer. */
    private volatile boolean isStopping;

    ChannelFiles(boolean isThreaded) {
        this.isThreaded = isThreaded;
    }

    @Override
    public String answer(String[] words) throws Exception {
        if (words[0].equals("log")) {
            return log(new LogJob(words));
        }
        Job job = Job.of(words);
        try (FileChannel channel = FileChannel.open(job.file(), job.openOptions())) {
            return isThreaded ? threads(job, channel) : one(job, channel);
        }
    }

    private String one(Job job, FileChannel channel) throws Exception {
        ByteBuffer buffer = job.buffer().asByteBuffer();
        Job.Positions positions = job.new Positions();
        return windows.measure(
                operations -> {
                    for (long i = 0; i < operations; i++) {
                        transfer(job, channel, buffer, positions.next());
                    }
                    return operations;
                },
                1,
                job.millis(),
                job.windowNanos());
    }

    private static void transfer(Job job, FileChannel channel, ByteBuffer buffer, long position) throws IOException {
        buffer.clear();
        int bytes = job.isWriting() ? channel.write(buffer, position) : channel.read(buffer, position);
        if (bytes != job.blockBytes()) {
            throw new AssertionError(bytes);
        }
    }

    /** The threads transfer all the time; a window is a time in which enough of them was done. */
    private String threads(Job job, FileChannel channel) throws Exception {
        AtomicLong completed = new AtomicLong();
        List<Thread> threads = new ArrayList<>();
        for (int i = 0; i < job.depth(); i++) {
            threads.add(Thread.ofPlatform().start(() -> transferUntilStopped(job, channel, completed)));
        }
        String result = windows.measure(Windows.completions(completed), 1, job.millis(), job.windowNanos());
        isStopping = true;
        for (Thread thread : threads) {
            thread.join();
        }
        isStopping = false;
        return result;
    }

    private void transferUntilStopped(Job job, FileChannel channel, AtomicLong completed) {
        ByteBuffer buffer = job.buffer().asByteBuffer();
        Job.Positions positions = job.new Positions();
        try {
            while (!isStopping) {
                transfer(job, channel, buffer, positions.next());
                completed.incrementAndGet();
            }
        } catch (IOException e) {
            throw new AssertionError(e);
        }
    }

    /** One thread appends and forces, another reads. */
    private String log(LogJob job) throws Exception {
        try (FileChannel log = FileChannel.open(job.file, options(job));
                FileChannel reads = FileChannel.open(job.readFile, Set.of(StandardOpenOption.READ, Job.direct()))) {
            isStopping = false;
            Thread reader = Thread.ofPlatform().start(() -> read(job, reads));
            ByteBuffer record =
                    Arena.ofAuto().allocate(LogJob.RECORD_BYTES, Job.PAGE_BYTES).asByteBuffer();
            long[] offset = new long[1];
            String result = windows.measure(
                    commits -> {
                        for (long i = 0; i < commits; i++) {
                            append(job, log, record, offset);
                        }
                        return commits;
                    },
                    1,
                    job.millis,
                    Windows.LONG_WINDOW_NANOS);
            isStopping = true;
            reader.join();
            isStopping = false;
            return result + job.reads();
        }
    }

    private static Set<OpenOption> options(LogJob job) {
        if (!job.isDirect) {
            return Set.of(StandardOpenOption.WRITE);
        }
        return job.isSynced
                ? Set.of(StandardOpenOption.WRITE, Job.direct(), StandardOpenOption.DSYNC)
                : Set.of(StandardOpenOption.WRITE, Job.direct());
    }

    private static void append(LogJob job, FileChannel log, ByteBuffer record, long[] offset) throws IOException {
        for (int i = 0; i < job.group; i++) {
            record.clear();
            log.write(record, offset[0]);
            offset[0] = (offset[0] + LogJob.RECORD_BYTES) % LogJob.LOG_BYTES;
        }
        if (!job.isSynced) {
            log.force(false);
        }
    }

    private void read(LogJob job, FileChannel reads) {
        ByteBuffer buffer =
                Arena.ofAuto().allocate(LogJob.RECORD_BYTES, Job.PAGE_BYTES).asByteBuffer();
        SplittableRandom random = new SplittableRandom();
        try {
            long blocks = reads.size() / LogJob.RECORD_BYTES;
            while (!isStopping) {
                long start = System.nanoTime();
                buffer.clear();
                reads.read(buffer, random.nextLong(blocks) * LogJob.RECORD_BYTES);
                job.addLatency(System.nanoTime() - start);
            }
        } catch (IOException e) {
            throw new AssertionError(e);
        }
    }
}
