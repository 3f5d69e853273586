// SPDX-License-Identifier: Apache-2.0

package dev.ringtail.io.epoll;

import static dev.ringtail.io.linux.bindings.Headers.*;

import java.util.Arrays;
import org.jspecify.annotations.Nullable;

/**
 * The table of {@link Descriptor}s by number, and their registrations. The loop's thread only.
 *
 * <p>A registration is level-triggered and stays when nothing waits, until an event comes that nobody wants: a connection
 * that is served by receiving again and again needs one epoll_ctl in its life.
 *
 * <p>The price is that a number may have been closed and given to another file meanwhile, and epoll's registration with it.
 * Where the driver learns of that ({@link #forget}) it costs nothing. Where it can't (another library's close), an operation
 * that relied on a registration without asking the kernel is remembered, and {@link #isTrue} asks before the loop goes to
 * sleep for longer.
 */
final class Descriptors {
    /** A registration that led to nothing so often in a row is made edge-triggered, lest the loop spin. */
    static final int FRUITLESS_MAX = 8;

    private final Epoll epoll;
    private @Nullable Descriptor[] byNumber = new Descriptor[64];
    private int lastGeneration;

    /** Those on which something is parked unverified; may name one that has nothing left. */
    private Descriptor[] unverified = new Descriptor[16];

    private int unverifiedCount;

    Descriptors(Epoll epoll) {
        this.epoll = epoll;
    }

    /** What is known of a number; null if nothing. */
    @Nullable
    Descriptor find(int fd) {
        return fd < byNumber.length ? byNumber[fd] : null;
    }

    /**
     * The entry of a number that the kernel has accepted: the table is as large as the kernel's own, whatever numbers a
     * caller invents.
     */
    Descriptor at(int fd) {
        if (fd >= byNumber.length) {
            byNumber = Arrays.copyOf(byNumber, Math.max(fd + 1, byNumber.length * 2));
        }
        Descriptor descriptor = byNumber[fd];
        if (descriptor == null) {
            descriptor = new Descriptor(fd);
            byNumber[fd] = descriptor;
        }
        return descriptor;
    }

    /**
     * The number stands for another file from here on, or for none. What still waits for the old one goes on doing so, until
     * it is cancelled: that is its submitter's mistake, but it must not get what belongs to the new file.
     */
    void forget(int fd) {
        Descriptor descriptor = find(fd);
        if (descriptor == null) {
            return;
        }
        if (descriptor.isIdle()) {
            descriptor.reset();
        } else {
            descriptor.unregistered();
            byNumber[fd] = null;
        }
    }

    /** The number doesn't stand for the file that it was taken for. */
    void setNoFile(int fd) {
        Descriptor descriptor = find(fd);
        if (descriptor != null) {
            descriptor.setNoFile();
        }
    }

    /** The number stands for a new socket. */
    void accepted(int fd) {
        forget(fd);
        at(fd).isStream = true;
    }

    /**
     * Has a side of a descriptor reported.
     *
     * @return 0, or a negated errno: EPERM if epoll doesn't take such a file, and nothing is remembered then
     */
    int arm(int fd, int interest) {
        Descriptor descriptor = find(fd);
        if (descriptor != null && descriptor.isRegistered) {
            int result = modify(descriptor, descriptor.armed | interest);
            if (result != -ENOENT()) {
                return result;
            }
            forget(fd);
        }
        lastGeneration = (lastGeneration + 1) & Integer.MAX_VALUE;
        int generation = lastGeneration;
        int result = epoll.add(fd, interest, generation);
        if (result == -EEXIST()) {
            // The same file came back under the same number, and its old registration is still there.
            result = epoll.modify(fd, interest, generation);
        }
        if (result == 0) {
            Descriptor registered = at(fd);
            registered.generation = generation;
            registered.isRegistered = true;
            registered.isStream = true;
            if (registered.isFile) {
                registered.setNoFile();
            }
            registered.armed = interest;
        }
        return result;
    }

    private int modify(Descriptor descriptor, int interest) {
        int trigger = descriptor.isNoisy ? EPOLLET() : 0;
        int result = epoll.modify(descriptor.fd, interest | trigger, descriptor.generation);
        if (result == 0) {
            descriptor.armed = interest;
        }
        return result;
    }

    /** Has only that reported which something waits for. Called for an event that nobody wanted. */
    void disarm(Descriptor descriptor) {
        int wanted = descriptor.wanted();
        if (wanted != 0) {
            modify(descriptor, wanted);
        } else {
            // Not merely an interest of nothing: errors and hang-ups are reported regardless (epoll_ctl(2)).
            unregister(descriptor);
        }
    }

    /** Ends the registration, if there is one. */
    void unregister(Descriptor descriptor) {
        if (descriptor.isRegistered) {
            epoll.delete(descriptor.fd);
            descriptor.unregistered();
        }
    }

    /**
     * The descriptor that an event is for; null if it is none that is registered.
     */
    @Nullable
    Descriptor registered(int fd, int generation) {
        Descriptor descriptor = find(fd);
        return descriptor != null && descriptor.isRegistered && descriptor.generation == generation ? descriptor : null;
    }

    /**
     * Ends the registration that an event came from which belongs to no descriptor any more.
     *
     * @return false if that is only possible by {@link #restart}
     */
    boolean expel(int fd) {
        Descriptor descriptor = find(fd);
        boolean isTaken = descriptor != null && descriptor.isRegistered;
        return !isTaken && epoll.delete(fd) == 0;
    }

    /**
     * Begins anew with an instance that knows no descriptor; what something waits for is to be {@link #renew}ed.
     *
     * @return false if there is no descriptor to do it with: the event comes again, and with it the next chance
     */
    boolean restart() {
        return epoll.restart();
    }

    /** The first that is registered, from a number on; null if none is. */
    @Nullable
    Descriptor nextRegistered(int fd) {
        for (int i = fd; i < byNumber.length; i++) {
            Descriptor descriptor = byNumber[i];
            if (descriptor != null && descriptor.isRegistered) {
                return descriptor;
            }
        }
        return null;
    }

    /**
     * Registers a descriptor with the new instance if something waits on it.
     *
     * @return 0, or a negated errno: it isn't registered then
     */
    int renew(Descriptor descriptor) {
        int trigger = descriptor.isNoisy ? EPOLLET() : 0;
        int wanted = descriptor.wanted();
        int result = wanted == 0 ? 0 : epoll.add(descriptor.fd, wanted | trigger, descriptor.generation);
        if (wanted == 0 || result < 0) {
            descriptor.unregistered();
        } else {
            descriptor.armed = wanted;
        }
        return result;
    }

    /** Counts an event that led to nothing. If they don't stop, the registration becomes edge-triggered. */
    void countFruitless(Descriptor descriptor) {
        if (++descriptor.fruitlessCount >= FRUITLESS_MAX && !descriptor.isNoisy) {
            descriptor.isNoisy = true;
            modify(descriptor, descriptor.armed);
        }
    }

    // ---------------------------------------------------------------------------------------------- what was not
    // verified

    /** Remembers that something is parked on a descriptor whose registration is only believed in. */
    void addUnverified(Descriptor descriptor) {
        if (!descriptor.isUnverified) {
            descriptor.isUnverified = true;
            if (unverifiedCount == unverified.length) {
                unverified = Arrays.copyOf(unverified, unverifiedCount * 2);
            }
            unverified[unverifiedCount++] = descriptor;
        }
    }

    boolean hasUnverified() {
        return unverifiedCount > 0;
    }

    /** Takes one out of those to be verified. */
    Descriptor takeUnverified() {
        Descriptor descriptor = unverified[--unverifiedCount];
        descriptor.isUnverified = false;
        return descriptor;
    }

    /** Asks the kernel whether a registration still stands. */
    boolean isTrue(Descriptor descriptor) {
        return descriptor.isRegistered && modify(descriptor, descriptor.armed) == 0;
    }
}
