// SPDX-License-Identifier: Apache-2.0

package dev.ringtail.io.tests.faults;

import dev.ringtail.io.Accept;
import dev.ringtail.io.Cancel;
import dev.ringtail.io.Completion;
import dev.ringtail.io.Connect;
import dev.ringtail.io.Errno;
import dev.ringtail.io.Family;
import dev.ringtail.io.Fsync;
import dev.ringtail.io.IoLoop;
import dev.ringtail.io.Options;
import dev.ringtail.io.Read;
import dev.ringtail.io.Recv;
import dev.ringtail.io.RecvError;
import dev.ringtail.io.Send;
import dev.ringtail.io.Sockets;
import dev.ringtail.io.Statx;
import dev.ringtail.io.SystemCallException;
import dev.ringtail.io.Timeout;
import dev.ringtail.io.Write;
import dev.ringtail.io.spi.Provider;
import dev.ringtail.io.tests.NamedProvider;
import dev.ringtail.io.tests.conformance.Bounded;
import dev.ringtail.io.tests.conformance.Bytes;
import dev.ringtail.io.tests.conformance.Descriptors;
import java.lang.foreign.MemorySegment;
import java.nio.file.Path;

/** The child's side: a little of everything, its results checked, in a process whose system calls fail at random. */
final class Workload {
    private static final int ROUND_COUNT = 20;

    private final IoLoop loop;
    private final Descriptors open;
    private int callbackCount;

    private Workload(IoLoop loop, Descriptors open) {
        this.loop = loop;
        this.open = open;
    }

    /** Provider, and a folder. */
    @SuppressWarnings("SystemOut") // The parent reads it.
    public static void main(String... arguments) throws Exception {
        Provider provider = NamedProvider.of(arguments[0]);
        try (IoLoop loop = IoLoop.open(provider, Options.defaults().withEntries(4));
                Descriptors open = new Descriptors(loop)) {
            Workload workload = new Workload(loop, open);
            int fd = open.file(Path.of(arguments[1], "file"));
            for (int i = 0; i < ROUND_COUNT; i++) {
                workload.file(fd, i);
                workload.sockets();
                workload.connection();
            }
            check(loop.inFlightCount() == 0, "something is in flight still");
            check(workload.callbackCount == ROUND_COUNT * 12, "callbacks: " + workload.callbackCount);
        }
        System.out.println("all as ever");
    }

    private static void check(boolean isSo, String what) {
        if (!isSo) {
            throw new AssertionError(what);
        }
    }

    private <C extends Completion> C done(C completion) {
        Bounded.complete(loop, completion);
        check(completion.error() == null, completion + ": " + Errno.name(completion.errno()));
        return completion;
    }

    private void count(Completion completion) {
        check(!completion.isInFlight(), completion + " in its own callback");
        callbackCount++;
    }

    private void file(int fd, int round) {
        MemorySegment content = Bytes.random(loop, 1000, round);
        Write write = new Write(loop, this::count);
        write.submit(fd, content, round * 1000L);
        check(done(write).bytes() == 1000, "short write");
        Read read = new Read(loop, this::count);
        read.submit(fd, Bytes.empty(loop, 1000), round * 1000L);
        check(done(read).bytes() == 1000 && content.mismatch(read.buffer()) == -1, "not what was written");
        Fsync fsync = new Fsync(loop, this::count);
        fsync.submitDataOnly(fd);
        done(fsync);
        Statx statx = new Statx(loop, this::count);
        statx.submit(fd);
        check(done(statx).size() == (round + 1) * 1000L, "size: " + statx.size());
    }

    private void sockets() throws SystemCallException {
        Sockets.Pair pair = open.pair();
        Recv recv = new Recv(loop, this::count);
        recv.submit(pair.first(), Bytes.empty(loop, 8));
        loop.tick();
        Send send = new Send(loop, this::count);
        send.submit(pair.second(), Bytes.of(loop, "through"));
        check("through".equals(Bytes.text(recv.buffer(), done(recv).bytes())), "not what was sent");
        done(send);
        recv.submit(pair.first(), Bytes.empty(loop, 8));
        Timeout timeout = new Timeout(loop, this::count);
        timeout.submit(500_000);
        done(timeout);
        Cancel cancel = new Cancel(loop, this::count);
        cancel.submit(recv);
        check(done(cancel).targetCanceled() && recv.error() == RecvError.CANCELED, "not cancelled");
        open.closeOnLoop(pair.first());
        open.closeOnLoop(pair.second());
    }

    private void connection() throws SystemCallException {
        int listenFd = open.listening();
        Accept accept = new Accept(loop, this::count);
        accept.submit(listenFd);
        loop.tick();
        int clientFd = open.stream(Family.INET);
        Connect connect = new Connect(loop, this::count);
        connect.submit(clientFd, loop.sockets().localAddress(listenFd));
        done(connect);
        int serverFd = open.keep(done(accept).acceptedFd());
        Bytes.assertConnected(loop, clientFd, serverFd);
        Recv recv = new Recv(loop, this::count);
        recv.submit(clientFd, Bytes.empty(loop, 8));
        loop.tick();
        open.closeOnLoop(serverFd);
        check(done(recv).bytes() == 0, "no end");
        open.closeOnLoop(clientFd);
        open.closeOnLoop(listenFd);
    }
}
