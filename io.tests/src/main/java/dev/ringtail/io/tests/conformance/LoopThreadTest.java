// SPDX-License-Identifier: Apache-2.0

package dev.ringtail.io.tests.conformance;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertNull;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.ringtail.io.IoLoop;
import dev.ringtail.io.Nop;
import dev.ringtail.io.Options;
import dev.ringtail.io.spi.Provider;
import java.io.IOException;
import java.time.Duration;
import java.util.concurrent.atomic.AtomicReference;
import org.junit.jupiter.api.function.ThrowingSupplier;

final class LoopThreadTest {
    @Promise("1.1")
    @OnEveryProvider
    void each_call_from_another_thread_is_refused_naming_both(IoLoop loop) throws IOException, InterruptedException {
        String owner = Thread.currentThread().toString();
        for (PublicCall call : PublicCall.all(loop)) {
            IllegalStateException refusal = assertThrows(
                    IllegalStateException.class,
                    () -> onThread(Thread.ofPlatform(), () -> {
                        call.make();
                        return call;
                    }),
                    call::toString);
            String message = String.valueOf(refusal.getMessage());
            assertTrue(message.contains(owner) && message.contains("#intruder"), call + ": " + message);
        }
        assertEquals(0, loop.statistics().submitted());
        Nop nop = new Nop(loop, done -> {});
        nop.submit();
        assertNull(Bounded.complete(loop, nop).error());
    }

    @Promise("1.1")
    @OnEveryProvider
    void another_thread_may_wake_it_give_it_tasks_and_read_its_statistics(IoLoop loop) throws Throwable {
        AtomicReference<Thread> ranOn = new AtomicReference<>();
        onThread(Thread.ofPlatform(), () -> {
            loop.wakeup();
            loop.execute(() -> ranOn.set(Thread.currentThread()));
            return loop.statistics();
        });
        Bounded.until(loop, "the task has run", () -> ranOn.get() != null);
        assertEquals(Thread.currentThread(), ranOn.get());
    }

    @Promise("1.1")
    @OnEveryProvider
    void a_loop_is_not_opened_on_a_virtual_thread(Provider provider) {
        IllegalStateException refusal = assertThrows(
                IllegalStateException.class,
                () -> onThread(Thread.ofVirtual(), () -> IoLoop.open(provider, Options.defaults())));
        assertTrue(String.valueOf(refusal.getMessage()).contains("virtual thread"), refusal::getMessage);
    }

    @Promise("1.1")
    @OnEveryProvider
    void two_loops_on_one_thread_do_not_disturb_each_other(IoLoop loop, Provider provider) throws IOException {
        try (IoLoop other = IoLoop.open(provider, Options.defaults())) {
            Nop here = new Nop(loop, done -> {});
            Nop there = new Nop(other, done -> {});
            here.submit();
            there.submit();
            Bounded.complete(loop, here);
            assertTrue(there.isInFlight());
            assertNull(Bounded.complete(other, there).error());
        }
    }

    @Promise("1.1")
    @OnEveryProvider
    void each_thread_can_have_its_loop(Provider provider) throws Throwable {
        for (int i = 0; i < 3; i++) {
            Nop done = onThread(Thread.ofPlatform(), () -> {
                try (IoLoop loop = IoLoop.open(provider, Options.defaults())) {
                    Nop nop = new Nop(loop, ignored -> {});
                    nop.submit();
                    return Bounded.complete(loop, nop);
                }
            });
            assertNull(done.error());
        }
    }

    /** The result of work done on a thread of its own; what it threw, if it did. */
    private static <T> T onThread(Thread.Builder builder, ThrowingSupplier<T> work) throws Throwable {
        AtomicReference<T> result = new AtomicReference<>();
        AtomicReference<Throwable> thrown = new AtomicReference<>();
        Thread thread = builder.name("#intruder").start(() -> {
            try {
                result.set(work.get());
            } catch (Throwable e) {
                thrown.set(e);
            }
        });
        assertTrue(thread.join(Duration.ofNanos(Bounded.limit(20_000_000_000L))), "still running");
        if (thrown.get() != null) {
            throw thrown.get();
        }
        return result.get();
    }
}
