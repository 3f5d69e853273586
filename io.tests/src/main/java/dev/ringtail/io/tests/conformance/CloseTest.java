// SPDX-License-Identifier: Apache-2.0

package dev.ringtail.io.tests.conformance;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertNull;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.ringtail.io.Accept;
import dev.ringtail.io.AcceptError;
import dev.ringtail.io.Callback;
import dev.ringtail.io.Cancel;
import dev.ringtail.io.Close;
import dev.ringtail.io.CloseError;
import dev.ringtail.io.Completion;
import dev.ringtail.io.Files;
import dev.ringtail.io.IoLoop;
import dev.ringtail.io.Read;
import dev.ringtail.io.ReadError;
import dev.ringtail.io.Recv;
import dev.ringtail.io.RecvError;
import dev.ringtail.io.Sockets;
import dev.ringtail.io.SystemCallException;
import dev.ringtail.io.Write;
import dev.ringtail.io.WriteError;
import java.io.IOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.io.TempDir;

final class CloseTest {
    private static Close close(IoLoop loop) {
        return new Close(loop, done -> {});
    }

    private static Recv recv(IoLoop loop) {
        return new Recv(loop, done -> {});
    }

    @Promise("3.10")
    @OnEveryProvider
    void a_closed_descriptor_is_gone(IoLoop loop) throws IOException {
        Sockets.Pair pair = loop.sockets().openPair();
        Close close = close(loop);
        close.submit(pair.first());
        assertNull(Bounded.complete(loop, close).error());
        close.submit(pair.first());
        Failure.assertFails(loop, close, CloseError.FILE_DESCRIPTOR_INVALID, "EBADF");
        loop.sockets().close(pair.second());
    }

    @Promise("3.10")
    @OnEveryProvider
    void what_is_pending_ends_before_the_close(IoLoop loop) throws SystemCallException {
        try (Descriptors open = new Descriptors(loop)) {
            List<Completion> order = new ArrayList<>();
            int fd = open.release(open.pair().first());
            Recv first = new Recv(loop, order::add);
            Recv second = new Recv(loop, order::add);
            Close close = new Close(loop, order::add);
            first.submit(fd, Bytes.empty(loop, 8));
            second.submit(fd, Bytes.empty(loop, 8));
            loop.tick();
            close.submit(fd);
            assertNull(Bounded.complete(loop, close).error());
            assertEquals(RecvError.CANCELED, first.error());
            assertEquals(RecvError.CANCELED, second.error());
            assertEquals(3, order.size());
            assertEquals(close, order.getLast());
        }
    }

    @Promise("3.10")
    @OnEveryProvider
    void what_is_pending_but_not_yet_with_the_kernel_ends_too(IoLoop loop) throws SystemCallException {
        try (Descriptors open = new Descriptors(loop)) {
            int fd = open.release(open.pair().first());
            Recv recv = recv(loop);
            Close close = close(loop);
            recv.submit(fd, Bytes.empty(loop, 8));
            close.submit(fd);
            assertNull(Bounded.complete(loop, close).error());
            assertEquals(RecvError.CANCELED, recv.error());
        }
    }

    @Promise("3.10")
    @OnEveryProvider
    void a_result_that_came_first_is_delivered(IoLoop loop) throws SystemCallException {
        try (Descriptors open = new Descriptors(loop)) {
            Sockets.Pair pair = open.pair();
            Bytes.send(loop, pair.second(), "early");
            Recv recv = recv(loop);
            Close close = close(loop);
            recv.submit(pair.first(), Bytes.empty(loop, 8));
            close.submit(open.release(pair.first()));
            assertNull(Bounded.complete(loop, close).error());
            assertNull(recv.error());
            assertEquals("early", Bytes.text(recv.buffer(), recv.bytes()));
        }
    }

    @Promise("3.10")
    @OnEveryProvider
    void a_pending_accept_ends(IoLoop loop) throws SystemCallException {
        try (Descriptors open = new Descriptors(loop)) {
            int listenFd = open.listening();
            Accept accept = new Accept(loop, done -> {});
            accept.submit(listenFd);
            loop.tick();
            open.closeOnLoop(listenFd);
            Failure.assertFails(loop, accept, AcceptError.CANCELED, "ECANCELED");
        }
    }

    @Promise("3.10")
    @OnEveryProvider
    void a_pending_read_of_a_pipe_ends(IoLoop loop) throws SystemCallException {
        try (Descriptors open = new Descriptors(loop)) {
            int readFd = open.pipe().readFd();
            Read read = new Read(loop, done -> {});
            read.submit(readFd, Bytes.empty(loop, 8), -1);
            loop.tick();
            open.closeOnLoop(readFd);
            Failure.assertFails(loop, read, ReadError.CANCELED, "ECANCELED");
        }
    }

    @Promise("3.10")
    @OnEveryProvider
    void a_pending_write_to_a_full_pipe_ends(IoLoop loop) throws SystemCallException {
        try (Descriptors open = new Descriptors(loop)) {
            int writeFd = open.pipe().writeFd();
            Write write = Congestion.write(loop, writeFd);
            open.closeOnLoop(writeFd);
            Failure.assertFails(loop, write, WriteError.CANCELED, "ECANCELED");
        }
    }

    @Promise("3.10")
    @OnEveryProvider
    void nothing_crosses_over_to_a_later_socket_with_the_same_number(IoLoop loop) throws SystemCallException {
        try (Descriptors open = new Descriptors(loop)) {
            Sockets.Pair pair = open.pair();
            int[] count = {0};
            Recv old = new Recv(loop, done -> count[0]++);
            old.submit(pair.first(), Bytes.of(loop, "untouched"));
            loop.tick();
            open.closeOnLoop(pair.first());
            Sockets.Pair later = open.pair();
            assertEquals(pair.first(), later.first(), "the kernel gives the lowest number that is free");
            Bytes.assertConnected(loop, later.first(), later.second());
            assertEquals("untouched", Bytes.text(old.buffer(), 9));
            assertEquals(1, count[0]);
        }
    }

    @Promise("3.10")
    @OnEveryProvider
    void nothing_crosses_over_to_a_later_pipe_with_the_same_number(IoLoop loop) throws SystemCallException {
        try (Descriptors open = new Descriptors(loop)) {
            int readFd = open.pipe().readFd();
            Read old = new Read(loop, done -> {});
            old.submit(readFd, Bytes.of(loop, "untouched"), -1);
            loop.tick();
            open.closeOnLoop(readFd);
            Files.Pipe later = open.pipe();
            assertEquals(readFd, later.readFd());
            Write write = new Write(loop, done -> {});
            write.submit(later.writeFd(), Bytes.of(loop, "new"), -1);
            Bounded.complete(loop, write);
            assertEquals("untouched", Bytes.text(old.buffer(), 9));
            Read read = new Read(loop, done -> {});
            read.submit(readFd, Bytes.empty(loop, 8), -1);
            assertEquals(3, Bounded.complete(loop, read).bytes());
        }
    }

    @Promise("3.10")
    @OnEveryProvider
    void nothing_crosses_over_to_a_later_listener_with_the_same_number(IoLoop loop) throws SystemCallException {
        try (Descriptors open = new Descriptors(loop)) {
            int listenFd = open.listening();
            int[] count = {0};
            Accept old = new Accept(loop, done -> count[0]++);
            old.submit(listenFd);
            loop.tick();
            open.closeOnLoop(listenFd);
            int later = open.listening();
            assertEquals(listenFd, later);
            open.connection(later, open.stream(dev.ringtail.io.Family.INET));
            assertEquals(AcceptError.CANCELED, old.error());
            assertEquals(1, count[0]);
        }
    }

    @Promise("3.10")
    @OnEveryProvider
    void what_is_submitted_while_a_close_waits_finds_the_descriptor_closed(IoLoop loop) throws SystemCallException {
        try (Descriptors open = new Descriptors(loop)) {
            int fd = open.release(open.pair().first());
            Recv pending = recv(loop);
            Recv late = recv(loop);
            Close close = close(loop);
            pending.submit(fd, Bytes.empty(loop, 8));
            loop.tick();
            close.submit(fd);
            late.submit(fd, Bytes.empty(loop, 8));
            Failure.assertFails(loop, late, RecvError.FILE_DESCRIPTOR_INVALID, "EBADF");
            assertNull(Bounded.complete(loop, close).error());
            assertEquals(RecvError.CANCELED, pending.error());
        }
    }

    @Promise("3.10")
    @OnEveryProvider
    void of_two_closes_of_one_descriptor_one_succeeds(IoLoop loop) throws SystemCallException {
        try (Descriptors open = new Descriptors(loop)) {
            int fd = open.release(open.pair().first());
            Close first = close(loop);
            Close second = close(loop);
            Recv recv = recv(loop);
            recv.submit(fd, Bytes.empty(loop, 8));
            loop.tick();
            first.submit(fd);
            second.submit(fd);
            Bounded.complete(loop, first);
            Bounded.complete(loop, second);
            assertTrue(
                    (first.error() == null && second.error() == CloseError.FILE_DESCRIPTOR_INVALID)
                            || (second.error() == null && first.error() == CloseError.FILE_DESCRIPTOR_INVALID),
                    () -> first.error() + ", " + second.error());
        }
    }

    @Promise("3.10")
    @OnEveryProvider
    void with_nothing_pending_it_costs_one_entry(IoLoop loop) throws SystemCallException {
        Files.Pipe pipe = loop.files().openPipe();
        int fd = pipe.readFd();
        Close close = close(loop);
        loop.tick();
        long before = loop.statistics().kernelEntries();
        close.submit(fd);
        loop.tick();
        long entries = loop.statistics().kernelEntries() - before;
        assertNull(Bounded.complete(loop, close).error());
        loop.files().close(pipe.writeFd());
        // To close, and under a provider that waits apart from that, to look what is complete.
        assertTrue(entries <= 2, () -> entries + " kernel entries");
    }

    @Promise("3.10")
    @OnEveryProvider
    void a_callback_may_close_the_descriptor_it_was_about(IoLoop loop) throws SystemCallException {
        try (Descriptors open = new Descriptors(loop)) {
            Sockets.Pair pair = open.pair();
            boolean[] isClosed = {false};
            Close close = new Close(loop, done -> isClosed[0] = true);
            Callback<Recv> onRecv = done -> {
                if (done.error() == null) {
                    close.submit(open.release(done.fd()));
                }
            };
            Recv one = new Recv(loop, onRecv);
            Recv other = new Recv(loop, onRecv);
            one.submit(pair.first(), Bytes.empty(loop, 1));
            other.submit(pair.first(), Bytes.empty(loop, 1));
            loop.tick();
            Bytes.send(loop, pair.second(), "x");
            Bounded.until(loop, "closed", () -> isClosed[0]);
            assertNull(close.error());
            assertFalse(one.isInFlight() || other.isInFlight());
        }
    }

    @Promise("3.10")
    @OnEveryProvider
    void a_file_descriptor_closed_behind_the_loops_back_does_no_harm(IoLoop loop) throws SystemCallException {
        int[] count = {0};
        Sockets.Pair pair = loop.sockets().openPair();
        Files.Pipe pipe = loop.files().openPipe();
        Recv recv = new Recv(loop, done -> count[0]++);
        Read read = new Read(loop, done -> count[0]++);
        recv.submit(pair.first(), Bytes.empty(loop, 8));
        read.submit(pipe.readFd(), Bytes.empty(loop, 8), -1);
        loop.tick();
        loop.sockets().close(pair.first());
        loop.files().close(pipe.readFd());
        loop.tick();
        loop.sockets().close(pair.second());
        loop.files().close(pipe.writeFd());
        loop.close();
        assertEquals(2, count[0]);
    }

    @Promise("3.10")
    @OnEveryProvider
    void a_number_reused_behind_the_loops_back_still_serves_its_new_owner(IoLoop loop) throws SystemCallException {
        try (Descriptors open = new Descriptors(loop)) {
            Sockets.Pair pair = open.pair();
            Recv old = recv(loop);
            old.submit(pair.first(), Bytes.of(loop, "untouched"));
            loop.tick();
            open.close(pair.first());
            Sockets.Pair later = open.pair();
            assertEquals(pair.first(), later.first());
            Recv recv = recv(loop);
            recv.submit(later.first(), Bytes.empty(loop, 8));
            loop.tick();
            Bytes.send(loop, later.second(), "new");
            assertEquals(3, Bounded.complete(loop, recv).bytes());
            assertEquals("untouched", Bytes.text(old.buffer(), 9));
            Cancel cancel = new Cancel(loop, done -> {});
            cancel.submit(old);
            Bounded.complete(loop, cancel);
            assertFalse(old.isInFlight());
        }
    }

    @Promise("3.9")
    @OnEveryProvider
    void a_negative_descriptor_is_refused(IoLoop loop) {
        Close close = close(loop);
        Failure.assertRefused("fd: -2", close, () -> close.submit(-2));
    }

    @Promise({"3.1", "3.9"})
    @Provokes("close EBADF")
    @OnEveryProvider
    void a_descriptor_that_is_not_open(IoLoop loop) {
        Close close = close(loop);
        close.submit(Descriptors.NOT_OPEN);
        Failure.assertFails(loop, close, CloseError.FILE_DESCRIPTOR_INVALID, "EBADF");
    }

    @Promise({"3.1", "3.8"})
    @Provokes("close ECANCELED")
    @OnEveryProvider
    void a_close_that_is_cancelled_in_time_leaves_the_descriptor_open(IoLoop loop, @TempDir Path folder)
            throws SystemCallException {
        try (Descriptors open = new Descriptors(loop)) {
            int fd = open.file(folder.resolve("file"));
            Close close = close(loop);
            Cancel cancel = new Cancel(loop, done -> {});
            close.submit(fd);
            cancel.submit(close);
            Failure.assertFails(loop, close, CloseError.CANCELED, "ECANCELED");
            Write write = new Write(loop, done -> {});
            write.submit(fd, Bytes.of(loop, "still open"), 0);
            assertNull(Bounded.complete(loop, write).error());
        }
    }
}
