// SPDX-License-Identifier: Apache-2.0

package dev.ringtail.io.epoll;

import static dev.ringtail.io.linux.bindings.Headers.EPOLLIN;
import static dev.ringtail.io.linux.bindings.Headers.EPOLLOUT;

import dev.ringtail.io.Read;
import dev.ringtail.io.Transfer;

/**
 * What is known of a descriptor: its registration with epoll, of which there is one at most, and what waits on its two sides.
 * Made once per number and used again for the next file of that number. The loop's thread only.
 */
final class Descriptor {
    /** How reading and writing without blocking is possible. */
    enum Kind {
        /** With RWF_NOWAIT, until the kernel says otherwise. */
        UNKNOWN,
        /** With MSG_DONTWAIT. */
        SOCKET,
        /** With O_NONBLOCK, set for the duration of the call: terminals, FIFOs. */
        SLOW,
        /** Not at all, though epoll takes it: files of FUSE. */
        STORAGE
    }

    final int fd;
    final Side reads = new Side(this, EPOLLIN());
    final Side writes = new Side(this, EPOLLOUT());

    /** What the events of the current registration carry beside the number. */
    int generation;

    boolean isRegistered;

    /** What epoll was asked to report: EPOLLIN, EPOLLOUT, both; nothing while not registered. */
    int armed;

    Kind kind = Kind.UNKNOWN;

    /**
     * Whether epoll refused it, and it is storage by its type. Believed until something is started for a worker because of
     * it: the worker looks first whether that is still so, as a read of another loop's socket could block for ever.
     */
    boolean isFile;

    /** Whether closing it can't take long: a socket, a pipe, and the like. */
    boolean isStream;

    /** Whether it is among those whose registration is to be verified. */
    boolean isUnverified;

    /** How many events in a row led to nothing. */
    int fruitlessCount;

    /** Whether it is registered edge-triggered, because it keeps reporting what leads to nothing. */
    boolean isNoisy;

    Descriptor(int fd) {
        this.fd = fd;
    }

    /** One of the two, by EPOLLIN or EPOLLOUT. */
    Side side(int interest) {
        return interest == reads.interest ? reads : writes;
    }

    boolean isIdle() {
        return reads.queue.isEmpty() && writes.queue.isEmpty();
    }

    /** What something waits for. */
    int wanted() {
        return (reads.queue.isEmpty() ? 0 : reads.interest) | (writes.queue.isEmpty() ? 0 : writes.interest);
    }

    /** Whether trying a transfer is a waste: it never succeeds without waiting. */
    boolean needsWorker(Transfer transfer) {
        return isFile && (transfer instanceof Read ? reads : writes).needsWorker;
    }

    /** There is no registration any more. */
    void unregistered() {
        isRegistered = false;
        armed = 0;
        isNoisy = false;
        fruitlessCount = 0;
        reads.drainedBy = null;
        writes.drainedBy = null;
    }

    /** The number stands for another file, or for none. */
    void reset() {
        assert isIdle() : fd;
        unregistered();
        isStream = false;
        setNoFile();
    }

    /** What it is, is to be found out again. */
    void setNoFile() {
        kind = Kind.UNKNOWN;
        isFile = false;
        reads.needsWorker = false;
        writes.needsWorker = false;
    }
}
