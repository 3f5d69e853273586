// SPDX-License-Identifier: Apache-2.0

package dev.ringtail.io.spi;

import dev.ringtail.io.Capability;
import dev.ringtail.io.KernelOperation;
import dev.ringtail.io.SystemCallException;
import java.io.IOException;
import java.util.Set;
import org.osgi.annotation.versioning.ProviderType;

/**
 * Turns (token, operation) into (token, result), exactly once each: the shape of a completion queue entry. Made by
 * {@link Provider#open}, owned by one loop, called on the loop's thread only ({@link #wakeup} apart), never from inside
 * one of its own calls.
 *
 * <p>Tokens are never negative, so a driver may use negative ones for entries of its own. The low 32 bits are a slot
 * number, small and reused, by which a driver can index arrays; the high 32 bits are a generation that tells one use of
 * the slot from the next. Retrying, error mapping, timers, ordering and closing are the loop's work, not the driver's.
 */
@ProviderType
public interface Driver extends AutoCloseable {
    /** Set in {@link Sink#completed}'s flags: the same token will complete again (multishot). */
    int MORE = 1;

    /** Set in {@link Sink#completed}'s flags: the upper 16 bits are the number of the buffer that was received into. */
    int BUFFER = 2;

    /** Set in {@link Sink#completed}'s flags of a receive: there is more that could be received at once. */
    int MORE_THERE = 4;

    /**
     * Takes an operation. It need not reach the kernel before {@link #submit} or {@link #await}, and its result is
     * delivered by {@code await} alone. The operation's arguments don't change until its result is delivered.
     *
     * @return false if there is no room now: nothing was taken, and the loop offers it again
     */
    boolean start(long token, KernelOperation operation);

    /**
     * Asks that a started operation be ended early. It completes once as ever, with {@code -ECANCELED} or with its own
     * result; this call itself has no completion. The loop asks again after a while if nothing happens, so a request
     * that the kernel loses does no harm.
     *
     * @return false if there is no room now: the loop asks again
     */
    boolean cancel(long token);

    /**
     * Hands what was started to the kernel, without waiting and without delivering results.
     *
     * @return whether there is room for another operation now
     */
    boolean submit();

    /**
     * Hands what was started to the kernel, waits until something completes, {@link #wakeup} is called or the time is
     * over, and delivers every result that is there. May return early for no reason, never late.
     *
     * @param timeoutNanos 0: don't wait; {@link Long#MAX_VALUE}: no limit
     */
    void await(long timeoutNanos, Sink sink);

    /** Ends the current or else the next {@link #await} that would block. Any thread, until {@link #close} is called. */
    void wakeup();

    /** What this driver can do here; fixed for its lifetime. */
    Set<Capability> capabilities();

    /** CLOCK_MONOTONIC in nanoseconds. */
    default long nanoTime() {
        return System.nanoTime();
    }

    /** System calls made so far to start, wait for and cancel operations (for io_uring: kernel entries). Any thread. */
    long kernelEntries();

    /** How often the completion queue overflowed so far. Any thread. */
    long overflows();

    /**
     * Buffers for multishot receives to choose from, all of them free. Only called if the driver has
     * {@link Capability#BUFFER_RING}.
     *
     * @param address where the buffers are, one after the other; the memory outlives the driver
     * @param count how many, a power of two
     * @throws IOException if something ran out: the message names the limit
     */
    default BufferGroup openBufferGroup(long address, int count, int bufferBytes) throws IOException {
        throw new UnsupportedOperationException("this driver has no buffer groups");
    }

    /**
     * Has the kernel keep a descriptor at hand, which saves it a look-up per operation. What is asked of the descriptor
     * works the same, registered or not.
     *
     * @return whether it is registered: false if this driver or this kernel registers none, or has no room
     * @throws SystemCallException if it isn't open
     */
    default boolean registerFile(int fd) throws SystemCallException {
        return false;
    }

    /** Takes a registration back, if there is one. A {@link dev.ringtail.io.Close} that is started does it too. */
    default void unregisterFile(int fd) {}

    /**
     * Has the kernel keep memory at hand for reads and writes, which saves it a look-up per page and operation.
     *
     * @param address the memory, which outlives the driver
     * @return whether it is registered: false if this driver or this kernel registers none, or has no room
     * @throws IOException if too little memory may be locked: the message names the limit
     */
    default boolean registerMemory(long address, long bytes) throws IOException {
        return false;
    }

    /**
     * Tries to send at once, past what is started and not yet handed over. Never blocks.
     *
     * @return how many bytes were sent; negative if none could be
     */
    default int sendNow(int fd, long address, int lengthBytes) {
        return -1;
    }

    /** The calls that need no completion. */
    SystemCalls systemCalls();

    /** Frees everything. The loop calls it once, when nothing is in flight. */
    @Override
    void close();

    /** Where results go. Implemented by the loop; valid during the {@link #await} that it was given to. */
    interface Sink {
        /**
         * Takes one result.
         *
         * @param token the one that the operation was started with; a stale one is ignored
         * @param result what the system call would return: a count, a descriptor, 0, or a negated errno
         * @param flags {@link #MORE}, {@link #BUFFER} with the number of the buffer in the upper 16 bits, {@link #MORE_THERE},
         *     or none of them: 0
         */
        void completed(long token, int result, int flags);
    }
}
