// SPDX-License-Identifier: Apache-2.0

package dev.ringtail.io;

import java.util.Arrays;
import org.jspecify.annotations.Nullable;

/**
 * What the driver has, by slot, and by descriptor. A token is generation and slot: a result for a token that isn't in use
 * is recognised and not delivered. The loop's thread only.
 *
 * <p>Descriptors hash to chains of slots: an array of ints by descriptor would be as large as the largest number that a
 * caller dares to pass. Ints, as linking them costs no garbage collector's barrier.
 */
final class InFlight {
    private static final int NONE = -1;

    /** What is added to a token for the slot's next use. Tokens stay positive: a driver's own are negative. */
    private static final long GENERATION = 1L << Integer.SIZE;

    private @Nullable KernelOperation[] operations = new KernelOperation[64];

    /** The token of each slot: in use, its operation's; else the next one's. */
    private long[] tokens = new long[64];

    /** The next free slot, or in use, the next in the chain of the descriptor. */
    private int[] nexts = new int[64];

    /** The slot before this one in the chain of the descriptor. */
    private int[] previous = new int[64];

    /** The first slot of each chain. */
    private int[] chains = new int[64];

    private int freeHead = NONE;
    private int usedOnceCount;
    private int count;

    InFlight() {
        Arrays.fill(chains, NONE);
    }

    int count() {
        return count;
    }

    /** Takes a slot for an operation. */
    long claim(KernelOperation operation) {
        int slot = freeHead;
        if (slot != NONE) {
            freeHead = nexts[slot];
        } else {
            slot = usedOnceCount;
            if (slot == operations.length) {
                grow();
            }
            usedOnceCount++;
            tokens[slot] = slot;
        }
        operations[slot] = operation;
        operation.slot = slot;
        count++;
        if (operation.fd != KernelOperation.NO_FD) {
            link(slot, operation.fd);
        }
        return tokens[slot];
    }

    /** The operation that a token stands for, which gives up its slot; null if the token is stale. */
    @Nullable
    KernelOperation release(long token) {
        KernelOperation operation = operation(token);
        if (operation != null) {
            release((int) token, operation);
        }
        return operation;
    }

    void release(KernelOperation operation) {
        release(operation.slot, operation);
    }

    private void release(int slot, KernelOperation operation) {
        if (operation.fd != KernelOperation.NO_FD) {
            unlink(slot, operation.fd);
        }
        operations[slot] = null;
        tokens[slot] = (tokens[slot] + GENERATION) & Long.MAX_VALUE;
        nexts[slot] = freeHead;
        freeHead = slot;
        count--;
    }

    /** The operation that a token stands for; null if the token is stale. */
    @Nullable
    KernelOperation operation(long token) {
        int slot = (int) token;
        // A slot that was never used holds 0: no token but slot 0's, and there is no operation there.
        if (slot < 0 || slot >= tokens.length || tokens[slot] != token) {
            return null;
        }
        return operations[slot];
    }

    long token(KernelOperation operation) {
        return tokens[operation.slot];
    }

    /** The first slot, from this one on, whose operation is in flight; -1 if there is none. */
    int nextUsed(int slot) {
        for (int i = slot; i < usedOnceCount; i++) {
            if (operations[i] != null) {
                return i;
            }
        }
        return NONE;
    }

    /** The last slot that was ever in use; -1 if none was. */
    int lastUsed() {
        return usedOnceCount - 1;
    }

    @Nullable
    KernelOperation at(int slot) {
        return operations[slot];
    }

    /** The first slot in flight on a descriptor; -1 if there is none. */
    int firstOn(int fd) {
        return findOn(fd, chains[chain(fd)]);
    }

    /** The slot after this one in flight on a descriptor; -1 if there is none. */
    int nextOn(int fd, int slot) {
        return findOn(fd, nexts[slot]);
    }

    private int findOn(int fd, int from) {
        int slot = from;
        while (slot != NONE) {
            KernelOperation operation = operations[slot];
            if (operation != null && operation.fd == fd) {
                return slot;
            }
            slot = nexts[slot];
        }
        return NONE;
    }

    private int chain(int fd) {
        return fd & (chains.length - 1);
    }

    private void link(int slot, int fd) {
        int chain = chain(fd);
        int head = chains[chain];
        nexts[slot] = head;
        previous[slot] = NONE;
        if (head != NONE) {
            previous[head] = slot;
        }
        chains[chain] = slot;
    }

    private void unlink(int slot, int fd) {
        int before = previous[slot];
        int after = nexts[slot];
        if (before == NONE) {
            chains[chain(fd)] = after;
        } else {
            nexts[before] = after;
        }
        if (after != NONE) {
            previous[after] = before;
        }
    }

    private void grow() {
        int capacity = operations.length * 2;
        // Nothing changes until all of them are there: the caller goes on after an OutOfMemoryError.
        @Nullable KernelOperation[] largerOperations = Arrays.copyOf(operations, capacity);
        long[] largerTokens = Arrays.copyOf(tokens, capacity);
        int[] largerNexts = Arrays.copyOf(nexts, capacity);
        int[] largerPrevious = Arrays.copyOf(previous, capacity);
        int[] largerChains = new int[capacity];
        Arrays.fill(largerChains, NONE);
        operations = largerOperations;
        tokens = largerTokens;
        nexts = largerNexts;
        previous = largerPrevious;
        chains = largerChains;
        // Nothing is free when it grows, so every link is a chain's, and all are made anew.
        for (int slot = 0; slot < capacity / 2; slot++) {
            KernelOperation operation = operations[slot];
            if (operation != null && operation.fd != KernelOperation.NO_FD) {
                link(slot, operation.fd);
            }
        }
    }
}
