// SPDX-License-Identifier: Apache-2.0

package dev.ringtail.io;

import dev.ringtail.io.spi.Driver;
import dev.ringtail.io.spi.Provider;
import java.io.IOException;
import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.time.Duration;
import java.util.Objects;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import org.jspecify.annotations.Nullable;

/**
 * A loop that carries operations to the kernel and completions back. It belongs to the platform thread that opened it: any
 * call from another thread fails with {@link IllegalStateException} and changes nothing, except {@link #wakeup},
 * {@link #execute} and {@link #statistics}.
 *
 * <p>A pass, always in this order: submit what is queued and, if asked to wait, wait, in one kernel entry; take the
 * results; run due timers and the callbacks of what is complete; submit what those queued. What a callback submits is
 * delivered in the next pass at the earliest. An exception thrown by a callback leaves {@link #tick} or {@link #runFor}
 * with nothing lost: the other callbacks run in the next pass.
 *
 * <p>An open loop isn't garbage, even if nothing refers to it any more: {@link #close} alone frees it, and what it holds.
 */
public final class IoLoop implements AutoCloseable {
    /** What the kernel takes at most as one registered buffer. */
    private static final long REGISTERED_BYTES_MAX = 1L << 30;

    /**
     * Keeps every open loop, and by it what is in flight: the kernel may write into memory that the collector would free along
     * with a loop that nobody refers to any more. Any thread.
     */
    private static final Set<IoLoop> OPEN = ConcurrentHashMap.newKeySet();

    private final Thread owner = Thread.currentThread();

    /** The owner, as long as the loop takes operations. */
    private @Nullable Thread submitter = owner;

    private final String providerName;
    private final Driver driver;
    private final Set<Capability> capabilities;
    private final LoopArena arena = new LoopArena();
    private final Sockets sockets;
    private final Files files;
    private final Inbox inbox;
    private final Engine engine;
    private final Events events;

    private boolean isInPass;
    private boolean isStopRequested;
    private boolean isCloseRequested;
    private boolean isClosed;

    private IoLoop(Provider provider, Options options) throws IOException {
        providerName = provider.name();
        driver = provider.open(options);
        capabilities = Set.copyOf(driver.capabilities());
        sockets = new Sockets(this, driver.systemCalls());
        files = new Files(this, driver.systemCalls());
        events = new Events(driver.systemCalls());
        inbox = new Inbox(driver);
        engine = new Engine(driver, inbox);
        // Loaded now: where the failure is a lack of descriptors, a class could no longer be read from its file.
        Objects.requireNonNull(Errno.name(0));
        OPEN.add(this);
    }

    /**
     * A loop on the best provider available here, with default options.
     *
     * @throws NoProviderException if none is, or not the one that {@value Providers#PROPERTY} names
     * @throws IOException if something ran out: the message names the limit
     * @throws IllegalStateException on a virtual thread
     */
    public static IoLoop open() throws IOException {
        return open(Options.defaults());
    }

    /** A loop on the best provider available here. Throws as {@link #open()} does. */
    public static IoLoop open(Options options) throws IOException {
        Inbox.checkOwner(Thread.currentThread());
        return new IoLoop(Providers.choose(), options);
    }

    /**
     * A loop on a provider of the caller's choice.
     *
     * @throws NoProviderException if it isn't available: the message is its reason
     * @throws IOException if something ran out: the message names the limit
     * @throws IllegalStateException on a virtual thread
     */
    public static IoLoop open(Provider provider, Options options) throws IOException {
        Inbox.checkOwner(Thread.currentThread());
        Providers.check(provider);
        return new IoLoop(provider, options);
    }

    /** One pass that never blocks. */
    public void tick() {
        checkPass();
        isInPass = true;
        try {
            engine.pass();
            engine.submitQueued();
        } catch (Throwable e) {
            endPass(e);
            throw e;
        }
        endPass(null);
    }

    /**
     * Passes, one after the other, until the time is over; blocks in the kernel while nothing is ready. Returns no earlier,
     * except by {@link #stop}, a callback's exception or its {@link #close}; a wake-up doesn't end it. Call it for long and end
     * it by {@link #stop}, rather than often for short: each wait that is to end within a few milliseconds costs the kernel a
     * timer (docs/performance-notes.md).
     *
     * @throws IllegalArgumentException if the duration is negative
     */
    public void runFor(Duration duration) {
        runFor(Timers.nanos(duration));
    }

    /**
     * As {@link #runFor(Duration)}.
     *
     * @param nanos in nanoseconds, 0 to Long.MAX_VALUE
     * @throws IllegalArgumentException if nanos is negative
     */
    public void runFor(long nanos) {
        checkPass();
        if (nanos < 0) {
            throw new IllegalArgumentException("nanos: " + nanos);
        }
        isInPass = true;
        isStopRequested = false;
        try {
            long now = engine.now();
            long deadline = Engine.later(now, nanos);
            do {
                now = engine.pass(Engine.timeUntil(deadline, now), now);
            } while (now < deadline && !isStopRequested && !isCloseRequested);
            engine.submitQueued();
        } catch (Throwable e) {
            endPass(e);
            throw e;
        }
        endPass(null);
    }

    /**
     * Has the current {@link #runFor} return at the end of this pass, from a callback or a task: everything else stays as it is,
     * in flight or queued, for the next call. Without effect outside of {@link #runFor}.
     *
     * @throws IllegalStateException if the loop is closed, or from another thread
     */
    public void stop() {
        checkUse();
        isStopRequested = true;
    }

    /** Ends a wait in the kernel, the current one or else the next. Any thread. */
    public void wakeup() {
        inbox.wakeup();
    }

    /**
     * Runs a task on the loop's thread, in a later pass, in order; wakes the loop if it waits. The task runs exactly once,
     * during {@link #close} at the latest. Any thread.
     *
     * @throws IllegalStateException if the loop is closed or closing: the task won't run
     */
    public void execute(Runnable task) {
        if (task == null) {
            throw new NullPointerException("task is null");
        }
        inbox.execute(task);
    }

    /** What the loop has done so far. Any thread, after {@link #close} too; another one may see it a little late. */
    public Statistics statistics() {
        return new Statistics(
                engine.submittedCount,
                engine.completedCount,
                engine.passCount,
                driver.kernelEntries(),
                engine.overflowCount,
                driver.overflows(),
                engine.kernelNanos,
                engine.callbackNanos);
    }

    /**
     * Memory that lives as long as the loop: for buffers, the safe choice, as it can't be closed while the kernel uses it. Of a
     * page (4096 bytes) or more, it is aligned to a page. Usable by any thread; its {@code close()} is refused.
     */
    public Arena arena() {
        checkUse();
        return arena;
    }

    /**
     * Memory as {@link #arena} gives it, which the kernel also keeps at hand: a {@link Read} or {@link Write} whose buffer lies
     * in it saves the kernel a look-up per page. Everything else that takes a buffer works with it as with any other. A few
     * large pieces are meant, to be cut up: each makes every read and write a little dearer. Where there is no
     * {@link Capability#REGISTERED_BUFFERS}, or the kernel's table is full, it is plain memory. Page-aligned. Source:
     * io_uring_register(2).
     *
     * @param bytes 1 to 2^30
     * @throws IllegalArgumentException if out of range
     * @throws IOException if there is too little memory that may be locked: the message names the limit
     */
    public MemorySegment allocateRegistered(long bytes) throws IOException {
        checkSubmission();
        if (bytes < 1 || bytes > REGISTERED_BYTES_MAX) {
            throw new IllegalArgumentException("bytes: " + bytes + ": must be 1 to " + REGISTERED_BYTES_MAX);
        }
        MemorySegment memory = arena.allocate(bytes, LoopArena.PAGE_BYTES);
        driver.registerMemory(memory.address(), bytes);
        return memory;
    }

    /**
     * Has the kernel keep a descriptor at hand for this loop: every operation on it then saves the kernel a look-up. For those
     * that live long and are used often. Nothing else changes. {@link Close} takes the registration back, as does closing
     * by {@link Sockets#close} or {@link Files#close}; to close it in any other way is the caller's error until
     * {@link #unregisterFile}: the file stays open in the kernel, and operations go on reaching it under its old number.
     * Source: io_uring_register(2).
     *
     * @return whether it is registered: false if there is no {@link Capability#REGISTERED_FILES} here, or no more room in
     *     the kernel's table; it works all the same
     * @throws IllegalArgumentException if fd is negative
     * @throws SystemCallException if it isn't open
     */
    public boolean registerFile(int fd) throws SystemCallException {
        checkSubmission();
        return driver.registerFile(KernelOperation.checkFd("fd", fd));
    }

    /** Takes a registration back; without effect if there is none. What is in flight on the descriptor isn't disturbed. */
    public void unregisterFile(int fd) {
        checkUse();
        driver.unregisterFile(KernelOperation.checkFd("fd", fd));
    }

    /** What is done to sockets without a completion. */
    public Sockets sockets() {
        checkUse();
        return sockets;
    }

    /** What is done to files without a completion. */
    public Files files() {
        checkUse();
        return files;
    }

    /** The name of the provider that this loop runs on. */
    public String provider() {
        checkUse();
        return providerName;
    }

    /** What that provider can do here. */
    public Set<Capability> capabilities() {
        checkUse();
        return capabilities;
    }

    /** How many completions are in flight: submitted, their callbacks not yet begun. */
    public long inFlightCount() {
        checkUse();
        return engine.submittedCount - engine.completedCount;
    }

    /**
     * Cancels everything in flight, waits until the kernel has let go of every buffer, runs each pending completion's callback
     * once (with CANCELED, or its real result if that came first), then frees. A queued {@link Close} is carried out, and
     * executed tasks run. What a device holds on to can't be cancelled by anyone: then this takes as long as the device does.
     * From a callback it takes effect at the end of the pass. Idempotent; afterwards every other call fails with
     * {@link IllegalStateException}. If callbacks throw, the first exception is thrown at the end, the others suppressed. If
     * another thread is using {@link #arena} in a system call of its own just then, that is an {@link IllegalStateException}
     * too; everything else is closed, and closing once more frees the memory.
     */
    @Override
    public void close() {
        checkOwner();
        isCloseRequested = true;
        if (!isInPass) {
            endPass(null);
        }
    }

    /** What a close requested by a callback was waiting for. */
    private void endPass(@Nullable Throwable thrown) {
        try {
            Throwable first = isCloseRequested ? shutDown(thrown) : thrown;
            if (first != null && thrown == null) {
                Results.<RuntimeException>raise(first);
            }
        } finally {
            isInPass = false;
        }
    }

    /** If the driver fails meanwhile, the loop isn't closed, and another close goes on where this one stopped. */
    private @Nullable Throwable shutDown(@Nullable Throwable thrown) {
        if (isClosed) {
            return free(thrown);
        }
        isInPass = true;
        submitter = null;
        inbox.close();
        events.beginClosing();
        Throwable first = engine.drain(thrown);
        first = events.close(first);
        isClosed = true;
        try {
            driver.close();
            OPEN.remove(this);
        } catch (Throwable e) {
            first = Results.joined(first, e);
        }
        return free(first);
    }

    /** The memory, which another thread may be using: then another close tries again. */
    private @Nullable Throwable free(@Nullable Throwable thrown) {
        try {
            arena.closeWithLoop();
        } catch (IllegalStateException e) {
            return Results.joined(
                    thrown, new IllegalStateException("loop.arena() is in use; close the loop again to free it", e));
        }
        return thrown;
    }

    // ---------------------------------------------------------------------------------------------- for completions

    /** Once the loop is made, what it lacks stays lacking. */
    void require(Capability capability) {
        if (!capabilities.contains(capability)) {
            throw new UnsupportedOperationException("provider " + providerName + " has no " + capability
                    + " on this kernel; see IoLoop.capabilities()");
        }
    }

    boolean isClosed() {
        return isClosed;
    }

    void checkUse() {
        checkOwner();
        if (isClosed) {
            throw new IllegalStateException("the loop is closed");
        }
    }

    /** One comparison, as every operation goes through it. */
    void checkSubmission() {
        if (Thread.currentThread() != submitter) {
            checkUse();
            throw new IllegalStateException("the loop is closing: it takes no more operations");
        }
    }

    private void checkOwner() {
        Thread thread = Thread.currentThread();
        if (thread != owner) {
            throw new IllegalStateException("the loop belongs to " + owner + ", and this is " + thread);
        }
    }

    private void checkPass() {
        checkUse();
        if (isInPass) {
            throw new IllegalStateException("called from inside a callback: the pass that runs it isn't over");
        }
    }

    Engine engine() {
        return engine;
    }

    Driver driver() {
        return driver;
    }

    Events events() {
        return events;
    }
}
