// SPDX-License-Identifier: Apache-2.0

package dev.ringtail.io.tests.conformance;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertNull;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.ringtail.io.Cancel;
import dev.ringtail.io.CancelError;
import dev.ringtail.io.Completion;
import dev.ringtail.io.Event;
import dev.ringtail.io.IoLoop;
import dev.ringtail.io.NextTick;
import dev.ringtail.io.Nop;
import dev.ringtail.io.NopError;
import dev.ringtail.io.Options;
import dev.ringtail.io.ReadError;
import dev.ringtail.io.Recv;
import dev.ringtail.io.RecvError;
import dev.ringtail.io.Send;
import dev.ringtail.io.SendError;
import dev.ringtail.io.Sockets;
import dev.ringtail.io.SystemCallException;
import dev.ringtail.io.Timeout;
import dev.ringtail.io.spi.Provider;
import java.io.IOException;
import java.util.ArrayList;
import java.util.List;

/** What all targets have in common; the tests of each operation cancel that operation. */
final class CancelTest {
    private static Cancel cancel(IoLoop loop) {
        return new Cancel(loop, done -> {});
    }

    @Promise("3.8")
    @OnEveryProvider
    void the_canceller_completes_after_its_target(IoLoop loop) throws SystemCallException {
        try (Descriptors open = new Descriptors(loop)) {
            List<Completion> order = new ArrayList<>();
            Recv recv = new Recv(loop, order::add);
            Cancel cancel = new Cancel(loop, order::add);
            recv.submit(open.pair().first(), Bytes.empty(loop, 8));
            loop.tick();
            cancel.submit(recv);
            Bounded.complete(loop, cancel);
            assertEquals(List.of(recv, cancel), order);
            assertTrue(cancel.targetCanceled());
            assertEquals(recv, cancel.target());
        }
    }

    @Promise("3.8")
    @OnEveryProvider
    void a_target_that_never_reached_the_kernel(IoLoop loop) throws SystemCallException {
        try (Descriptors open = new Descriptors(loop)) {
            Sockets.Pair pair = open.pair();
            Send send = new Send(loop, done -> {});
            Cancel cancel = cancel(loop);
            send.submit(pair.first(), Bytes.of(loop, "never"));
            cancel.submit(send);
            Failure.assertFails(loop, send, SendError.CANCELED, "ECANCELED");
            assertTrue(Bounded.complete(loop, cancel).targetCanceled());
            Bytes.send(loop, pair.first(), "sent");
            assertEquals("sent", Bytes.recv(loop, pair.second()));
        }
    }

    @Promise("3.8")
    @Provokes("nop ECANCELED")
    @OnEveryProvider
    void a_nop_in_time(IoLoop loop) {
        Nop nop = new Nop(loop, done -> {});
        nop.submit();
        cancel(loop).submit(nop);
        Failure.assertFails(loop, nop, NopError.CANCELED, "ECANCELED");
    }

    @Promise("3.8")
    @OnEveryProvider
    void a_target_whose_result_came_first(IoLoop loop) throws SystemCallException {
        try (Descriptors open = new Descriptors(loop)) {
            Sockets.Pair pair = open.pair();
            Bytes.send(loop, pair.second(), "early");
            Cancel cancel = cancel(loop);
            Recv recv = new Recv(loop, done -> {});
            // Its callback runs before that of the recv, in the same pass: the result is there, and is not taken back.
            NextTick before = new NextTick(loop, done -> {
                if (recv.isInFlight()) {
                    cancel.submit(recv);
                }
            });
            recv.submit(pair.first(), Bytes.empty(loop, 8));
            before.submit();
            Bounded.complete(loop, recv);
            assertEquals(5, recv.bytes());
            Bounded.complete(loop, cancel);
            assertFalse(cancel.targetCanceled());
        }
    }

    @Promise("3.8")
    @Provokes("cancel ENOENT")
    @OnEveryProvider
    void a_target_that_has_completed_or_was_never_submitted(IoLoop loop) {
        Nop nop = new Nop(loop, done -> {});
        Cancel cancel = cancel(loop);
        cancel.submit(nop);
        Failure.assertFails(loop, cancel, CancelError.NOT_FOUND, "ENOENT");
        nop.submit();
        Bounded.complete(loop, nop);
        cancel.submit(nop);
        Failure.assertFails(loop, cancel, CancelError.NOT_FOUND, "ENOENT");
        assertThrows(IllegalStateException.class, cancel::targetCanceled);
    }

    @Promise("3.8")
    @OnEveryProvider
    void several_cancellers_of_one_target_all_learn_its_fate(IoLoop loop) throws SystemCallException {
        try (Descriptors open = new Descriptors(loop)) {
            Recv recv = new Recv(loop, done -> {});
            recv.submit(open.pair().first(), Bytes.empty(loop, 8));
            loop.tick();
            List<Cancel> cancels = new ArrayList<>();
            for (int i = 0; i < 3; i++) {
                Cancel cancel = cancel(loop);
                cancel.submit(recv);
                cancels.add(cancel);
            }
            for (Cancel cancel : cancels) {
                assertTrue(Bounded.complete(loop, cancel).targetCanceled());
            }
            assertEquals(RecvError.CANCELED, recv.error());
        }
    }

    @Promise("3.8")
    @OnEveryProvider
    void a_cancelled_completion_can_be_submitted_again(IoLoop loop) throws SystemCallException {
        try (Descriptors open = new Descriptors(loop)) {
            Sockets.Pair pair = open.pair();
            Recv recv = new Recv(loop, done -> {});
            Cancel cancel = cancel(loop);
            for (int i = 0; i < 20; i++) {
                recv.submit(pair.first(), Bytes.empty(loop, 8));
                loop.tick();
                cancel.submit(recv);
                Bounded.complete(loop, cancel);
                assertEquals(RecvError.CANCELED, recv.error());
            }
            recv.submit(pair.first(), Bytes.empty(loop, 8));
            Bytes.send(loop, pair.second(), "at last");
            assertEquals(
                    "at last",
                    Bytes.text(recv.buffer(), Bounded.complete(loop, recv).bytes()));
        }
    }

    @Promise("3.8")
    @OnEveryProvider
    void from_the_targets_own_callback_there_is_nothing_to_cancel(IoLoop loop) {
        Cancel cancel = cancel(loop);
        Nop nop = new Nop(loop, cancel::submit);
        nop.submit();
        Bounded.complete(loop, nop);
        Failure.assertFails(loop, cancel, CancelError.NOT_FOUND, "ENOENT");
    }

    @Promise("3.8")
    @OnEveryProvider
    void an_event_that_is_listening(IoLoop loop) throws SystemCallException {
        try (Event event = new Event(loop, () -> {})) {
            event.listen();
            loop.tick();
            Cancel cancel = cancel(loop);
            cancel.submit(event.listening());
            assertTrue(Bounded.complete(loop, cancel).targetCanceled());
            assertEquals(ReadError.CANCELED, event.error());
        }
        loop.tick();
    }

    @Promise("3.8")
    @OnEveryProvider
    void a_canceller_can_itself_be_waited_for(IoLoop loop) throws SystemCallException {
        try (Descriptors open = new Descriptors(loop)) {
            Recv recv = new Recv(loop, done -> {});
            recv.submit(open.pair().first(), Bytes.empty(loop, 8));
            loop.tick();
            Cancel first = cancel(loop);
            Cancel second = cancel(loop);
            first.submit(recv);
            second.submit(first);
            Bounded.complete(loop, second);
            assertFalse(first.isInFlight());
            assertTrue(first.targetCanceled());
            assertFalse(second.targetCanceled(), "a cancel has no CANCELED to end with");
        }
    }

    /** A thousand races: data arrives while the cancellation is under way; exactly one of both wins, and nothing is lost. */
    @Promise("3.8")
    @OnEveryProvider
    void whoever_wins_the_race_no_byte_is_lost(IoLoop loop) throws SystemCallException {
        try (Descriptors open = new Descriptors(loop)) {
            Sockets.Pair pair = open.pair();
            int[] count = {0, 0};
            Recv recv = new Recv(loop, done -> count[0]++);
            Cancel cancel = new Cancel(loop, done -> count[1]++);
            Send send = new Send(loop, done -> {});
            for (int i = 0; i < 1000; i++) {
                recv.submit(pair.first(), Bytes.empty(loop, 1));
                if (i % 3 == 0) {
                    loop.tick();
                }
                if (i % 2 == 0) {
                    send.submit(pair.second(), Bytes.of(loop, "x"));
                    cancel.submit(recv);
                } else {
                    cancel.submit(recv);
                    send.submit(pair.second(), Bytes.of(loop, "x"));
                }
                Bounded.until(loop, "all are complete", () -> loop.inFlightCount() == 0);
                assertEquals(i + 1, count[1]);
                assertEquals(cancel.targetCanceled(), recv.error() == RecvError.CANCELED);
                if (recv.error() != null) {
                    count[0]--;
                    recv.submit(pair.first(), Bytes.empty(loop, 1));
                    Bounded.complete(loop, recv);
                }
                assertEquals(1, recv.bytes());
                assertEquals(i + 1, count[0]);
            }
        }
    }

    @Promise("3.8")
    @OnEveryProvider
    void hundreds_at_once(IoLoop loop) throws SystemCallException {
        try (Descriptors open = new Descriptors(loop)) {
            int fd = open.pair().first();
            int[] count = {0, 0};
            List<Recv> recvs = new ArrayList<>();
            for (int i = 0; i < 700; i++) {
                Recv recv = new Recv(loop, done -> {
                    assertEquals(RecvError.CANCELED, done.error());
                    count[0]++;
                });
                recv.submit(fd, Bytes.empty(loop, 1));
                recvs.add(recv);
            }
            loop.tick();
            recvs.forEach(recv -> new Cancel(loop, done -> count[1]++).submit(recv));
            Bounded.until(loop, "all are cancelled", () -> count[1] == 700);
            assertEquals(700, count[0]);
        }
    }

    @Promise("3.9")
    @OnEveryProvider
    void wrong_arguments_are_refused(IoLoop loop, Provider provider) throws IOException {
        Cancel cancel = cancel(loop);
        Failure.assertRefused("itself", cancel, () -> cancel.submit(cancel));
        try (IoLoop other = IoLoop.open(provider, Options.defaults())) {
            Timeout foreign = new Timeout(other, done -> {});
            Failure.assertRefused("another loop", cancel, () -> cancel.submit(foreign));
        }
    }

    @Promise("3.9")
    @OnEveryProvider
    @SuppressWarnings("NullAway") // That null is refused is the point.
    void a_null_target_is_refused(IoLoop loop) {
        Cancel cancel = cancel(loop);
        Failure.assertNullRefused("target", () -> cancel.submit(null));
        assertNull(cancel.target());
    }
}
