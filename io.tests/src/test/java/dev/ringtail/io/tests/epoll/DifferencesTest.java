// SPDX-License-Identifier: Apache-2.0

package dev.ringtail.io.tests.epoll;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertNull;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.ringtail.io.Accept;
import dev.ringtail.io.Address;
import dev.ringtail.io.Cancel;
import dev.ringtail.io.Capability;
import dev.ringtail.io.Close;
import dev.ringtail.io.Connect;
import dev.ringtail.io.Family;
import dev.ringtail.io.IoLoop;
import dev.ringtail.io.OpenFlag;
import dev.ringtail.io.OpenFlags;
import dev.ringtail.io.Openat;
import dev.ringtail.io.OpenatError;
import dev.ringtail.io.Read;
import dev.ringtail.io.Recv;
import dev.ringtail.io.RecvError;
import dev.ringtail.io.Send;
import dev.ringtail.io.SocketOption;
import dev.ringtail.io.Sockets.Pair;
import dev.ringtail.io.linux.Linux;
import dev.ringtail.io.spi.Provider;
import dev.ringtail.io.tests.ChildJvm;
import dev.ringtail.io.tests.conformance.Bounded;
import dev.ringtail.io.tests.conformance.Bytes;
import dev.ringtail.io.tests.conformance.Descriptors;
import dev.ringtail.io.tests.conformance.OnEveryProvider;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Assumptions;
import org.junit.jupiter.api.io.TempDir;

/** Each row of docs/differences.md: what the one provider does, and what the other. */
final class DifferencesTest {
    private static final int F_SETSIG = 10;
    private static final int F_SETLEASE = 1024;
    private static final int F_WRLCK = 1;
    private static final int F_UNLCK = 2;

    /** Ignored by a process that doesn't ask for it; a lease's own signal would end it. */
    private static final int SIGURG = 23;

    private static final long SHORT_NANOS = 20_000_000;

    private final Linux linux = new Linux();

    private static boolean isUring(IoLoop loop) {
        return loop.capabilities().contains(Capability.KERNEL_COMPLETIONS);
    }

    @OnEveryProvider
    void a_read_of_nothing_from_an_empty_fifo_waits_or_is_over_at_once(IoLoop loop, @TempDir Path folder)
            throws Exception {
        Path path = folder.resolve("fifo");
        assertEquals(0, new ProcessBuilder("mkfifo", path.toString()).start().waitFor());
        try (Descriptors open = new Descriptors(loop)) {
            int fd = open.open(path.toString(), OpenFlags.of(OpenFlag.READ, OpenFlag.WRITE));
            Read read = new Read(loop, done -> {});
            read.submit(fd, Bytes.empty(loop, 0), -1);
            loop.runFor(SHORT_NANOS);
            assertEquals(isUring(loop), read.isInFlight());
            if (!isUring(loop)) {
                assertEquals(0, read.bytes());
                return;
            }
            assertEquals(1, linux.write(fd, Bytes.of(loop, "x").address(), 1));
            assertEquals(0, Bounded.complete(loop, read).bytes());
        }
    }

    @OnEveryProvider
    void a_connect_to_a_full_unix_backlog_waits_until_there_is_room(IoLoop loop) throws IOException {
        try (Descriptors open = new Descriptors(loop)) {
            int listenFd = open.listening(Descriptors.abstractName(), 0);
            Address address = loop.sockets().localAddress(listenFd);
            List<Connect> connects = new ArrayList<>();
            for (int i = 0; i < 3; i++) {
                Connect connect = new Connect(loop, done -> {});
                connect.submit(open.stream(Family.UNIX), address);
                connects.add(connect);
            }
            loop.runFor(SHORT_NANOS);
            assertEquals(2, connects.stream().filter(Connect::isInFlight).count(), "the backlog takes one");
            for (int i = 0; i < 3; i++) {
                Accept accept = new Accept(loop, done -> {});
                accept.submit(listenFd);
                open.keep(Bounded.complete(loop, accept).acceptedFd());
            }
            for (Connect connect : connects) {
                assertNull(Bounded.complete(loop, connect).error());
            }
        }
    }

    @OnEveryProvider
    void what_waits_on_a_descriptor_closed_by_others_still_gets_its_data_or_waits_until_cancelled(IoLoop loop)
            throws IOException {
        try (Descriptors open = new Descriptors(loop)) {
            Pair pair = open.pair();
            Recv recv = new Recv(loop, done -> {});
            recv.submit(pair.first(), Bytes.empty(loop, 8));
            loop.tick();
            linux.close(open.release(pair.first()));
            new Send(loop, done -> {}).submit(pair.second(), Bytes.of(loop, "late"));
            loop.runFor(SHORT_NANOS);
            if (isUring(loop)) {
                assertEquals(
                        "late",
                        Bytes.text(recv.buffer(), Bounded.complete(loop, recv).bytes()));
            } else {
                assertTrue(recv.isInFlight());
                assertEquals(RecvError.CANCELED, Bounded.cancel(loop, recv).error());
            }
        }
    }

    @OnEveryProvider
    void an_accept_without_a_descriptor_left_fails_at_once_or_with_the_next_connection(Provider provider)
            throws Exception {
        Assumptions.assumeTrue(Files.isExecutable(Path.of("/usr/bin/prlimit")), "not here: prlimit");
        String out = ChildJvm.of(FullTable.class, provider.name())
                .under("prlimit", "--nofile=128")
                .run()
                .assertExit(0)
                .out();
        String atOnce = provider.name().equals("epoll") ? "waits" : "EMFILE";
        assertEquals("before: errno 0\nwithout a connection: " + atOnce + "\nwith a connection: EMFILE\n", out);
    }

    @OnEveryProvider
    void the_opening_of_a_leased_file_can_be_cancelled_or_must_wait_for_the_lease(IoLoop loop, @TempDir Path folder)
            throws IOException {
        try (Descriptors open = new Descriptors(loop)) {
            Path path = folder.resolve("file");
            int holder = open.file(path);
            assertEquals(0, linux.fcntl(holder, F_SETSIG, SIGURG));
            Assumptions.assumeTrue(linux.fcntl(holder, F_SETLEASE, F_WRLCK) == 0, "not here: no lease to be had");
            Openat openat = new Openat(loop, done -> {});
            openat.submit(path.toString(), OpenFlags.READ, 0);
            loop.runFor(SHORT_NANOS);
            assertTrue(openat.isInFlight());
            Cancel cancel = new Cancel(loop, done -> {});
            cancel.submit(openat);
            if (isUring(loop)) {
                Bounded.complete(loop, cancel);
                assertEquals(OpenatError.CANCELED, openat.error());
                return;
            }
            loop.runFor(SHORT_NANOS);
            assertTrue(openat.isInFlight());
            assertEquals(0, linux.fcntl(holder, F_SETLEASE, F_UNLCK));
            open.keep(Bounded.complete(loop, openat).openedFd());
            assertFalse(Bounded.complete(loop, cancel).targetCanceled());
        }
    }

    @OnEveryProvider
    void the_close_of_a_socket_that_lingers_holds_up_the_loop_or_a_worker(IoLoop loop) throws IOException {
        try (Descriptors open = new Descriptors(loop)) {
            Descriptors.Connection connection = open.tcp();
            Send send = new Send(loop, done -> {});
            Bounded.until(loop, "neither side takes more", () -> {
                if (!send.isInFlight()) {
                    send.submit(connection.clientFd(), Bytes.empty(loop, 1 << 20));
                    loop.runFor(5_000_000);
                }
                return send.isInFlight();
            });
            loop.sockets().setOption(connection.clientFd(), SocketOption.LINGER_SECONDS, 1);
            Close close = new Close(loop, done -> {});
            close.submit(open.release(connection.clientFd()));
            long start = System.nanoTime();
            for (int i = 0; i < 10 && close.isInFlight(); i++) {
                loop.tick();
            }
            boolean isHeldUp = System.nanoTime() - start > 900_000_000;
            assertEquals(isUring(loop), isHeldUp);
            assertEquals(!isUring(loop), close.isInFlight());
            assertNull(Bounded.complete(loop, close).error());
        }
    }
}
