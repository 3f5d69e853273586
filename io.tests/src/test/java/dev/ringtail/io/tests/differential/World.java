// SPDX-License-Identifier: Apache-2.0

package dev.ringtail.io.tests.differential;

import dev.ringtail.io.Cancel;
import dev.ringtail.io.Close;
import dev.ringtail.io.Completion;
import dev.ringtail.io.IoLoop;
import dev.ringtail.io.tests.conformance.Bounded;
import java.io.IOException;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import java.util.TreeMap;
import java.util.function.BooleanSupplier;
import org.jspecify.annotations.Nullable;

/**
 * Runs a program on one loop and keeps what could be observed, by step. Between two SETTLEs each thing is touched by one step
 * at most, so that the contract leaves one outcome open only; a step that would break this rule, or that is about something
 * closed, is skipped, the same way on every provider.
 */
final class World {
    private static final int BYTES_MAX = 4096;

    private final IoLoop loop;
    private final List<Subject> subjects;

    /** What was touched since the last SETTLE. */
    private final Set<String> touched = new HashSet<>();

    private final Set<String> closed = new HashSet<>();

    /** In flight, and nothing keeps them there. */
    private final List<Completion> expected = new ArrayList<>();

    /** What will be so, and nothing keeps it from it. */
    private final List<BooleanSupplier> awaited = new ArrayList<>();

    private final TreeMap<Integer, String> observed = new TreeMap<>();
    private final List<Integer> leftOpen = new ArrayList<>();

    /** With multishot operations only if every provider has them. */
    World(IoLoop loop, Path folder, boolean hasShots) throws IOException {
        this.loop = loop;
        subjects = new ArrayList<>(List.of(
                new Streams(this),
                new Listeners(this, folder),
                new Datagrams(this),
                new Pipe(this),
                new Storage(this, folder),
                new Clock(this)));
        if (hasShots) {
            subjects.add(new Shots(this));
        }
    }

    /** Runs it all, closes the loop, and gives what was observed. */
    List<String> run(List<Step> program) throws IOException {
        for (int number = 0; number < program.size(); number++) {
            if (program.get(number).kind() == Step.Kind.SETTLE) {
                settle();
            } else {
                perform(program.get(number), number);
            }
        }
        settle();
        List<Integer> fds = new ArrayList<>(leftOpen);
        subjects.forEach(subject -> subject.addOpen(fds));
        // What still waits is cancelled by closing what it waits for, or by closing the loop.
        for (int fd : fds) {
            new Close(loop, done -> {}).submit(fd);
        }
        loop.close();
        return observed.entrySet().stream()
                .map(entry -> entry.getKey() + " " + entry.getValue())
                .toList();
    }

    private void perform(Step step, int number) throws IOException {
        for (Subject subject : subjects) {
            if (subject.perform(step, number)) {
                return;
            }
        }
    }

    private void settle() {
        for (Completion completion : expected) {
            Bounded.complete(loop, completion);
        }
        for (BooleanSupplier one : awaited) {
            Bounded.until(loop, "what was to come has come", one);
        }
        expected.clear();
        awaited.clear();
        touched.clear();
        // Those that something kept in flight may have been let go meanwhile.
        loop.tick();
    }

    // ------------------------------------------------------------------------------------------------ for subjects

    IoLoop loop() {
        return loop;
    }

    /** Whether a step may be about these things, which it then is. */
    boolean touch(int number, String... things) {
        for (String thing : things) {
            if (touched.contains(thing) || closed.contains(thing)) {
                observed.put(number, "skipped");
                return false;
            }
        }
        touched.addAll(List.of(things));
        return true;
    }

    boolean isClosed(String thing) {
        return closed.contains(thing);
    }

    /** It will complete before the next step that touches the same. */
    void expect(Completion completion) {
        expected.add(completion);
    }

    /** Something arrives at an operation that may be waiting for it. */
    void expectReceiver(@Nullable Completion waiting) {
        if (waiting != null) {
            expected.add(waiting);
        }
    }

    /** The same of what isn't a completion's end. */
    void await(BooleanSupplier isSo) {
        awaited.add(isSo);
    }

    void leaveOpen(int fd) {
        leftOpen.add(fd);
    }

    void cancel(int number, @Nullable Completion target, String thing) {
        if (target != null && touch(number, thing)) {
            cancelNow(number, target);
        }
    }

    /** Cancels what this very step has submitted, or touched. */
    void cancelNow(int number, Completion target) {
        Cancel cancel =
                new Cancel(loop, done -> observe(number, done, done.error() == null && done.targetCanceled() ? 1 : 0));
        cancel.submit(target);
        expected.add(cancel);
        expected.add(target);
    }

    void close(int number, String thing, int fd, @Nullable Completion pending) {
        Close close = new Close(loop, done -> observe(number, done, 0));
        close.submit(fd);
        closed.add(thing);
        expected.add(close);
        expectReceiver(pending);
    }

    /** Keeps a result: which operation of the step, its error, and a value that says what else could be seen. */
    void observe(int number, Completion done, long value) {
        String what = done.getClass().getSimpleName() + " " + done.error() + " " + value;
        observed.merge(number, what, (first, again) -> first + " AND AGAIN " + again);
    }

    /** The same of a transfer's bytes, or nothing if it failed. */
    void observe(int number, Completion done) {
        observe(number, done, done.error() == null ? 0 : -1);
    }

    /** What was seen at once. */
    void observe(int number, String what) {
        observed.put(number, what);
    }

    static int bytes(Step step) {
        return Math.floorMod(step.bytes(), BYTES_MAX) + 1;
    }

    MemorySegment pattern(int number, int bytes) {
        return loop.arena().allocate(bytes).fill((byte) (number * 31 + 7));
    }

    static long checksum(MemorySegment buffer, int bytes) {
        return checksum(bytes, buffer, bytes);
    }

    /** Goes on with what came before. */
    static long checksum(long before, MemorySegment buffer, int bytes) {
        long sum = before;
        for (int i = 0; i < bytes; i++) {
            sum = sum * 31 + buffer.get(ValueLayout.JAVA_BYTE, i);
        }
        return sum;
    }
}
