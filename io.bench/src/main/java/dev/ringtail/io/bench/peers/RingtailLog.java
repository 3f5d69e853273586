// SPDX-License-Identifier: Apache-2.0
package dev.ringtail.io.bench.peers;

import dev.ringtail.io.Fsync;
import dev.ringtail.io.IoLoop;
import dev.ringtail.io.OpenFlag;
import dev.ringtail.io.OpenFlags;
import dev.ringtail.io.Read;
import dev.ringtail.io.Write;
import java.io.IOException;
import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.nio.file.Files;
import java.util.SplittableRandom;

/** The append log with Ringtail: the group's writes together, the sync after the last of them. */
final class RingtailLog {
    /** For what is still in flight at the end. */
    private static final long SLICE_NANOS = 1_000_000;

    private final IoLoop loop;
    private final Windows windows;
    private final LogJob job;
    private final int logFd;
    private final int readFd;
    private final long readBlocks;
    private final MemorySegment record;
    private final MemorySegment readBuffer;
    private final Write[] writes;
    private final Fsync sync;
    private final Read read;
    private final SplittableRandom random = new SplittableRandom();

    private long logOffset;
    private int pendingWrites;
    private long commitCount;
    private long neededCount;
    private long readStart;
    private boolean isStopping;

    RingtailLog(IoLoop loop, Windows windows, String[] words) throws IOException {
        this.loop = loop;
        this.windows = windows;
        job = new LogJob(words);
        logFd = loop.files().open(job.file.toString(), flags(job), 0);
        readFd = loop.files().open(job.readFile.toString(), OpenFlags.of(OpenFlag.READ, OpenFlag.DIRECT), 0);
        readBlocks = Files.size(job.readFile) / LogJob.RECORD_BYTES;
        record = Arena.ofAuto().allocate(LogJob.RECORD_BYTES, Job.PAGE_BYTES);
        readBuffer = Arena.ofAuto().allocate(LogJob.RECORD_BYTES, Job.PAGE_BYTES);
        writes = new Write[job.group];
        for (int i = 0; i < job.group; i++) {
            writes[i] = new Write(loop, this::onWrite);
        }
        sync = new Fsync(loop, this::onSync);
        read = new Read(loop, this::onRead);
    }

    private static OpenFlags flags(LogJob job) {
        if (!job.isDirect) {
            return OpenFlags.of(OpenFlag.WRITE);
        }
        return job.isSynced
                ? OpenFlags.of(OpenFlag.WRITE, OpenFlag.DIRECT, OpenFlag.DATA_SYNC)
                : OpenFlags.of(OpenFlag.WRITE, OpenFlag.DIRECT);
    }

    String run() throws Exception {
        append();
        read();
        String result = windows.measure(this::commit, 1, job.millis, Windows.LONG_WINDOW_NANOS) + job.reads();
        isStopping = true;
        while (loop.inFlightCount() > 0) {
            loop.runFor(SLICE_NANOS);
        }
        loop.files().close(logFd);
        loop.files().close(readFd);
        return result;
    }

    private long commit(long operations) {
        long start = commitCount;
        neededCount = start + operations;
        loop.runFor(Long.MAX_VALUE);
        return commitCount - start;
    }

    private void append() {
        pendingWrites = job.group;
        for (Write write : writes) {
            write.submit(logFd, record, logOffset);
            logOffset = (logOffset + LogJob.RECORD_BYTES) % LogJob.LOG_BYTES;
        }
    }

    private void onWrite(Write write) {
        if (write.bytes() != LogJob.RECORD_BYTES) {
            throw new AssertionError(write);
        }
        if (--pendingWrites > 0) {
            return;
        }
        if (job.isSynced) {
            committed();
        } else {
            sync.submitDataOnly(logFd);
        }
    }

    private void onSync(Fsync sync) {
        if (sync.error() != null) {
            throw new AssertionError(sync.error());
        }
        committed();
    }

    private void committed() {
        commitCount++;
        if (commitCount >= neededCount) {
            loop.stop();
        }
        if (!isStopping) {
            append();
        }
    }

    private void read() {
        readStart = System.nanoTime();
        read.submit(readFd, readBuffer, random.nextLong(readBlocks) * LogJob.RECORD_BYTES);
    }

    private void onRead(Read read) {
        if (read.bytes() != LogJob.RECORD_BYTES) {
            throw new AssertionError(read);
        }
        job.addLatency(System.nanoTime() - readStart);
        if (!isStopping) {
            read();
        }
    }
}
