// SPDX-License-Identifier: Apache-2.0

package dev.ringtail.io.tests.conformance;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertNull;

import dev.ringtail.io.IoLoop;
import dev.ringtail.io.Recv;
import dev.ringtail.io.Send;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;
import java.nio.charset.StandardCharsets;
import java.util.SplittableRandom;

/** What tests put into buffers and expect to find there. */
public final class Bytes {
    private Bytes() {}

    /** A buffer of zeroes. */
    public static MemorySegment empty(IoLoop loop, long size) {
        return loop.arena().allocate(size);
    }

    /** A buffer that holds a text, and nothing more. */
    public static MemorySegment of(IoLoop loop, String text) {
        byte[] bytes = text.getBytes(StandardCharsets.UTF_8);
        MemorySegment buffer = loop.arena().allocate(bytes.length);
        buffer.copyFrom(MemorySegment.ofArray(bytes));
        return buffer;
    }

    /** A buffer of random bytes, the same for the same seed. */
    public static MemorySegment random(IoLoop loop, long size, long seed) {
        byte[] bytes = new byte[(int) size];
        new SplittableRandom(seed).nextBytes(bytes);
        MemorySegment buffer = loop.arena().allocate(size);
        buffer.copyFrom(MemorySegment.ofArray(bytes));
        return buffer;
    }

    /** The text in the first bytes of a buffer. */
    public static String text(MemorySegment buffer, long length) {
        return new String(buffer.asSlice(0, length).toArray(ValueLayout.JAVA_BYTE), StandardCharsets.UTF_8);
    }

    /** Sends a short text. */
    public static void send(IoLoop loop, int fd, String text) {
        Send send = new Send(loop, done -> {});
        send.submit(fd, of(loop, text));
        assertNull(Bounded.complete(loop, send).error());
        assertEquals(text.getBytes(StandardCharsets.UTF_8).length, send.bytes());
    }

    /** Receives what is there. */
    public static String recv(IoLoop loop, int fd) {
        Recv recv = new Recv(loop, done -> {});
        recv.submit(fd, empty(loop, 256));
        assertNull(Bounded.complete(loop, recv).error());
        return text(recv.buffer(), recv.bytes());
    }

    /** Fails unless bytes sent into one end come out of the other, in both directions. */
    public static void assertConnected(IoLoop loop, int fd, int otherFd) {
        send(loop, fd, "ping");
        assertEquals("ping", recv(loop, otherFd));
        send(loop, otherFd, "pong");
        assertEquals("pong", recv(loop, fd));
    }
}
