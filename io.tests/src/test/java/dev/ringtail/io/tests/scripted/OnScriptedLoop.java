// SPDX-License-Identifier: Apache-2.0

package dev.ringtail.io.tests.scripted;

import static org.junit.jupiter.api.Assertions.assertEquals;

import dev.ringtail.io.Callback;
import dev.ringtail.io.Cancel;
import dev.ringtail.io.Close;
import dev.ringtail.io.Completion;
import dev.ringtail.io.IoLoop;
import dev.ringtail.io.NextTick;
import dev.ringtail.io.Nop;
import dev.ringtail.io.Read;
import dev.ringtail.io.Recv;
import dev.ringtail.io.Timeout;
import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.atomic.AtomicReference;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.AfterEach;

/** A loop on a {@link ScriptedDriver}, new for each test, and completions that write down how they end. */
abstract class OnScriptedLoop {
    final ScriptedDriver driver = new ScriptedDriver();
    final IoLoop loop = driver.open();

    /** What {@link #noted} completions wrote down: "name", or "name ERROR". */
    final List<String> seen = new ArrayList<>();

    /** Whether the test is over: time for what resubmits itself to stop. */
    boolean isOver;

    final MemorySegment buffer = Arena.ofAuto().allocate(64);

    @AfterEach
    void closing_ends_whatever_a_test_leaves() {
        isOver = true;
        driver.relent();
        loop.close();
        assertEquals(1, driver.closeCount);
        assertEquals(List.of(), driver.started);
    }

    <C extends Completion> Callback<C> noted(String name) {
        return done -> seen.add(done.error() == null ? name : name + " " + done.error());
    }

    Nop nop(String name) {
        return new Nop(loop, noted(name));
    }

    Recv recv(String name) {
        return new Recv(loop, noted(name));
    }

    Read read(String name) {
        return new Read(loop, noted(name));
    }

    Close close(String name) {
        return new Close(loop, noted(name));
    }

    Timeout timeout(String name) {
        return new Timeout(loop, noted(name));
    }

    NextTick nextTick(String name) {
        return new NextTick(loop, noted(name));
    }

    Cancel cancel(String name) {
        return new Cancel(
                loop,
                done -> seen.add(
                        name + (done.error() == null ? done.targetCanceled() ? " won" : " lost" : " " + done.error())));
    }

    /** Everything that is started from now on succeeds with 0 at once. */
    void answerAll() {
        driver.answers = operation -> 0;
    }

    /** What a caller passes whose compiler checks no nullness. */
    @SuppressWarnings({"NullAway", "TypeParameterUnusedInFormals"})
    static <T> T missing() {
        return null;
    }

    /** Runs something on another thread, and gives what it threw. */
    static @Nullable Throwable onAnotherThread(String name, Runnable body) {
        AtomicReference<@Nullable Throwable> thrown = new AtomicReference<>();
        Thread thread = new Thread(
                () -> {
                    try {
                        body.run();
                    } catch (Throwable e) {
                        thrown.set(e);
                    }
                },
                name);
        thread.start();
        try {
            thread.join();
        } catch (InterruptedException e) {
            throw new AssertionError(e);
        }
        return thrown.get();
    }
}
