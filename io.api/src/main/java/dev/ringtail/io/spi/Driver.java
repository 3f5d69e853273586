// SPDX-License-Identifier: Apache-2.0

package dev.ringtail.io.spi;

import dev.ringtail.io.Capability;
import dev.ringtail.io.KernelOperation;
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
         * @param flags {@link #MORE}, and in the upper 16 bits the number of the buffer that the kernel chose, if it did
         */
        void completed(long token, int result, int flags);
    }
}
