// SPDX-License-Identifier: Apache-2.0

package dev.ringtail.io.epoll;

import static dev.ringtail.io.epoll.Attempts.LATER;
import static dev.ringtail.io.epoll.Attempts.UNSUPPORTED;
import static dev.ringtail.io.epoll.Attempts.WAIT;
import static dev.ringtail.io.epoll.Attempts.WORK;
import static dev.ringtail.io.linux.bindings.Headers.*;

import dev.ringtail.io.Accept;
import dev.ringtail.io.Close;
import dev.ringtail.io.Connect;
import dev.ringtail.io.Fsync;
import dev.ringtail.io.KernelOperation;
import dev.ringtail.io.MultishotAccept;
import dev.ringtail.io.MultishotRecv;
import dev.ringtail.io.Nop;
import dev.ringtail.io.Openat;
import dev.ringtail.io.Read;
import dev.ringtail.io.Recv;
import dev.ringtail.io.Send;
import dev.ringtail.io.Statx;
import dev.ringtail.io.Write;
import org.jspecify.annotations.Nullable;

/**
 * Operations on what can be ready: tried, parked on a side of their descriptor if that would block, and tried again when
 * epoll reports it. The loop's thread only.
 */
final class Readiness {
    private final Epoll epoll;
    private final Descriptors descriptors;
    private final Attempts attempts;
    private final Shots shots;
    private final Slots slots;
    private final Workers workers;
    private final Deferred deferred;
    private final Results results;

    private int parkedCount;

    /** Whether a wake-up was among the events of the last {@link #poll}. */
    private boolean wasWoken;

    Readiness(
            Epoll epoll,
            Descriptors descriptors,
            Attempts attempts,
            Slots slots,
            Workers workers,
            Deferred deferred,
            Results results) {
        this.epoll = epoll;
        this.descriptors = descriptors;
        this.attempts = attempts;
        shots = new Shots(descriptors, attempts, results);
        this.slots = slots;
        this.workers = workers;
        this.deferred = deferred;
        this.results = results;
    }

    /** Whether anything waits for events. */
    boolean isWaiting() {
        return parkedCount > 0;
    }

    // ---------------------------------------------------------------------------------------------- start

    /** @param interest EPOLLIN or EPOLLOUT: which side of the descriptor it is for */
    void start(int interest, long token, KernelOperation operation) {
        Descriptor descriptor = descriptors.find(operation.fd());
        if (descriptor != null
                && descriptor.isRegistered
                && descriptor.side(interest).mustQueue(operation)) {
            park(token, operation, descriptor.side(interest), true);
        } else {
            settle(token, operation, interest, attempt(token, operation, descriptor, false), attempts.doneBytes);
        }
    }

    /** Without a free buffer it ends at once, as io_uring's does, even if there is nothing to receive. */
    void startMultishot(long token, MultishotRecv recv) {
        if (((FreeBuffers) recv.group()).isEmpty()) {
            results.add(token, -ENOBUFS());
        } else {
            start(EPOLLIN(), token, recv);
        }
    }

    /** At a file's position what is in memory would be taken, and the rest missed: whether it is one is found out first. */
    void startRead(long token, Read read) {
        Descriptor descriptor = descriptors.find(read.fd());
        boolean isKnown = descriptor != null && descriptor.isRegistered;
        if (read.offset() == -1 && !isKnown) {
            if (descriptor != null && descriptor.isFile) {
                workers.startUnverified(token, read, 0);
                return;
            }
            int armed = descriptors.arm(read.fd(), EPOLLIN());
            if (armed == -EPERM()) {
                workers.startOn(refused(read), token, read, 0);
                return;
            }
            if (armed < 0) {
                results.add(token, armed);
                return;
            }
        }
        start(EPOLLIN(), token, read);
    }

    private int attempt(long token, KernelOperation operation, @Nullable Descriptor descriptor, boolean isStarted) {
        attempts.doneBytes = 0;
        return switch (operation) {
            case Recv recv -> attempts.recv(recv);
            case Send send -> attempts.send(send);
            case Accept accept -> attempts.accept(accept);
            case MultishotAccept accept -> shots.accept(token, accept, descriptor);
            case MultishotRecv recv -> shots.recv(token, recv, descriptor);
            case Connect connect -> attempts.connect(connect, isStarted);
            case Read read -> attempts.transfer(read, read.offset(), descriptor, isStarted);
            case Write write -> attempts.transfer(write, write.offset(), descriptor, isStarted);
            case Close _, Fsync _, Nop _, Openat _, Statx _ -> throw new AssertionError(operation);
        };
    }

    /** The operation isn't anywhere: its attempt says where it belongs. */
    private void settle(long token, KernelOperation operation, int interest, int result, int doneBytes) {
        switch (result) {
            case WAIT, UNSUPPORTED -> register(token, operation, interest, result, doneBytes);
            case WORK -> workers.startUnverified(token, operation, doneBytes);
            case LATER -> deferred.add(token, operation, System.nanoTime());
            default -> complete(token, operation, interest, result);
        }
    }

    private void complete(long token, KernelOperation operation, int interest, int result) {
        results.add(token, result);
        if (result < 0) {
            return;
        }
        boolean isStream = !(operation instanceof Read || operation instanceof Write);
        Descriptor descriptor = isStream ? descriptors.at(operation.fd()) : descriptors.find(operation.fd());
        if (descriptor != null) {
            descriptor.isStream |= isStream;
            descriptor.side(interest).setDrained(operation, result);
        }
        if (operation instanceof Accept) {
            descriptors.accepted(result);
        }
    }

    private void register(long token, KernelOperation operation, int interest, int result, int doneBytes) {
        int fd = operation.fd();
        Descriptor descriptor = descriptors.find(fd);
        boolean isReadOrWrite = operation instanceof Read || operation instanceof Write;
        if (descriptor != null && descriptor.isFile && isReadOrWrite) {
            descriptor.side(interest).needsWorker |= result == UNSUPPORTED;
            workers.startUnverified(token, operation, doneBytes);
            return;
        }
        boolean isBelieved = descriptor != null
                && descriptor.isRegistered
                && !descriptor.isNoisy
                && descriptor.side(interest).isArmed();
        int armed = isBelieved ? 0 : descriptors.arm(fd, interest);
        if (armed == -EPERM() && isReadOrWrite) {
            Descriptor refused = refused(operation);
            refused.side(interest).needsWorker = result == UNSUPPORTED;
            workers.startOn(refused, token, operation, doneBytes);
        } else if (doneBytes > 0) {
            results.add(token, doneBytes);
        } else if (armed < 0) {
            results.add(token, armed);
        } else {
            park(token, operation, descriptors.at(fd).side(interest), isBelieved);
        }
    }

    /** Epoll doesn't take it: remembered if it is storage, so that it need not be asked for each transfer. */
    private Descriptor refused(KernelOperation operation) {
        Descriptor descriptor = descriptors.at(operation.fd());
        descriptor.isFile = attempts.kind(operation.fd()) == Descriptor.Kind.STORAGE;
        return descriptor;
    }

    /** A number doesn't stand for the file any more that it was given to a worker for. */
    void startAnew(long token, KernelOperation operation, int doneBytes) {
        descriptors.setNoFile(operation.fd());
        if (doneBytes > 0) {
            results.add(token, doneBytes);
        } else if (operation instanceof Read read) {
            startRead(token, read);
        } else {
            start(EPOLLOUT(), token, operation);
        }
    }

    private void park(long token, KernelOperation operation, Side side, boolean isBelieved) {
        Pending pending = slots.take(token, operation);
        pending.place = Pending.Place.PARKED;
        pending.side = side;
        side.queue.add(pending);
        side.drainedBy = operation.getClass();
        parkedCount++;
        if (isBelieved) {
            pending.isUnverified = true;
            descriptors.addUnverified(side.descriptor);
        }
    }

    /** Tries what was deferred and is due. */
    void retryDeferred() {
        long now = System.nanoTime();
        Pending pending;
        while ((pending = deferred.due(now)) != null) {
            long token = pending.token;
            KernelOperation operation = pending.operation();
            deferred.remove(pending);
            int result = attempt(token, operation, descriptors.find(operation.fd()), false);
            settle(token, operation, EPOLLOUT(), result, 0);
        }
    }

    /** Ends the wait of an operation that is parked. */
    void cancel(Pending pending) {
        results.add(pending.token, -ECANCELED());
        unpark(pending);
    }

    private void unpark(Pending pending) {
        Side side = pending.side;
        if (side == null) {
            throw new AssertionError("not parked");
        }
        side.queue.remove(pending);
        parkedCount--;
        slots.release(pending);
    }

    // ---------------------------------------------------------------------------------------------- events

    /**
     * Waits for events and follows them.
     *
     * @return how many there were
     */
    int poll(long timeoutNanos) {
        int count = epoll.await(timeoutNanos);
        wasWoken = false;
        boolean mustRestart = false;
        for (int i = 0; i < count; i++) {
            if (epoll.isWakeup(i)) {
                wasWoken = true;
                continue;
            }
            Descriptor descriptor = descriptors.registered(epoll.descriptorAt(i), epoll.generationAt(i));
            if (descriptor != null) {
                advance(descriptor, epoll.eventsAt(i));
            } else {
                mustRestart |= !descriptors.expel(epoll.descriptorAt(i));
            }
        }
        if (mustRestart) {
            restart();
        }
        return count;
    }

    /** Whether a wake-up was among the events of the last {@link #poll}. */
    boolean wasWoken() {
        return wasWoken;
    }

    /** Something happened on a descriptor. An error or a hang-up is for both sides. */
    private void advance(Descriptor descriptor, int events) {
        int broken = EPOLLERR() | EPOLLHUP();
        boolean isReadable = (events & (EPOLLIN() | broken)) != 0;
        boolean isWritable = (events & (EPOLLOUT() | broken)) != 0;
        int before = descriptor.wanted();
        boolean hasAdvanced = isReadable && retry(descriptor.reads);
        hasAdvanced |= isWritable && retry(descriptor.writes);
        if (!descriptor.isRegistered) {
            return;
        }
        boolean isWanted =
                (before & (isReadable ? EPOLLIN() : 0)) != 0 || (before & (isWritable ? EPOLLOUT() : 0)) != 0;
        int unwanted = events & descriptor.armed & ~before;
        if (unwanted != 0 || before == 0) {
            descriptors.disarm(descriptor);
        } else if (isWanted && !hasAdvanced) {
            fruitless(descriptor);
        } else {
            descriptor.fruitlessCount = 0;
        }
    }

    /**
     * Tries what waits on a side, from the first, until one would block or there is most likely nothing left. What is left
     * all the same is reported again, but not if the registration is edge-triggered: then it goes on until one would block.
     * So it does after an accept: a burst of connections would take a wait for each.
     */
    private boolean retry(Side side) {
        boolean hasAdvanced = false;
        side.drainedBy = null;
        Pending pending;
        while ((pending = side.queue.first()) != null) {
            KernelOperation operation = pending.operation();
            long token = pending.token;
            long shotCount = shots.count;
            int result = attempt(token, operation, side.descriptor, true);
            hasAdvanced |= shots.count > shotCount;
            if (result == WAIT && attempts.doneBytes == 0) {
                side.drainedBy = operation.getClass();
                break;
            }
            hasAdvanced = true;
            unpark(pending);
            settle(token, operation, side.interest, result, attempts.doneBytes);
            boolean goesOn = side.descriptor.isNoisy || operation instanceof Accept;
            if (side.drainedBy != null && !goesOn) {
                break;
            }
        }
        return hasAdvanced;
    }

    /** Begins anew with an epoll instance that knows what something waits for, and nothing else. */
    private void restart() {
        if (!descriptors.restart()) {
            return;
        }
        Descriptor descriptor = descriptors.nextRegistered(0);
        while (descriptor != null) {
            int result = descriptors.renew(descriptor);
            if (result < 0) {
                // Closed behind the loop's back; or a limit on what epoll may watch (epoll(7)). Nothing would wake it.
                end(descriptor.reads, result);
                end(descriptor.writes, result);
            }
            descriptor = descriptors.nextRegistered(descriptor.fd + 1);
        }
    }

    private void end(Side side, int result) {
        Pending pending;
        while ((pending = side.queue.first()) != null) {
            results.add(pending.token, result);
            unpark(pending);
        }
    }

    private void fruitless(Descriptor descriptor) {
        descriptors.countFruitless(descriptor);
        if (descriptor.fruitlessCount == Descriptors.FRUITLESS_MAX && !descriptors.isTrue(descriptor)) {
            // The events are a closed file's, whose number another one has by now.
            replaced(descriptor);
            restart();
        }
    }

    // ---------------------------------------------------------------------------------------------- verification

    /** Asks the kernel about the registrations that something relies on without having asked. */
    void verify() {
        while (descriptors.hasUnverified()) {
            Descriptor descriptor = descriptors.takeUnverified();
            boolean isAsked = descriptor.reads.hasUnverified() || descriptor.writes.hasUnverified();
            if (isAsked && descriptors.find(descriptor.fd) == descriptor && !descriptors.isTrue(descriptor)) {
                replaced(descriptor);
            }
            descriptor.reads.setVerified();
            descriptor.writes.setVerified();
        }
    }

    /** The number was given to another file behind the loop's back: what was submitted since is started for that one. */
    private void replaced(Descriptor old) {
        descriptors.forget(old.fd);
        restart(old.reads);
        restart(old.writes);
    }

    private void restart(Side side) {
        Pending next;
        for (Pending pending = side.queue.first(); pending != null; pending = next) {
            next = pending.next;
            if (pending.isUnverified) {
                long token = pending.token;
                KernelOperation operation = pending.operation();
                unpark(pending);
                settle(token, operation, side.interest, attempt(token, operation, null, false), 0);
            }
        }
    }
}
