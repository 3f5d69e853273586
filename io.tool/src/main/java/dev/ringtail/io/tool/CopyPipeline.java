// SPDX-License-Identifier: Apache-2.0

package dev.ringtail.io.tool;

import dev.ringtail.io.IoLoop;
import dev.ringtail.io.Read;
import dev.ringtail.io.ReadError;
import dev.ringtail.io.Write;
import dev.ringtail.io.WriteError;
import java.lang.foreign.MemorySegment;
import org.jspecify.annotations.Nullable;

/**
 * Carries one open file's bytes to another. So many blocks are on their way at once; each reads its part, writes it, and
 * takes the next one. Short reads and writes are gone on with. It ends where the source ends, whatever its size was said
 * to be. Used on the loop's thread.
 */
final class CopyPipeline {
    private static final int PAGE_BYTES = 4096;

    /**
     * The descriptors; the pipeline leaves them open.
     *
     * @param targetFd takes any offset and length
     * @param alignedFd takes multiples of {@code alignment} only: of the same file, past the page cache; or equal to targetFd
     * @param alignment of offsets and lengths, a power of two; 1 if there is no such rule
     */
    record Descriptors(int sourceFd, int targetFd, int alignedFd, int alignment) {}

    private final IoLoop loop;
    private final Descriptors descriptors;
    private final int blockBytes;
    private final Block[] blocks;

    /** Where the next block begins that somebody takes. */
    private long nextOffset;

    /** Where the source ended, as far as is known. */
    private long endOffset = Long.MAX_VALUE;

    /** The end of the last byte that was read. */
    private long readOffset;

    private long writtenBytes;
    private int busyCount;
    private @Nullable String failure;

    /** @param blockBytes a multiple of the alignment */
    CopyPipeline(IoLoop loop, Descriptors descriptors, int depth, int blockBytes) {
        this.loop = loop;
        this.descriptors = descriptors;
        this.blockBytes = blockBytes;
        MemorySegment memory =
                loop.arena().allocate((long) depth * blockBytes, Math.max(PAGE_BYTES, descriptors.alignment()));
        blocks = new Block[depth];
        for (int i = 0; i < depth; i++) {
            blocks[i] = new Block(memory.asSlice((long) i * blockBytes, blockBytes));
        }
    }

    /** Begins. */
    void start() {
        for (Block block : blocks) {
            if (isGoingOn()) {
                busyCount++;
                block.take();
            }
        }
    }

    /** Whether nothing is on its way any more. */
    boolean isDone() {
        return busyCount == 0;
    }

    /** Ends it as soon as what is in flight has completed. */
    void abort(String reason) {
        if (failure == null) {
            failure = reason;
        }
    }

    /** Why the copy is worth nothing; null if it is complete. */
    @Nullable
    String failure() {
        if (failure == null && endOffset < readOffset) {
            return "the source became shorter while it was copied";
        }
        return failure;
    }

    long writtenBytes() {
        return writtenBytes;
    }

    private boolean isGoingOn() {
        return failure == null && nextOffset < endOffset;
    }

    private int alignDown(int length) {
        return length & -descriptors.alignment();
    }

    /** One buffer, and what is being done with it. */
    private final class Block {
        private final MemorySegment buffer;
        private final Read read = new Read(loop, this::onRead);
        private final Write write = new Write(loop, this::onWrite);

        private long offset;
        private int readBytes;
        private int doneBytes;

        Block(MemorySegment buffer) {
            this.buffer = buffer;
        }

        /** The next part of the file. */
        void take() {
            offset = nextOffset;
            nextOffset += blockBytes;
            readBytes = 0;
            read(0);
        }

        private void read(int from) {
            read.submit(descriptors.sourceFd(), buffer, from, (long) blockBytes - from, offset + from);
        }

        private void onRead(Read read) {
            @Nullable ReadError error = read.error();
            if (error != null) {
                abort("can't read the source: " + ToolException.words(read));
                busyCount--;
                return;
            }
            // O_DIRECT goes on at an aligned offset only, so what lies behind it is read once more. No more bytes than
            // the last time: that is the end.
            int end = (int) read.from() + read.bytes();
            boolean isEnd = end <= readBytes;
            readBytes = Math.max(readBytes, end);
            if (isEnd) {
                endOffset = Math.min(endOffset, offset + readBytes);
            } else if (readBytes < blockBytes && failure == null) {
                read(alignDown(readBytes));
                return;
            }
            if (readBytes > 0) {
                readOffset = Math.max(readOffset, offset + readBytes);
            }
            doneBytes = 0;
            writeOrTake();
        }

        private void writeOrTake() {
            int left = readBytes - doneBytes;
            if (left > 0 && failure == null) {
                int aligned = alignDown(left);
                boolean isAligned = aligned > 0 && alignDown(doneBytes) == doneBytes;
                // The tail, too short for O_DIRECT, goes through the page cache.
                write.submit(
                        isAligned ? descriptors.alignedFd() : descriptors.targetFd(),
                        buffer,
                        doneBytes,
                        isAligned ? aligned : left,
                        offset + doneBytes);
            } else if (isGoingOn()) {
                take();
            } else {
                busyCount--;
            }
        }

        private void onWrite(Write write) {
            @Nullable WriteError error = write.error();
            if (error != null) {
                abort("can't write the copy: " + ToolException.words(write));
            } else if (write.bytes() == 0) {
                abort("can't write the copy: the kernel takes no more bytes and doesn't say why");
            } else {
                doneBytes += write.bytes();
                writtenBytes += write.bytes();
            }
            writeOrTake();
        }
    }
}
