// SPDX-License-Identifier: Apache-2.0

package dev.ringtail.io.tests.scripted;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.ringtail.io.Cancel;
import dev.ringtail.io.Close;
import dev.ringtail.io.Completion;
import dev.ringtail.io.IoLoop;
import dev.ringtail.io.KernelOperation;
import dev.ringtail.io.NextTick;
import dev.ringtail.io.Nop;
import dev.ringtail.io.Recv;
import dev.ringtail.io.Timeout;
import dev.ringtail.io.tests.conformance.Promise;
import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.util.ArrayList;
import java.util.IdentityHashMap;
import java.util.List;
import java.util.Random;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/**
 * The engine against a model so simple that it can't be wrong: what was submitted is owed exactly one callback, and a
 * callback is owed to nobody else. The driver does at random whatever a driver may do, the callbacks submit at random, some
 * throw. A seed that fails is added to the list.
 */
@Promise({"2.2", "2.3", "2.4", "1.8"})
class ModelTest {
    private static final int STEPS = 5_000;

    private final ScriptedDriver driver = new ScriptedDriver();
    private final IoLoop loop = driver.open();
    private final MemorySegment buffer = Arena.ofAuto().allocate(64);
    private final List<Completion> completions = new ArrayList<>();

    /** How many callbacks each completion is owed: 0 or 1. */
    private final IdentityHashMap<Completion, Integer> owed = new IdentityHashMap<>();

    private Random random = new Random(0);
    private long submittedCount;
    private boolean isClosing;

    @ParameterizedTest
    @ValueSource(longs = {1, 2, 3, 4, 5, 6, 7, 8})
    void every_submission_completes_exactly_once_whatever_the_driver_does(long seed) {
        random = new Random(seed);
        driver.answers = this::answer;
        for (int i = 0; i < 40; i++) {
            make();
        }
        for (int step = 0; step < STEPS; step++) {
            disturb();
            submitSome(3);
            pass();
            driver.log.clear();
            driver.timeouts.clear();
            driver.cancels.clear();
            assertEquals(owedCount(), loop.inFlightCount(), "step " + step);
        }
        finish();

        assertEquals(0, owedCount());
        assertEquals(submittedCount, loop.statistics().submitted());
        assertEquals(submittedCount, loop.statistics().completed());
        assertTrue(submittedCount > STEPS, "submitted " + submittedCount);
    }

    private void make() {
        completions.add(new Nop(loop, this::done));
        completions.add(new Recv(loop, this::done));
        completions.add(new Recv(loop, this::done));
        completions.add(new Close(loop, this::done));
        completions.add(new Timeout(loop, this::done));
        completions.add(new NextTick(loop, this::done));
        completions.add(new Cancel(loop, this::done));
    }

    private void done(Completion completion) {
        Integer before = owed.put(completion, 0);
        assertEquals(1, before, completion + " wasn't owed a callback");
        if (!isClosing) {
            submitSome(2);
        }
        if (random.nextInt(50) == 0) {
            throw new Disturbance();
        }
    }

    private void submitSome(int most) {
        for (int i = random.nextInt(most + 1); i > 0; i--) {
            Completion completion = any();
            if (!completion.isInFlight()) {
                submit(completion);
                owed.put(completion, 1);
                submittedCount++;
            }
        }
    }

    private Completion any() {
        return completions.get(random.nextInt(completions.size()));
    }

    private void submit(Completion completion) {
        switch (completion) {
            case Nop nop -> nop.submit();
            case Recv recv -> recv.submit(random.nextInt(6), buffer);
            case Close close -> close.submit(random.nextInt(6));
            case Timeout timeout -> timeout.submit(random.nextInt(3) == 0 ? 0 : random.nextInt(5_000_000));
            case NextTick tick -> tick.submit();
            case Cancel cancel -> {
                Completion target = any();
                while (target == cancel) {
                    target = any();
                }
                cancel.submit(target);
            }
            default -> throw new AssertionError(completion);
        }
    }

    private int answer(KernelOperation operation) {
        return switch (random.nextInt(operation instanceof Recv ? 20 : 4)) {
            case 0 -> random.nextInt(65);
            case 1 -> -Errnos.EINTR;
            case 2 -> -Errnos.number("ECONNRESET");
            default -> ScriptedDriver.PENDING;
        };
    }

    private void disturb() {
        driver.room = random.nextInt(4) == 0 ? random.nextInt(3) : Integer.MAX_VALUE;
        driver.isBusy = random.nextBoolean();
        driver.isRestless = random.nextBoolean();
        driver.lostCancels = random.nextInt(4);
        driver.now += random.nextInt(2_000_000);
        switch (random.nextInt(12)) {
            case 0 -> driver.inNextAwait(sink -> sink.completed(random.nextLong(), 0, 0));
            case 1 ->
                driver.inNextAwait(sink -> {
                    throw new Disturbance();
                });
            case 2 -> driver.startFailure = new Disturbance();
            case 3 -> loop.wakeup();
            case 4 -> loop.execute(() -> submitSome(1));
            case 5 -> driver.inNextAwait(sink -> driver.replay(sink));
            default -> {}
        }
    }

    private void pass() {
        try {
            if (random.nextBoolean()) {
                loop.tick();
            } else {
                loop.runFor(random.nextInt(1_000_000));
            }
        } catch (Disturbance e) {
            // As it should be: the loop goes on.
        }
    }

    private void finish() {
        isClosing = true;
        driver.startFailure = null;
        driver.relent();
        try {
            loop.close();
        } catch (Disturbance e) {
            assertEquals(1, driver.closeCount);
        }
    }

    private long owedCount() {
        return owed.values().stream().mapToInt(Integer::intValue).sum();
    }

    private static final class Disturbance extends RuntimeException {
        private static final long serialVersionUID = 1;

        private Disturbance() {
            super("scripted", null, true, false);
        }
    }
}
