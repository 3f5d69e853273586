// SPDX-License-Identifier: Apache-2.0
package dev.ringtail.io.bench.peers;

import java.nio.ByteBuffer;
import java.nio.channels.AsynchronousFileChannel;
import java.nio.channels.CompletionHandler;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.atomic.AtomicLong;

/** File I/O on AsynchronousFileChannel, whose pool has as many threads as the depth. */
final class AsynchronousFiles implements PeerMain.Peer {
    private final Windows windows = new Windows();
    private volatile boolean isStopping;

    @Override
    public String answer(String[] words) throws Exception {
        Job job = Job.of(words);
        AtomicLong completed = new AtomicLong();
        isStopping = false;
        try (ExecutorService pool = Executors.newFixedThreadPool(job.depth());
                AsynchronousFileChannel channel = AsynchronousFileChannel.open(job.file(), job.openOptions(), pool)) {
            for (int i = 0; i < job.depth(); i++) {
                new Transfer(job, channel, completed).next();
            }
            String result = windows.measure(Windows.completions(completed), 1, job.millis(), job.windowNanos());
            isStopping = true;
            Thread.sleep(50);
            return result;
        }
    }

    private final class Transfer implements CompletionHandler<Integer, Void> {
        private final Job job;
        private final AsynchronousFileChannel channel;
        private final AtomicLong completed;
        private final ByteBuffer buffer;
        private final Job.Positions positions;

        Transfer(Job job, AsynchronousFileChannel channel, AtomicLong completed) {
            this.job = job;
            this.channel = channel;
            this.completed = completed;
            buffer = job.buffer().asByteBuffer();
            positions = job.new Positions();
        }

        void next() {
            buffer.clear();
            if (job.isWriting()) {
                channel.write(buffer, positions.next(), null, this);
            } else {
                channel.read(buffer, positions.next(), null, this);
            }
        }

        @Override
        public void completed(Integer bytes, Void attachment) {
            completed.incrementAndGet();
            if (!isStopping) {
                next();
            }
        }

        @Override
        public void failed(Throwable thrown, Void attachment) {
            if (!isStopping) {
                throw new AssertionError(thrown);
            }
        }
    }
}
