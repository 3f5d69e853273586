// SPDX-License-Identifier: Apache-2.0

package dev.ringtail.io.epoll;

import dev.ringtail.io.spi.BufferGroup;

/**
 * The free buffers of a group, as a stack: the one that was used last is in the processor's cache. The loop's thread only.
 */
final class FreeBuffers implements BufferGroup {
    private static final int NONE = -1;

    private final long address;
    private final int bufferBytes;
    private final int[] ids;
    private int count;

    FreeBuffers(long address, int count, int bufferBytes) {
        this.address = address;
        this.bufferBytes = bufferBytes;
        ids = new int[count];
        while (this.count < count) {
            provide(count - 1 - this.count);
        }
    }

    int bufferBytes() {
        return bufferBytes;
    }

    boolean isEmpty() {
        return count == 0;
    }

    long address(int id) {
        return address + (long) id * bufferBytes;
    }

    /** The number of one that is free no longer; -1 if none is. */
    int take() {
        return count == 0 ? NONE : ids[--count];
    }

    @Override
    public void provide(int id) {
        ids[count++] = id;
    }

    @Override
    public void close() {
        // Nothing to free: the memory is the loop's.
    }
}
