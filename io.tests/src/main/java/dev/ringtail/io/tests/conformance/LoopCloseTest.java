// SPDX-License-Identifier: Apache-2.0

package dev.ringtail.io.tests.conformance;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertNull;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.ringtail.io.Accept;
import dev.ringtail.io.Cancel;
import dev.ringtail.io.Close;
import dev.ringtail.io.Completion;
import dev.ringtail.io.Event;
import dev.ringtail.io.Files;
import dev.ringtail.io.IoLoop;
import dev.ringtail.io.NextTick;
import dev.ringtail.io.Nop;
import dev.ringtail.io.Options;
import dev.ringtail.io.Read;
import dev.ringtail.io.Recv;
import dev.ringtail.io.Send;
import dev.ringtail.io.Sockets;
import dev.ringtail.io.Timeout;
import dev.ringtail.io.Write;
import dev.ringtail.io.spi.Provider;
import java.io.IOException;
import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.io.TempDir;

/** What {@link IoLoop#close} does. Descriptors belong to a second loop, the keeper, as they outlive the first. */
final class LoopCloseTest {
    private static final long HOUR_NANOS = 3_600_000_000_000L;
    private static final String CANCELED = "CANCELED";

    private static String outcome(Completion completion) {
        return completion.error() == null ? "success" : completion.error().name();
    }

    @Promise({"1.8", "2.2"})
    @OnEveryProvider
    void all_that_waits_ends_once_as_canceled(IoLoop loop, Provider provider) throws IOException {
        try (IoLoop keeper = IoLoop.open(provider, Options.defaults());
                Descriptors open = new Descriptors(keeper)) {
            List<Completion> ended = new ArrayList<>();
            List<Completion> pending = Pending.all(loop, open, ended::add);
            loop.runFor(5_000_000);
            assertTrue(ended.isEmpty(), ended::toString);
            loop.close();
            assertEquals(pending.size(), ended.size());
            assertTrue(ended.containsAll(pending), ended::toString);
            ended.forEach(completion -> assertEquals(CANCELED, outcome(completion), completion::toString));
        }
    }

    @Promise({"1.8", "2.2"})
    @OnEveryProvider
    void all_that_waits_and_was_never_in_a_pass_ends_too(IoLoop loop, Provider provider) throws IOException {
        try (IoLoop keeper = IoLoop.open(provider, Options.defaults());
                Descriptors open = new Descriptors(keeper)) {
            List<Completion> ended = new ArrayList<>();
            List<Completion> pending = Pending.all(loop, open, ended::add);
            loop.close();
            assertEquals(pending.size(), ended.size());
            ended.forEach(completion -> assertEquals(CANCELED, outcome(completion), completion::toString));
        }
    }

    @Promise({"1.8", "2.3"})
    @OnEveryProvider
    void hundreds_that_wait_end_on_a_small_ring(Provider provider) throws IOException {
        try (IoLoop keeper = IoLoop.open(provider, Options.defaults());
                Descriptors open = new Descriptors(keeper)) {
            IoLoop loop = IoLoop.open(provider, Options.defaults().withEntries(2));
            Files.Pipe pipe = open.pipe();
            int[] count = {0};
            for (int i = 0; i < 500; i++) {
                new Read(loop, done -> count[0] += outcome(done).equals(CANCELED) ? 1 : 0)
                        .submit(pipe.readFd(), Bytes.empty(loop, 8), -1);
                new Timeout(loop, done -> count[0] += outcome(done).equals(CANCELED) ? 1 : 0).submit(HOUR_NANOS);
            }
            loop.runFor(1_000_000);
            loop.close();
            assertEquals(1000, count[0]);
        }
    }

    @Promise("1.8")
    @OnEveryProvider
    void file_reads_and_writes_in_flight_end_once_and_their_buffers_live_until_then(
            IoLoop loop, Provider provider, @TempDir Path folder) throws IOException {
        try (IoLoop keeper = IoLoop.open(provider, Options.defaults());
                Descriptors open = new Descriptors(keeper)) {
            int fd = open.file(folder.resolve("file"));
            MemorySegment bytes = Bytes.random(loop, 1 << 20, 1);
            int[] count = {0};
            for (int i = 0; i < 16; i++) {
                new Write(loop, done -> count[0] += done.buffer().scope().isAlive() ? 1 : 0)
                        .submit(fd, bytes, (long) i << 20);
                new Read(loop, done -> count[0] += done.buffer().scope().isAlive() ? 1 : 0)
                        .submit(fd, Bytes.empty(loop, 1 << 20), (long) i << 20);
            }
            loop.tick();
            loop.close();
            assertEquals(32, count[0]);
            assertFalse(bytes.scope().isAlive());
        }
    }

    @Promise("1.8")
    @OnEveryProvider
    void a_result_that_came_first_is_delivered_and_agrees_with_what_happened(IoLoop loop, Provider provider)
            throws IOException {
        try (IoLoop keeper = IoLoop.open(provider, Options.defaults());
                Descriptors open = new Descriptors(keeper)) {
            Sockets.Pair pair = open.pair();
            Send send = new Send(loop, done -> {});
            Recv recv = new Recv(keeper, done -> {});
            recv.submit(pair.second(), Bytes.empty(keeper, 64));
            // Submitted by a callback, a send is with the kernel at the end of the pass, and not reaped yet.
            new NextTick(loop, done -> send.submit(pair.first(), Bytes.of(loop, "first"))).submit();
            loop.tick();
            assertTrue(send.isInFlight());
            loop.close();
            keeper.runFor(10_000_000);
            if (outcome(send).equals("success")) {
                assertEquals(5, send.bytes());
                assertEquals(
                        "first",
                        Bytes.text(recv.buffer(), Bounded.complete(keeper, recv).bytes()));
            } else {
                assertEquals(CANCELED, outcome(send));
                assertTrue(recv.isInFlight());
                Bounded.cancel(keeper, recv);
            }
        }
    }

    @Promise({"1.8", "3.11"})
    @OnEveryProvider
    void an_accept_that_wins_is_delivered_with_its_descriptor(Provider provider) throws IOException {
        try (IoLoop keeper = IoLoop.open(provider, Options.defaults());
                Descriptors open = new Descriptors(keeper)) {
            int listenFd = open.listening();
            for (int i = 0; i < 20; i++) {
                IoLoop loop = IoLoop.open(provider, Options.defaults());
                Accept accept = new Accept(loop, done -> {});
                new NextTick(loop, done -> accept.submit(listenFd)).submit();
                open.connect(
                        open.stream(dev.ringtail.io.Family.INET),
                        keeper.sockets().localAddress(listenFd));
                loop.tick();
                loop.close();
                if (outcome(accept).equals("success")) {
                    open.keep(accept.acceptedFd());
                } else {
                    assertEquals(CANCELED, outcome(accept));
                }
            }
        }
    }

    @Promise("1.8")
    @OnEveryProvider
    void a_queued_close_is_carried_out(IoLoop loop) throws IOException {
        Files.Pipe pipe = loop.files().openPipe();
        Close first = new Close(loop, done -> {});
        Close second = new Close(loop, done -> {});
        first.submit(pipe.readFd());
        second.submit(pipe.writeFd());
        loop.close();
        // That they are gone is what the extension sees.
        assertEquals(List.of("success", "success"), List.of(outcome(first), outcome(second)));
    }

    @Promise({"1.8", "3.10"})
    @OnEveryProvider
    void a_close_that_waits_for_pending_operations_is_carried_out(IoLoop loop) throws IOException {
        Sockets.Pair pair = loop.sockets().openPair();
        List<String> order = new ArrayList<>();
        new Recv(loop, done -> order.add("recv " + outcome(done))).submit(pair.first(), Bytes.empty(loop, 8));
        loop.tick();
        new Close(loop, done -> order.add("close " + outcome(done))).submit(pair.first());
        loop.tick();
        new Close(loop, done -> order.add("other " + outcome(done))).submit(pair.second());
        loop.close();
        assertTrue(order.containsAll(List.of("recv CANCELED", "close success", "other success")), order::toString);
        assertTrue(order.indexOf("recv CANCELED") < order.indexOf("close success"), order::toString);
    }

    @Promise("1.8")
    @OnEveryProvider
    void executed_tasks_run_once_and_later_ones_are_rejected(IoLoop loop) {
        List<String> ran = new ArrayList<>();
        loop.execute(() -> ran.add("before"));
        loop.execute(() -> assertThrows(IllegalStateException.class, () -> loop.execute(() -> ran.add("inside"))));
        loop.execute(() -> ran.add("last"));
        loop.close();
        assertThrows(IllegalStateException.class, () -> loop.execute(() -> ran.add("after")));
        assertThrows(IllegalStateException.class, loop::wakeup);
        assertEquals(List.of("before", "last"), ran);
    }

    @Promise("1.8")
    @OnEveryProvider
    void nothing_can_be_submitted_while_it_runs(IoLoop loop) {
        List<Throwable> refusals = new ArrayList<>();
        new Timeout(loop, done -> {
                    refusals.add(assertThrows(IllegalStateException.class, () -> done.submit(0)));
                    refusals.add(assertThrows(IllegalStateException.class, new Nop(loop, nop -> {})::submit));
                    refusals.add(assertThrows(IllegalStateException.class, loop::tick));
                    loop.close();
                })
                .submit(HOUR_NANOS);
        loop.close();
        assertEquals(3, refusals.size());
        assertTrue(String.valueOf(refusals.get(0).getMessage()).contains("closing"));
    }

    @Promise({"1.8", "2.4"})
    @OnEveryProvider
    void exceptions_do_not_stop_it_the_first_is_thrown_at_the_end(IoLoop loop) {
        List<RuntimeException> thrown = new ArrayList<>();
        for (int i = 0; i < 5; i++) {
            RuntimeException exception = new RuntimeException("number " + i);
            new Timeout(loop, done -> {
                        thrown.add(exception);
                        throw exception;
                    })
                    .submit(HOUR_NANOS);
        }
        RuntimeException first = assertThrows(RuntimeException.class, loop::close);
        assertEquals(5, thrown.size());
        assertEquals(thrown.getFirst(), first);
        assertEquals(thrown.subList(1, 5), List.of(first.getSuppressed()));
        assertThrows(IllegalStateException.class, loop::tick);
    }

    @Promise("1.8")
    @OnEveryProvider
    void from_a_callback_it_takes_effect_at_the_end_of_the_pass(IoLoop loop) {
        List<String> order = new ArrayList<>();
        Timeout pending = new Timeout(loop, done -> order.add("pending " + outcome(done)));
        pending.submit(HOUR_NANOS);
        new NextTick(loop, done -> {
                    loop.close();
                    order.add("closed");
                    new Nop(loop, nop -> order.add("nop " + outcome(nop))).submit();
                })
                .submit();
        new NextTick(loop, done -> order.add("same pass")).submit();
        loop.tick();
        assertEquals(List.of("closed", "same pass"), order.subList(0, 2));
        assertEquals(4, order.size());
        assertTrue(order.contains("pending CANCELED"), order::toString);
        assertThrows(IllegalStateException.class, loop::tick);
    }

    @Promise({"1.8", "2.4"})
    @OnEveryProvider
    void a_callback_that_closes_and_throws_does_both(IoLoop loop) {
        RuntimeException exception = new RuntimeException("after closing");
        new NextTick(loop, done -> {
                    loop.close();
                    throw exception;
                })
                .submit();
        Timeout pending = new Timeout(loop, done -> {});
        pending.submit(HOUR_NANOS);
        assertEquals(exception, assertThrows(RuntimeException.class, () -> loop.runFor(Long.MAX_VALUE)));
        assertEquals(CANCELED, outcome(pending));
        assertThrows(IllegalStateException.class, loop::tick);
    }

    @Promise("1.8")
    @OnEveryProvider
    void cancels_in_flight_end_with_their_targets(IoLoop loop, Provider provider) throws IOException {
        try (IoLoop keeper = IoLoop.open(provider, Options.defaults());
                Descriptors open = new Descriptors(keeper)) {
            List<String> order = new ArrayList<>();
            Read read = new Read(loop, done -> order.add("read " + outcome(done)));
            read.submit(open.pipe().readFd(), Bytes.empty(loop, 8), -1);
            loop.tick();
            new Cancel(loop, done -> order.add("cancel " + done.targetCanceled())).submit(read);
            loop.close();
            assertEquals(List.of("read CANCELED", "cancel true"), order);
        }
    }

    @Promise("1.8")
    @OnEveryProvider
    void an_event_that_listens_ends_and_its_descriptor_closes(IoLoop loop) throws IOException {
        int[] count = {0};
        Event event = new Event(loop, () -> count[0]++);
        event.listen();
        loop.tick();
        loop.close();
        assertEquals(1, count[0]);
        assertEquals(CANCELED, String.valueOf(event.error()));
        event.trigger();
        event.close();
    }

    @Promise("1.8")
    @OnEveryProvider
    void a_second_close_does_nothing(IoLoop loop) {
        loop.close();
        loop.close();
        assertThrows(IllegalStateException.class, loop::tick);
    }

    @Promise("1.8")
    @OnEveryProvider
    void afterwards_every_call_fails(IoLoop loop) throws IOException {
        Arena arena = loop.arena();
        List<PublicCall> calls = PublicCall.all(loop);
        loop.close();
        for (PublicCall call : calls) {
            IllegalStateException refusal = assertThrows(IllegalStateException.class, call::make, call::toString);
            assertTrue(String.valueOf(refusal.getMessage()).contains("closed"), refusal::getMessage);
        }
        assertThrows(IllegalStateException.class, () -> new Event(loop, () -> {}));
        assertThrows(IllegalStateException.class, () -> arena.allocate(1));
    }

    @Promise("1.8")
    @OnEveryProvider
    void it_is_refused_to_another_thread(IoLoop loop) throws InterruptedException {
        Throwable[] refusal = {null};
        Thread thread =
                Thread.ofPlatform().start(() -> refusal[0] = assertThrows(IllegalStateException.class, loop::close));
        thread.join();
        assertTrue(String.valueOf(refusal[0]).contains("belongs to"));
        Nop nop = new Nop(loop, done -> {});
        nop.submit();
        assertNull(Bounded.complete(loop, nop).error());
    }

    @Promise("1.8")
    @OnEveryProvider
    void what_was_still_queued_in_a_full_pipe_is_let_go_of(IoLoop loop, Provider provider) throws IOException {
        try (IoLoop keeper = IoLoop.open(provider, Options.defaults());
                Descriptors open = new Descriptors(keeper)) {
            Files.Pipe pipe = open.pipe();
            List<String> outcomes = new ArrayList<>();
            for (int i = 0; i < 4; i++) {
                new Write(loop, done -> outcomes.add(outcome(done)))
                        .submit(pipe.writeFd(), Bytes.empty(loop, 1 << 20), -1);
            }
            loop.runFor(5_000_000);
            loop.close();
            assertEquals(4, outcomes.size());
        }
    }
}
