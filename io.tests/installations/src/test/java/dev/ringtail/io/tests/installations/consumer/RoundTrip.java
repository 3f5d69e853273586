// SPDX-License-Identifier: Apache-2.0

package dev.ringtail.io.tests.installations.consumer;

import dev.ringtail.io.Accept;
import dev.ringtail.io.Address;
import dev.ringtail.io.Close;
import dev.ringtail.io.Completion;
import dev.ringtail.io.Connect;
import dev.ringtail.io.Family;
import dev.ringtail.io.IoLoop;
import dev.ringtail.io.OpenFlag;
import dev.ringtail.io.OpenFlags;
import dev.ringtail.io.Openat;
import dev.ringtail.io.Recv;
import dev.ringtail.io.Send;
import dev.ringtail.io.Write;
import java.io.IOException;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;

/** What an application does with a loop: a line echoed over TCP, and what came back written to a file. One thread. */
final class RoundTrip {
    private static final byte[] LINE = "as the user installs it\n".getBytes(StandardCharsets.UTF_8);
    private static final Duration LIMIT = Duration.ofSeconds(10);

    private final IoLoop loop;
    private final MemorySegment sent;
    private final MemorySegment received;

    private RoundTrip(IoLoop loop) {
        this.loop = loop;
        sent = loop.arena().allocate(LINE.length);
        received = loop.arena().allocate(LINE.length);
        sent.copyFrom(MemorySegment.ofArray(LINE));
    }

    /** Fails if anything goes wrong. Returns the name of the provider that did it. */
    static String on(IoLoop loop) throws IOException {
        RoundTrip trip = new RoundTrip(loop);
        trip.echo();
        trip.write();
        return loop.provider();
    }

    private void echo() throws IOException {
        int listening = loop.sockets().openListening(Address.loopback(0), 1);
        int client = loop.sockets().openStream(Family.INET);
        Accept accept = new Accept(loop, RoundTrip::nothing);
        Connect connect = new Connect(loop, RoundTrip::nothing);
        accept.submit(listening);
        connect.submit(client, loop.sockets().localAddress(listening));
        complete(connect);
        complete(accept);
        int server = accept.acceptedFd();
        transfer(client, sent, server, received);
        sent.fill((byte) 0);
        transfer(server, received, client, sent);
        for (int fd : new int[] {client, server, listening}) {
            Close close = new Close(loop, RoundTrip::nothing);
            close.submit(fd);
            complete(close);
        }
    }

    /** A line this short goes over loopback in one piece. */
    private void transfer(int from, MemorySegment source, int to, MemorySegment destination) {
        Send send = new Send(loop, RoundTrip::nothing);
        Recv recv = new Recv(loop, RoundTrip::nothing);
        send.submit(from, source);
        recv.submit(to, destination);
        complete(send);
        complete(recv);
        check(send.bytes() == LINE.length && recv.bytes() == LINE.length, "the line is in pieces");
    }

    private void write() throws IOException {
        Path file = Files.createTempFile("round-trip", ".txt");
        Openat openat = new Openat(loop, RoundTrip::nothing);
        openat.submit(file.toString(), OpenFlags.of(OpenFlag.WRITE), 0);
        complete(openat);
        Write write = new Write(loop, RoundTrip::nothing);
        write.submit(openat.openedFd(), sent, 0);
        complete(write);
        Close close = new Close(loop, RoundTrip::nothing);
        close.submit(openat.openedFd());
        complete(close);
        String expected = new String(LINE, StandardCharsets.UTF_8);
        check(Files.readString(file).equals(expected), "the file has something else");
        check(new String(sent.toArray(ValueLayout.JAVA_BYTE), StandardCharsets.UTF_8).equals(expected), "echo");
        Files.delete(file);
    }

    private static void nothing(Completion completion) {}

    private void complete(Completion completion) {
        long end = System.nanoTime() + LIMIT.toNanos();
        while (completion.isInFlight()) {
            check(System.nanoTime() < end, completion + " takes more than " + LIMIT);
            loop.runFor(Duration.ofMillis(1));
        }
        check(completion.error() == null, completion + ": " + completion.error());
    }

    private static void check(boolean isTrue, String otherwise) {
        if (!isTrue) {
            throw new AssertionError(otherwise);
        }
    }
}
