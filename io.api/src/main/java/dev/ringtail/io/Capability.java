// SPDX-License-Identifier: Apache-2.0

package dev.ringtail.io;

/** What a provider can do here beyond the contract: which of the kernel's optional features it uses. */
public enum Capability {
    /** The kernel carries operations out and reports completions itself: io_uring. */
    KERNEL_COMPLETIONS,
    /** The ring is told that one thread submits (Linux 6.0). */
    SINGLE_ISSUER,
    /** Completions are made when the loop asks, not in between (Linux 6.1). */
    DEFER_TASKRUN,
    /** Completions don't interrupt the thread (Linux 5.19); part of DEFER_TASKRUN. */
    COOP_TASKRUN,
    /** The ring's descriptor is registered, which saves a look-up per kernel entry (Linux 5.18). */
    REGISTERED_RING,
    /** The submission queue has no index array (Linux 6.6). */
    NO_SQARRAY,
    /** The completion queue is larger than twice the submission queue (Linux 5.5). */
    LARGE_COMPLETION_QUEUE,
    /** An idle loop doesn't count as waiting for I/O (Linux 6.15). */
    NO_IOWAIT,
    /** {@link MultishotAccept}: io_uring's own (Linux 5.19), or by trying again under epoll. */
    MULTISHOT_ACCEPT,
    /** {@link BufferRing} and {@link MultishotRecv}: io_uring's own (Linux 6.0), or by trying again under epoll. */
    BUFFER_RING,
    /** {@link IoLoop#registerFile} saves the kernel work: io_uring. */
    REGISTERED_FILES,
    /** {@link IoLoop#allocateRegistered} saves the kernel work: io_uring (Linux 5.19). */
    REGISTERED_BUFFERS,
    /** Waits shorter than a millisecond are exact: io_uring, or epoll_pwait2 (Linux 5.11). */
    NANOSECOND_WAIT
}
