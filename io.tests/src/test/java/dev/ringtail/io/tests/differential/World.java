// SPDX-License-Identifier: Apache-2.0

package dev.ringtail.io.tests.differential;

import dev.ringtail.io.Accept;
import dev.ringtail.io.Address;
import dev.ringtail.io.Cancel;
import dev.ringtail.io.Close;
import dev.ringtail.io.Completion;
import dev.ringtail.io.Connect;
import dev.ringtail.io.Family;
import dev.ringtail.io.Files;
import dev.ringtail.io.Fsync;
import dev.ringtail.io.IoLoop;
import dev.ringtail.io.NextTick;
import dev.ringtail.io.Nop;
import dev.ringtail.io.OpenFlag;
import dev.ringtail.io.OpenFlags;
import dev.ringtail.io.Openat;
import dev.ringtail.io.Read;
import dev.ringtail.io.Recv;
import dev.ringtail.io.Send;
import dev.ringtail.io.Shutdown;
import dev.ringtail.io.Sockets;
import dev.ringtail.io.Statx;
import dev.ringtail.io.SystemCallException;
import dev.ringtail.io.Timeout;
import dev.ringtail.io.Write;
import dev.ringtail.io.tests.conformance.Bounded;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import java.util.TreeMap;
import org.jspecify.annotations.Nullable;

/**
 * Runs a program on one loop and keeps what could be observed, by step. Between two SETTLEs each thing is touched by one step
 * at most, so that the contract leaves one outcome open only; a step that would break this rule, or that is about something
 * closed, is skipped, the same way on every provider.
 */
final class World {
    private static final int PAIR_COUNT = 2;
    private static final int FILE_COUNT = 2;
    private static final int TIMEOUT_COUNT = 3;
    private static final int BYTES_MAX = 4096;
    private static final long HOUR_NANOS = 3_600_000_000_000L;

    private final IoLoop loop;
    private final int[] sockets = new int[2 * PAIR_COUNT];
    private final int[] files = new int[FILE_COUNT];
    private final Files.Pipe pipe;
    private final int listener;
    private final int directory;
    private final Address address;

    private final @Nullable Recv[] recvs = new Recv[sockets.length];
    private final @Nullable Timeout[] timeouts = new Timeout[TIMEOUT_COUNT];
    private @Nullable Read pipeRead;
    private @Nullable Accept accept;

    /** What was touched since the last SETTLE. */
    private final Set<String> touched = new HashSet<>();

    private final Set<String> closed = new HashSet<>();

    /** In flight, and nothing keeps them there. */
    private final List<Completion> expected = new ArrayList<>();

    private final TreeMap<Integer, String> observed = new TreeMap<>();
    private final List<Integer> leftOpen = new ArrayList<>();
    private int stepNumber;

    World(IoLoop loop, Path folder) throws SystemCallException {
        this.loop = loop;
        for (int i = 0; i < sockets.length; i += 2) {
            Sockets.Pair pair = loop.sockets().openPair();
            sockets[i] = pair.first();
            sockets[i + 1] = pair.second();
        }
        for (int i = 0; i < files.length; i++) {
            OpenFlags flags = OpenFlags.of(OpenFlag.READ, OpenFlag.WRITE, OpenFlag.CREATE, OpenFlag.TRUNCATE);
            files[i] = loop.files().open(folder.resolve("file" + i).toString(), flags, 0600);
        }
        pipe = loop.files().openPipe();
        listener = loop.sockets().openListening(Address.loopback(0), 100);
        address = loop.sockets().localAddress(listener);
        directory = loop.files().open(folder.toString(), OpenFlags.of(OpenFlag.READ, OpenFlag.DIRECTORY), 0);
    }

    /** Runs it all, closes the loop, and gives what was observed. */
    List<String> run(List<Step> program) throws SystemCallException {
        for (Step step : program) {
            if (step.kind() == Step.Kind.SETTLE) {
                settle();
            } else {
                perform(step);
            }
            stepNumber++;
        }
        settle();
        List<Integer> fds = new ArrayList<>(leftOpen);
        for (int i = 0; i < sockets.length; i++) {
            addIfOpen(fds, "socket" + i, sockets[i]);
        }
        addIfOpen(fds, "pipe", pipe.readFd());
        addIfOpen(fds, "listener", listener);
        Arrays.stream(files).forEach(fds::add);
        fds.add(pipe.writeFd());
        fds.add(directory);
        // What still waits is cancelled by closing what it waits for, or by closing the loop.
        for (int fd : fds) {
            new Close(loop, done -> {}).submit(fd);
        }
        loop.close();
        return observed.entrySet().stream()
                .map(entry -> entry.getKey() + " " + entry.getValue())
                .toList();
    }

    private void addIfOpen(List<Integer> fds, String thing, int fd) {
        if (!closed.contains(thing)) {
            fds.add(fd);
        }
    }

    private void settle() {
        for (Completion completion : expected) {
            Bounded.complete(loop, completion);
        }
        expected.clear();
        touched.clear();
        // Those that something kept in flight may have been let go meanwhile.
        loop.tick();
    }

    private boolean touch(String... things) {
        for (String thing : things) {
            if (touched.contains(thing) || closed.contains(thing)) {
                observed.put(stepNumber, "skipped");
                return false;
            }
        }
        touched.addAll(List.of(things));
        return true;
    }

    private void perform(Step step) throws SystemCallException {
        int number = stepNumber;
        int bytes = Math.floorMod(step.bytes(), BYTES_MAX) + 1;
        int end = Math.floorMod(step.object(), sockets.length);
        int file = Math.floorMod(step.object(), files.length);
        switch (step.kind()) {
            case SEND -> {
                if (touch("socket" + end, "socket" + (end ^ 1))) {
                    expectReceiver(recvs[end ^ 1]);
                    Send send = new Send(loop, done -> observe(number, done, done.error() == null ? done.bytes() : -1));
                    send.submit(sockets[end], pattern(number, bytes));
                    expected.add(send);
                }
            }
            case RECV -> {
                if (recvs[end] == null && touch("socket" + end)) {
                    MemorySegment buffer = loop.arena().allocate(bytes);
                    Recv recv = new Recv(loop, done -> {
                        recvs[end] = null;
                        observe(number, done, done.error() == null ? checksum(buffer, done.bytes()) : -1);
                    });
                    recvs[end] = recv;
                    recv.submit(sockets[end], buffer);
                }
            }
            case SHUTDOWN -> {
                if (touch("socket" + end, "socket" + (end ^ 1))) {
                    expectReceiver(recvs[end ^ 1]);
                    loop.sockets().shutdown(sockets[end], Shutdown.WRITE);
                }
            }
            case PIPE_WRITE -> {
                if (touch("pipe")) {
                    expectReceiver(pipeRead);
                    Write write =
                            new Write(loop, done -> observe(number, done, done.error() == null ? done.bytes() : -1));
                    write.submit(pipe.writeFd(), pattern(number, Math.min(bytes, 512)), -1);
                    expected.add(write);
                }
            }
            case PIPE_READ -> {
                if (pipeRead == null && touch("pipe")) {
                    MemorySegment buffer = loop.arena().allocate(bytes);
                    pipeRead = new Read(loop, done -> {
                        pipeRead = null;
                        observe(number, done, done.error() == null ? checksum(buffer, done.bytes()) : -1);
                    });
                    pipeRead.submit(pipe.readFd(), buffer, -1);
                }
            }
            case ACCEPT -> {
                if (accept == null && touch("listener")) {
                    accept = new Accept(loop, done -> {
                        accept = null;
                        observe(number, done, 0);
                        if (done.error() == null) {
                            leftOpen.add(done.acceptedFd());
                        }
                    });
                    accept.submit(listener);
                }
            }
            case CONNECT -> {
                if (touch("listener")) {
                    expectReceiver(accept);
                    int fd = loop.sockets().openStream(Family.INET);
                    leftOpen.add(fd);
                    Connect connect = new Connect(loop, done -> observe(number, done, 0));
                    connect.submit(fd, address);
                    expected.add(connect);
                }
            }
            case FILE_WRITE -> {
                if (touch("file" + file)) {
                    Write write =
                            new Write(loop, done -> observe(number, done, done.error() == null ? done.bytes() : -1));
                    write.submit(files[file], pattern(number, bytes), Math.floorMod(step.object(), 10_000));
                    expected.add(write);
                }
            }
            case FILE_READ -> {
                if (touch("file" + file)) {
                    MemorySegment buffer = loop.arena().allocate(bytes);
                    Read read = new Read(
                            loop,
                            done -> observe(number, done, done.error() == null ? checksum(buffer, done.bytes()) : -1));
                    read.submit(files[file], buffer, Math.floorMod(step.object(), 10_000));
                    expected.add(read);
                }
            }
            case CANCEL_RECV -> cancel(number, recvs[end], "socket" + end);
            case CANCEL_PIPE_READ -> cancel(number, pipeRead, "pipe");
            case CANCEL_ACCEPT -> cancel(number, accept, "listener");
            case CANCEL_TIMEOUT -> {
                int timer = Math.floorMod(step.object(), timeouts.length);
                cancel(number, timeouts[timer], "timeout" + timer);
            }
            case CLOSE_SOCKET -> {
                if (touch("socket" + end, "socket" + (end ^ 1))) {
                    expectReceiver(recvs[end ^ 1]);
                    close(number, "socket" + end, sockets[end], recvs[end]);
                }
            }
            case CLOSE_PIPE_READ_END -> {
                if (touch("pipe")) {
                    close(number, "pipe", pipe.readFd(), pipeRead);
                }
            }
            case CLOSE_LISTENER -> {
                if (touch("listener")) {
                    close(number, "listener", listener, accept);
                }
            }
            case FILE_FSYNC,
                    FILE_STATX,
                    NOP,
                    NEXT_TICK,
                    TIMEOUT_SHORT,
                    TIMEOUT_LONG,
                    OPEN_MISSING,
                    RECV_FROM_FILE,
                    WRITE_TO_READ_END,
                    ACCEPT_ON_CONNECTED,
                    READ_DIRECTORY,
                    FSYNC_PIPE -> simple(step, number, file, end);
            case SETTLE -> throw new AssertionError(step);
        }
    }

    /** What touches one thing, waits for nothing but itself, and has one outcome. */
    private void simple(Step step, int number, int file, int end) {
        MemorySegment buffer = loop.arena().allocate(64);
        switch (step.kind()) {
            case FILE_FSYNC -> {
                if (touch("file" + file)) {
                    Fsync fsync = new Fsync(loop, done -> observe(number, done, 0));
                    fsync.submit(files[file]);
                    expected.add(fsync);
                }
            }
            case FILE_STATX -> {
                if (touch("file" + file)) {
                    Statx statx =
                            new Statx(loop, done -> observe(number, done, done.error() == null ? done.size() : -1));
                    statx.submit(files[file]);
                    expected.add(statx);
                }
            }
            case NOP -> {
                Nop nop = new Nop(loop, done -> observe(number, done, 0));
                nop.submit();
                expected.add(nop);
            }
            case NEXT_TICK -> {
                NextTick tick = new NextTick(loop, done -> observe(number, done, 0));
                tick.submit();
                expected.add(tick);
            }
            case TIMEOUT_SHORT, TIMEOUT_LONG -> {
                int timer = Math.floorMod(step.object(), timeouts.length);
                if (timeouts[timer] == null && touch("timeout" + timer)) {
                    Timeout timeout = new Timeout(loop, done -> {
                        timeouts[timer] = null;
                        observe(number, done, 0);
                    });
                    timeouts[timer] = timeout;
                    if (step.kind() == Step.Kind.TIMEOUT_SHORT) {
                        timeout.submit(Math.floorMod(step.bytes(), 500_000));
                        expected.add(timeout);
                    } else {
                        timeout.submit(HOUR_NANOS);
                    }
                }
            }
            case OPEN_MISSING -> {
                Openat openat = new Openat(loop, done -> observe(number, done, 0));
                openat.submit(directory, "missing", OpenFlags.READ, 0);
                expected.add(openat);
            }
            case RECV_FROM_FILE -> {
                if (touch("file" + file)) {
                    Recv recv = new Recv(loop, done -> observe(number, done, 0));
                    recv.submit(files[file], buffer);
                    expected.add(recv);
                }
            }
            case WRITE_TO_READ_END -> {
                if (touch("pipe")) {
                    Write write = new Write(loop, done -> observe(number, done, 0));
                    write.submit(pipe.readFd(), buffer, -1);
                    expected.add(write);
                }
            }
            case ACCEPT_ON_CONNECTED -> {
                if (touch("socket" + end)) {
                    Accept wrong = new Accept(loop, done -> observe(number, done, 0));
                    wrong.submit(sockets[end]);
                    expected.add(wrong);
                }
            }
            case READ_DIRECTORY -> {
                Read read = new Read(loop, done -> observe(number, done, 0));
                read.submit(directory, buffer, 0);
                expected.add(read);
            }
            case FSYNC_PIPE -> {
                if (touch("pipe")) {
                    Fsync fsync = new Fsync(loop, done -> observe(number, done, 0));
                    fsync.submit(pipe.readFd());
                    expected.add(fsync);
                }
            }
            default -> throw new AssertionError(step);
        }
    }

    /** Something arrives at an operation that may be waiting for it. */
    private void expectReceiver(@Nullable Completion waiting) {
        if (waiting != null) {
            expected.add(waiting);
        }
    }

    private void cancel(int number, @Nullable Completion target, String thing) {
        if (target != null && touch(thing)) {
            Cancel cancel = new Cancel(
                    loop, done -> observe(number, done, done.error() == null && done.targetCanceled() ? 1 : 0));
            cancel.submit(target);
            expected.add(cancel);
            expected.add(target);
        }
    }

    private void close(int number, String thing, int fd, @Nullable Completion pending) {
        Close close = new Close(loop, done -> observe(number, done, 0));
        close.submit(fd);
        closed.add(thing);
        expected.add(close);
        expectReceiver(pending);
    }

    private void observe(int number, Completion done, long value) {
        String what = done.getClass().getSimpleName() + " " + done.error() + " " + value;
        observed.merge(number, what, (first, again) -> first + " AND AGAIN " + again);
    }

    private MemorySegment pattern(int number, int bytes) {
        return loop.arena().allocate(bytes).fill((byte) (number * 31 + 7));
    }

    private static long checksum(MemorySegment buffer, int bytes) {
        long sum = bytes;
        for (int i = 0; i < bytes; i++) {
            sum = sum * 31 + buffer.get(ValueLayout.JAVA_BYTE, i);
        }
        return sum;
    }
}
