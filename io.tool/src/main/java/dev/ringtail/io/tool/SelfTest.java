// SPDX-License-Identifier: Apache-2.0

package dev.ringtail.io.tool;

import dev.ringtail.io.Accept;
import dev.ringtail.io.Address;
import dev.ringtail.io.Cancel;
import dev.ringtail.io.Close;
import dev.ringtail.io.Completion;
import dev.ringtail.io.Connect;
import dev.ringtail.io.Event;
import dev.ringtail.io.Family;
import dev.ringtail.io.Fsync;
import dev.ringtail.io.IoLoop;
import dev.ringtail.io.NextTick;
import dev.ringtail.io.Nop;
import dev.ringtail.io.OpenFlag;
import dev.ringtail.io.OpenFlags;
import dev.ringtail.io.Openat;
import dev.ringtail.io.Read;
import dev.ringtail.io.Recv;
import dev.ringtail.io.Send;
import dev.ringtail.io.Statx;
import dev.ringtail.io.Timeout;
import dev.ringtail.io.Write;
import dev.ringtail.io.tool.http.PathText;
import java.io.IOException;
import java.lang.foreign.MemorySegment;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.concurrent.TimeUnit;

/** Every operation once, for real, on a temporary file and a loopback connection. Used on the loop's thread. */
final class SelfTest {
    /** What an operation that worked is reported as. */
    static final String OK = "ok";

    /** How the report of what this machine didn't let be tried begins, whatever the provider. */
    static final String NOT_TRIED = "not tried: ";

    private static final long WAIT_MAX_NANOS = TimeUnit.SECONDS.toNanos(5);
    private static final int LENGTH_BYTES = 4096;
    private static final OpenFlags NEW_FILE =
            OpenFlags.of(OpenFlag.READ, OpenFlag.WRITE, OpenFlag.CREATE, OpenFlag.EXCLUSIVE);

    private final IoLoop loop;
    private final MemorySegment buffer;
    private final Map<String, String> outcomes = new LinkedHashMap<>();

    private SelfTest(IoLoop loop) {
        this.loop = loop;
        buffer = loop.arena().allocate(LENGTH_BYTES);
    }

    /** By operation: {@value #OK}, {@value #NOT_TRIED} and why, or what went wrong. */
    static Map<String, String> run(IoLoop loop) throws IOException {
        SelfTest test = new SelfTest(loop);
        test.testLoop();
        try {
            test.testFile(Files.createTempDirectory("ringtail-doctor-"));
        } catch (IOException e) {
            test.skip(e, "openat", "write", "read", "fsync", "statx");
        }
        try {
            test.testSocket();
        } catch (IOException e) {
            test.skip(e, "connect", "accept", "send", "recv");
        }
        return test.outcomes;
    }

    /** Neither for nor against the provider: a place for a file, or a socket, wasn't to be had without it either. */
    private void skip(IOException reason, String... operations) {
        for (String operation : operations) {
            outcomes.putIfAbsent(operation, NOT_TRIED + reason);
        }
    }

    private void testLoop() throws IOException {
        Nop nop = new Nop(loop, done -> {});
        nop.submit();
        finish("nop", nop);
        Timeout timeout = new Timeout(loop, done -> {});
        timeout.submit(1);
        finish("timeout", timeout);
        NextTick tick = new NextTick(loop, done -> {});
        tick.submit();
        finish("nexttick", tick);
        Timeout longer = new Timeout(loop, done -> {});
        longer.submit(Long.MAX_VALUE);
        Cancel cancel = new Cancel(loop, done -> {});
        cancel.submit(longer);
        finish("cancel", cancel);
        boolean[] isHeard = new boolean[1];
        Event event = new Event(loop, () -> isHeard[0] = true);
        event.listen();
        event.trigger();
        waitFor(event.listening());
        outcomes.put("event", isHeard[0] ? OK : "not heard");
        event.close();
    }

    private void testFile(Path directory) throws IOException {
        Path path = directory.resolve("file");
        try {
            Openat openat = new Openat(loop, done -> {});
            openat.submit(PathText.of(path), NEW_FILE, 0600);
            if (!finish("openat", openat)) {
                return;
            }
            int fd = openat.openedFd();
            Write write = new Write(loop, done -> {});
            write.submit(fd, buffer, 0);
            finish("write", write);
            Read read = new Read(loop, done -> {});
            read.submit(fd, buffer, 0);
            finish("read", read);
            Fsync fsync = new Fsync(loop, done -> {});
            fsync.submit(fd);
            finish("fsync", fsync);
            Statx statx = new Statx(loop, done -> {});
            statx.submit(fd);
            finish("statx", statx);
            close(fd);
        } finally {
            Files.deleteIfExists(path);
            Files.deleteIfExists(directory);
        }
    }

    private void testSocket() throws IOException {
        int listening = loop.sockets().openListening(Address.loopback(0), 1);
        int client = loop.sockets().openStream(Family.INET);
        Accept accept = new Accept(loop, done -> {});
        accept.submit(listening);
        Connect connect = new Connect(loop, done -> {});
        connect.submit(client, loop.sockets().localAddress(listening));
        boolean isConnected = finish("connect", connect);
        boolean isAccepted = finish("accept", accept);
        if (isConnected && isAccepted) {
            Send send = new Send(loop, done -> {});
            send.submit(client, buffer, 0, 1);
            finish("send", send);
            Recv recv = new Recv(loop, done -> {});
            recv.submit(accept.acceptedFd(), buffer);
            finish("recv", recv);
            close(accept.acceptedFd());
        }
        close(client);
        close(listening);
    }

    private void close(int fd) {
        Close close = new Close(loop, done -> {});
        close.submit(fd);
        finish("close", close);
    }

    private boolean finish(String operation, Completion completion) {
        waitFor(completion);
        String outcome;
        if (completion.isInFlight()) {
            outcome = "no result within " + Quantity.seconds(WAIT_MAX_NANOS);
        } else if (completion.error() != null) {
            outcome = ToolException.words(completion);
        } else {
            outcome = OK;
        }
        outcomes.merge(operation, outcome, (before, now) -> before.equals(OK) ? now : before);
        return outcome.equals(OK);
    }

    private void waitFor(Completion completion) {
        long begun = System.nanoTime();
        LoopRun.until(loop, () -> !completion.isInFlight() || System.nanoTime() - begun > WAIT_MAX_NANOS);
    }
}
