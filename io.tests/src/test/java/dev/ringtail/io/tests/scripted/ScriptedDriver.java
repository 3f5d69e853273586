// SPDX-License-Identifier: Apache-2.0

package dev.ringtail.io.tests.scripted;

import dev.ringtail.io.Capability;
import dev.ringtail.io.Close;
import dev.ringtail.io.IoLoop;
import dev.ringtail.io.KernelOperation;
import dev.ringtail.io.Options;
import dev.ringtail.io.spi.Driver;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.util.ArrayList;
import java.util.Iterator;
import java.util.List;
import java.util.Set;
import java.util.concurrent.atomic.AtomicBoolean;
import org.jspecify.annotations.Nullable;

/**
 * A driver without a kernel, for what no kernel does on demand: the test decides room, results, their order and their time,
 * lost cancels, early returns and exceptions. By default there is room, nothing completes, and cancels are honoured. Time
 * passes only in {@link #await}, which "blocks" by advancing the clock. The loop's thread only, but for {@link #wakeup}.
 */
final class ScriptedDriver implements Driver {
    /** What {@link Answers} say of an operation that isn't to complete now. */
    static final int PENDING = Integer.MIN_VALUE;

    /** So many waits in which nothing happens, one after the other, are a loop that hangs. */
    private static final int IDLE_AWAITS_MAX = 100_000;

    /** Says how started operations end, asked in the order in which they were started, at each await. */
    @FunctionalInterface
    interface Answers {
        int result(KernelOperation operation);
    }

    /** Something that happens inside an await. */
    @FunctionalInterface
    interface Scene {
        void play(Sink sink);
    }

    /** An operation that was started and has no result yet. */
    record Started(long token, KernelOperation operation) {}

    private record Delivery(long time, Started started, int result) {}

    final ScriptedCalls calls = new ScriptedCalls();

    /** Started, not yet completed, in order. */
    final List<Started> started = new ArrayList<>();

    /** Every token that the loop asked to cancel, repetitions included. */
    final List<Long> cancels = new ArrayList<>();

    /** The calls made, as in "start Nop", "submit", "await 0", "cancel Read(fd 5)". */
    final List<String> log = new ArrayList<>();

    /** The timeouts of the awaits. */
    final List<Long> timeouts = new ArrayList<>();

    /** Results set by the test, in the order in which they are to be delivered. */
    private final List<Delivery> deliveries = new ArrayList<>();

    /** One for each await to come. */
    private final List<Scene> scenes = new ArrayList<>();

    /** The tokens of the last few results. */
    private final long[] delivered = new long[8];

    private final AtomicBoolean isWoken = new AtomicBoolean();

    Answers answers = operation -> PENDING;

    /** How many operations and cancels can be taken until the next submit or await. */
    int room = Integer.MAX_VALUE;

    /** Whether submit makes no room, as io_uring while its completion queue overflows (EBUSY). */
    boolean isBusy;

    /** How many cancels are still to be lost. */
    int lostCancels;

    /** Waits return after half of their time, for no reason. */
    boolean isRestless;

    /** Thrown by the next start. */
    @Nullable
    RuntimeException startFailure;

    /** Thrown by close. */
    @Nullable
    RuntimeException closeFailure;

    long now = 4_000_000_000_000L;
    int submitCount;
    int awaitCount;
    int refusedCount;
    int wakeupCount;
    int closeCount;
    long overflows;

    private int taken;
    private int deliveredCount;
    private int idleAwaits;

    /** A loop on this driver, owned by the calling thread. */
    IoLoop open() {
        try {
            return IoLoop.open(new ScriptedProvider(this), Options.defaults());
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    // ---------------------------------------------------------------------------------------------- the script

    /** Delivers the last results once more, as no driver should. */
    void replay(Sink sink) {
        for (long token : delivered) {
            sink.completed(token, 1, 0);
        }
    }

    /** Delivers a result in the next await; results set first come first. */
    void complete(KernelOperation operation, int result) {
        completeAt(now, operation, result);
    }

    /** Delivers a result in the first await that lasts until then. */
    void completeAt(long time, KernelOperation operation, int result) {
        deliveries.add(new Delivery(time, find(operation), result));
    }

    /** Plays something in the next await that has no scene yet, before results are delivered. */
    void inNextAwait(Scene scene) {
        scenes.add(scene);
    }

    /** The token of an operation that is started. */
    long token(KernelOperation operation) {
        return find(operation).token;
    }

    boolean isStarted(KernelOperation operation) {
        return started.stream().anyMatch(one -> one.operation == operation);
    }

    /** Back to a driver that lets everything end. */
    void relent() {
        answers = operation -> operation instanceof Close ? 0 : PENDING;
        room = Integer.MAX_VALUE;
        isBusy = false;
        lostCancels = 0;
        scenes.clear();
    }

    private Started find(KernelOperation operation) {
        for (Started one : started) {
            if (one.operation == operation) {
                return one;
            }
        }
        throw new AssertionError(operation + " isn't started");
    }

    // ---------------------------------------------------------------------------------------------- the driver

    @Override
    public boolean start(long token, KernelOperation operation) {
        if (startFailure != null) {
            RuntimeException failure = startFailure;
            startFailure = null;
            throw failure;
        }
        if (taken >= room) {
            refusedCount++;
            log.add("refuse " + operation);
            return false;
        }
        if (token < 0) {
            throw new AssertionError("negative token " + token);
        }
        taken++;
        log.add("start " + operation);
        started.add(new Started(token, operation));
        return true;
    }

    @Override
    public boolean cancel(long token) {
        if (taken >= room) {
            refusedCount++;
            log.add("refuse cancel");
            return false;
        }
        taken++;
        cancels.add(token);
        for (Started one : started) {
            if (one.token == token) {
                log.add("cancel " + one.operation);
                if (lostCancels > 0) {
                    lostCancels--;
                } else {
                    deliveries.add(new Delivery(now, one, -Errnos.ECANCELED));
                }
            }
        }
        return true;
    }

    @Override
    public boolean submit() {
        submitCount++;
        log.add("submit");
        if (!isBusy) {
            taken = 0;
        }
        return taken < room;
    }

    @Override
    public void await(long timeoutNanos, Sink sink) {
        awaitCount++;
        log.add("await " + timeoutNanos);
        timeouts.add(timeoutNanos);
        taken = 0;
        boolean isIdle = scenes.isEmpty();
        if (!scenes.isEmpty()) {
            scenes.removeFirst().play(sink);
        }
        int count = deliverDue(sink) + deliverAnswers(sink);
        if (count == 0 && !isWoken.getAndSet(false) && timeoutNanos > 0 && isIdle) {
            count = block(timeoutNanos, sink);
        }
        idleAwaits = count > 0 ? 0 : idleAwaits + 1;
        if (idleAwaits > IDLE_AWAITS_MAX) {
            throw new AssertionError(
                    "the loop hangs: nothing happened in " + idleAwaits + " waits; started: " + started);
        }
    }

    private int block(long timeoutNanos, Sink sink) {
        long end = now + (isRestless ? Math.max(1, timeoutNanos / 2) : timeoutNanos);
        if (end < 0) {
            end = Long.MAX_VALUE;
        }
        for (Delivery delivery : deliveries) {
            end = Math.min(end, delivery.time);
        }
        if (end - now > Long.MAX_VALUE / 2) {
            throw new AssertionError("the loop would wait for ever; started: " + started);
        }
        now = end;
        return deliverDue(sink);
    }

    private int deliverDue(Sink sink) {
        int count = 0;
        for (Iterator<Delivery> iterator = deliveries.iterator(); iterator.hasNext(); ) {
            Delivery delivery = iterator.next();
            if (delivery.time <= now) {
                iterator.remove();
                // What is no longer started was delivered by another way: a cancel that came too late.
                if (started.remove(delivery.started)) {
                    deliver(delivery.started.token, delivery.result, sink);
                    count++;
                }
            }
        }
        return count;
    }

    private int deliverAnswers(Sink sink) {
        int count = 0;
        for (Started one : List.copyOf(started)) {
            int result = answers.result(one.operation);
            if (result != PENDING) {
                started.remove(one);
                deliver(one.token, result, sink);
                count++;
            }
        }
        return count;
    }

    private void deliver(long token, int result, Sink sink) {
        delivered[deliveredCount++ % delivered.length] = token;
        sink.completed(token, result, 0);
    }

    @Override
    public void wakeup() {
        wakeupCount++;
        isWoken.set(true);
    }

    @Override
    public Set<Capability> capabilities() {
        return Set.of(Capability.NANOSECOND_WAIT, Capability.MULTISHOT_ACCEPT);
    }

    @Override
    public long nanoTime() {
        return now;
    }

    @Override
    public long kernelEntries() {
        return (long) submitCount + awaitCount;
    }

    @Override
    public long overflows() {
        return overflows;
    }

    @Override
    public ScriptedCalls systemCalls() {
        return calls;
    }

    @Override
    public void close() {
        closeCount++;
        log.add("close");
        if (!started.isEmpty()) {
            throw new AssertionError("closed while in flight: " + started);
        }
        if (closeFailure != null) {
            throw closeFailure;
        }
    }
}
