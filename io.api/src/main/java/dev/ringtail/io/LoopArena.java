// SPDX-License-Identifier: Apache-2.0

package dev.ringtail.io;

import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;

/**
 * The arena that a loop gives to its callers: shared among threads, closed by the loop once the kernel has let go of
 * everything, and by nobody else.
 */
final class LoopArena implements Arena {
    static final int PAGE_BYTES = 4096;

    private final Arena arena = Arena.ofShared();

    @Override
    public MemorySegment allocate(long byteSize, long byteAlignment) {
        // A page or more begins on a page: what O_DIRECT, registered buffers and the memory management like.
        long alignment = byteSize >= PAGE_BYTES ? Math.max(byteAlignment, PAGE_BYTES) : byteAlignment;
        return arena.allocate(byteSize, alignment);
    }

    @Override
    public MemorySegment.Scope scope() {
        return arena.scope();
    }

    @Override
    public void close() {
        throw new UnsupportedOperationException("the loop's arena is closed by IoLoop.close()");
    }

    /**
     * Idempotent.
     *
     * @throws IllegalStateException if another thread holds on to it, by a system call say: it stays open
     */
    void closeWithLoop() {
        if (arena.scope().isAlive()) {
            arena.close();
        }
    }
}
