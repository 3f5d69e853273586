// SPDX-License-Identifier: Apache-2.0

package dev.ringtail.io.tests.epoll;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertNull;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.ringtail.io.Cancel;
import dev.ringtail.io.Close;
import dev.ringtail.io.Read;
import dev.ringtail.io.Recv;
import dev.ringtail.io.RecvError;
import dev.ringtail.io.Send;
import dev.ringtail.io.SocketOption;
import dev.ringtail.io.Sockets.Pair;
import dev.ringtail.io.SystemCallException;
import dev.ringtail.io.linux.Linux;
import dev.ringtail.io.tests.conformance.Bounded;
import dev.ringtail.io.tests.conformance.Descriptors;
import java.lang.foreign.MemorySegment;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;

final class ReadinessTest extends OnEpoll {
    private static final int F_DUPFD = 0;
    private static final int F_DUPFD_CLOEXEC = 1030;

    private final Linux linux = new Linux();

    @Test
    void several_receives_on_one_socket_are_served_in_the_order_of_submission() throws SystemCallException {
        Pair pair = loop.sockets().openPair();
        List<Integer> order = new ArrayList<>();
        List<Recv> recvs = new ArrayList<>();
        for (int i = 0; i < 5; i++) {
            int number = i;
            Recv recv = new Recv(loop, done -> order.add(number));
            recv.submit(pair.first(), loop.arena().allocate(1));
            recvs.add(recv);
        }
        loop.tick();
        assertTrue(order.isEmpty());
        new Send(loop, done -> {}).submit(pair.second(), bytes(10, 11, 12));
        Bounded.until(loop, "three received", () -> order.size() == 3);
        assertEquals(List.of(0, 1, 2), order);
        assertEquals(12, first(recvs.get(2).buffer()));
        new Send(loop, done -> {}).submit(pair.second(), bytes(13, 14));
        Bounded.until(loop, "all received", () -> order.size() == 5);
        assertEquals(List.of(0, 1, 2, 3, 4), order);
        closeBoth(pair);
    }

    @Test
    void a_full_write_side_does_not_hold_up_the_read_side() throws SystemCallException {
        Pair pair = loop.sockets().openPair();
        MemorySegment much = loop.arena().allocate(1 << 20);
        Send first = new Send(loop, done -> {});
        first.submit(pair.first(), much);
        Bounded.complete(loop, first);
        Send blocked = new Send(loop, done -> {});
        blocked.submit(pair.first(), much);
        Recv recv = new Recv(loop, done -> {});
        recv.submit(pair.first(), loop.arena().allocate(8));
        new Send(loop, done -> {}).submit(pair.second(), bytes(7));
        Bounded.complete(loop, recv);
        assertEquals(7, first(recv.buffer()));
        assertTrue(blocked.isInFlight());
        Recv drain = new Recv(loop, done -> {});
        long left = first.bytes();
        while (left > 0) {
            drain.submit(pair.second(), much);
            left -= Bounded.complete(loop, drain).bytes();
        }
        assertNull(Bounded.complete(loop, blocked).error());
        closeBoth(pair);
    }

    @Test
    void a_canceled_receive_leaves_the_others_in_the_queue() throws SystemCallException {
        Pair pair = loop.sockets().openPair();
        Recv[] recvs = new Recv[3];
        for (int i = 0; i < recvs.length; i++) {
            recvs[i] = new Recv(loop, done -> {});
            recvs[i].submit(pair.first(), loop.arena().allocate(1));
        }
        loop.tick();
        Cancel cancel = new Cancel(loop, done -> {});
        cancel.submit(recvs[1]);
        Bounded.complete(loop, cancel);
        assertEquals(RecvError.CANCELED, recvs[1].error());
        new Send(loop, done -> {}).submit(pair.second(), bytes(1, 2));
        Bounded.complete(loop, recvs[2]);
        assertEquals(1, first(recvs[0].buffer()));
        assertEquals(2, first(recvs[2].buffer()));
        closeBoth(pair);
    }

    @Test
    void a_hang_up_wakes_both_sides() throws SystemCallException {
        Pair pair = loop.sockets().openPair();
        MemorySegment much = loop.arena().allocate(1 << 20);
        Send first = new Send(loop, done -> {});
        first.submit(pair.first(), much);
        Bounded.complete(loop, first);
        Send blocked = new Send(loop, done -> {});
        blocked.submit(pair.first(), much);
        Recv recv = new Recv(loop, done -> {});
        recv.submit(pair.first(), loop.arena().allocate(8));
        loop.tick();
        assertTrue(recv.isInFlight());
        loop.sockets().close(pair.second());
        Bounded.complete(loop, recv);
        Bounded.complete(loop, blocked);
        assertEquals(0, recv.errno() == 0 ? recv.bytes() : 0);
        loop.sockets().close(pair.first());
    }

    @Test
    void duplicates_of_a_descriptor_are_waited_on_independently() throws SystemCallException {
        Pair pair = loop.sockets().openPair();
        int duplicate = linux.fcntl(pair.first(), F_DUPFD_CLOEXEC, 0);
        Recv one = new Recv(loop, done -> {});
        Recv two = new Recv(loop, done -> {});
        one.submit(pair.first(), loop.arena().allocate(1));
        two.submit(duplicate, loop.arena().allocate(1));
        loop.tick();
        Send send = new Send(loop, done -> {});
        send.submit(pair.second(), bytes(1, 2));
        Bounded.complete(loop, one);
        Bounded.complete(loop, two);
        assertEquals(3, first(one.buffer()) + first(two.buffer()));
        loop.sockets().close(duplicate);
        closeBoth(pair);
    }

    @Test
    void a_number_that_was_closed_and_reused_is_waited_on_anew() throws SystemCallException {
        for (int i = 0; i < 20; i++) {
            Pair pair = loop.sockets().openPair();
            assertEchoes(pair);
            // In turns: by the loop's own call, and behind its back with nothing pending.
            if (i % 2 == 0) {
                closeBoth(pair);
            } else {
                linux.close(pair.first());
                linux.close(pair.second());
            }
        }
    }

    @Test
    void a_number_that_was_closed_behind_the_loops_back_is_new_as_soon_as_the_loop_opens_it()
            throws SystemCallException {
        Pair busy = loop.sockets().openPair();
        Pair old = loop.sockets().openPair();
        assertEchoes(busy);
        assertEchoes(old);
        linux.close(old.first());
        linux.close(old.second());
        Pair fresh = loop.sockets().openPair();
        assertEquals(old, fresh);
        Recv recv = new Recv(loop, done -> {});
        recv.submit(fresh.first(), loop.arena().allocate(8));
        loop.sockets().sendNow(fresh.second(), bytes(1), 0, 1);
        Recv other = new Recv(loop, done -> {
            if (done.error() == null) {
                done.submit(busy.first(), done.buffer());
            }
        });
        other.submit(busy.first(), loop.arena().allocate(8));
        // Never a wait without events: else the loop would use it to find out.
        for (int i = 0; i < 4; i++) {
            loop.sockets().sendNow(busy.second(), bytes(2), 0, 1);
            loop.tick();
        }
        assertFalse(recv.isInFlight(), "it waits for events of the file that is gone");
        loop.close();
        for (int fd : new int[] {busy.first(), busy.second(), fresh.first(), fresh.second()}) {
            linux.close(fd);
        }
    }

    @Test
    void a_number_that_was_replaced_behind_the_loops_back_is_waited_on_anew() throws SystemCallException {
        Pair old = loop.sockets().openPair();
        assertEchoes(old);
        Recv stale = new Recv(loop, done -> {});
        stale.submit(old.first(), loop.arena().allocate(8));
        loop.tick();
        linux.close(old.first());
        Pair fresh = pairAt(old.first());
        assertEchoes(fresh);
        assertTrue(stale.isInFlight(), "it was the old file's, and the new one's bytes aren't for it");
        loop.close();
        assertEquals(RecvError.CANCELED, stale.error());
        linux.close(old.second());
        linux.close(fresh.first());
        linux.close(fresh.second());
    }

    @Test
    void a_registration_that_outlives_its_number_does_not_keep_the_loop_busy() throws SystemCallException {
        Pair old = loop.sockets().openPair();
        assertEchoes(old);
        Recv recv = new Recv(loop, done -> {});
        recv.submit(old.first(), loop.arena().allocate(8));
        loop.tick();
        // The file lives on under the duplicate's number, and so does its registration under the number that is closed.
        int duplicate = linux.fcntl(old.first(), F_DUPFD_CLOEXEC, 100);
        linux.close(old.first());
        Pair fresh = pairAt(old.first());
        assertEchoes(fresh);
        Send send = new Send(loop, done -> {});
        send.submit(old.second(), bytes(1));
        Bounded.complete(loop, send);
        long before = loop.statistics().kernelEntries();
        loop.runFor(50_000_000);
        long entries = loop.statistics().kernelEntries() - before;
        assertTrue(entries < 100, "system calls in 50 ms of nothing to do: " + entries);
        assertEchoes(fresh);
        linux.close(duplicate);
        linux.close(old.second());
        linux.close(fresh.first());
        linux.close(fresh.second());
    }

    @Test
    void what_waits_on_a_number_that_is_gone_ends_when_the_loop_begins_anew_with_another_epoll_instance()
            throws SystemCallException {
        Pair gone = pairAt(200);
        Recv recv = new Recv(loop, done -> {});
        recv.submit(gone.first(), loop.arena().allocate(8));
        Pair old = loop.sockets().openPair();
        Recv stale = new Recv(loop, done -> {});
        stale.submit(old.first(), loop.arena().allocate(8));
        loop.tick();
        linux.close(gone.first());
        // Events of a file that has lost its number and is not gone: the loop is rid of them by a new instance alone.
        int duplicate = linux.fcntl(old.first(), F_DUPFD_CLOEXEC, 100);
        linux.close(old.first());
        Pair fresh = pairAt(old.first());
        assertEchoes(fresh);
        new Send(loop, done -> {}).submit(old.second(), bytes(1));
        assertEquals(
                RecvError.FILE_DESCRIPTOR_INVALID, Bounded.complete(loop, recv).error());
        assertEchoes(fresh);
        linux.close(duplicate);
        linux.close(old.second());
        linux.close(gone.second());
        closeBoth(fresh);
    }

    @Test
    void closing_a_socket_that_lingers_does_not_hold_up_the_loop() throws SystemCallException {
        try (Descriptors open = new Descriptors(loop)) {
            Descriptors.Connection connection = open.tcp();
            Send send = new Send(loop, done -> {});
            Bounded.until(loop, "neither side takes more", () -> {
                if (!send.isInFlight()) {
                    send.submit(connection.clientFd(), loop.arena().allocate(1 << 20));
                    loop.runFor(5_000_000);
                }
                return send.isInFlight();
            });
            loop.sockets().setOption(connection.clientFd(), SocketOption.LINGER_SECONDS, 60);
            Close close = new Close(loop, done -> {});
            close.submit(open.release(connection.clientFd()));
            loop.runFor(50_000_000);
            assertTrue(close.isInFlight(), "what was sent isn't acknowledged");
            // That resets the connection, as the peer never received what was sent.
            open.close(connection.serverFd());
            assertNull(Bounded.complete(loop, close).error());
        }
    }

    @Test
    void a_descriptor_closed_while_something_waits_on_it_does_not_hang_the_close_of_the_loop()
            throws SystemCallException {
        Pair pair = loop.sockets().openPair();
        Recv recv = new Recv(loop, done -> {});
        recv.submit(pair.first(), loop.arena().allocate(8));
        Read read = new Read(loop, done -> {});
        read.submit(pair.first(), loop.arena().allocate(8), -1);
        loop.tick();
        linux.close(pair.first());
        loop.tick();
        loop.close();
        assertEquals(RecvError.CANCELED, recv.error());
        assertFalse(read.isInFlight());
        linux.close(pair.second());
    }

    /** A pair whose first socket has a certain number, which is free. */
    private Pair pairAt(int fd) throws SystemCallException {
        Pair pair = loop.sockets().openPair();
        if (pair.first() == fd) {
            return pair;
        }
        int moved = linux.fcntl(pair.first(), F_DUPFD, fd);
        assertEquals(fd, moved);
        linux.close(pair.first());
        return new Pair(fd, pair.second());
    }

    private void assertEchoes(Pair pair) {
        Recv recv = new Recv(loop, done -> {});
        Send send = new Send(loop, done -> {});
        MemorySegment buffer = loop.arena().allocate(8);
        for (int i = 1; i <= 3; i++) {
            recv.submit(pair.first(), buffer);
            loop.tick();
            assertTrue(recv.isInFlight());
            send.submit(pair.second(), bytes(i));
            assertNull(Bounded.complete(loop, recv).error());
            assertEquals(i, first(buffer));
            Bounded.complete(loop, send);
        }
    }

    private void closeBoth(Pair pair) throws SystemCallException {
        loop.sockets().close(pair.first());
        loop.sockets().close(pair.second());
    }
}
