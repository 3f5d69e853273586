// SPDX-License-Identifier: Apache-2.0

package dev.ringtail.io.tests.scripted;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertSame;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.ringtail.io.Accept;
import dev.ringtail.io.Address;
import dev.ringtail.io.Cancel;
import dev.ringtail.io.Connect;
import dev.ringtail.io.Fsync;
import dev.ringtail.io.IoLoop;
import dev.ringtail.io.OpenFlags;
import dev.ringtail.io.Openat;
import dev.ringtail.io.OpenatError;
import dev.ringtail.io.Recv;
import dev.ringtail.io.Send;
import dev.ringtail.io.Statx;
import dev.ringtail.io.StatxError;
import dev.ringtail.io.Write;
import dev.ringtail.io.tests.conformance.Promise;
import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.function.Executable;

/** Which buffers and other arguments are refused, and with which words. */
class BufferTest extends OnScriptedLoop {
    private final Send send = new Send(loop, noted("send"));
    private final Write write = new Write(loop, noted("write"));

    @Test
    @Promise("2.5")
    void a_heap_segment_is_refused_saying_what_to_use() {
        MemorySegment heap = MemorySegment.ofArray(new byte[8]);
        for (Executable submit : transfers(heap)) {
            refused(submit, "heap segment", "Arena", "loop.arena()");
        }
    }

    @Test
    @Promise("2.5")
    void a_buffer_whose_arena_is_closed_is_refused() {
        MemorySegment dead;
        try (Arena arena = Arena.ofConfined()) {
            dead = arena.allocate(8);
        }
        for (Executable submit : transfers(dead)) {
            refused(submit, "buffer", "arena is closed");
        }
    }

    @Test
    @Promise("2.5")
    void a_read_only_buffer_is_refused_by_what_writes_into_it_alone() {
        MemorySegment readOnly = buffer.asReadOnly();
        refused(() -> read("read").submit(5, readOnly, 0), "buffer is read-only");
        refused(() -> recv("recv").submit(5, readOnly), "buffer is read-only");

        send.submit(5, readOnly);
        write.submit(5, readOnly, 0);
        loop.tick();

        assertEquals(2, driver.started.size());
    }

    @Test
    @Promise({"2.5", "3.9"})
    void a_null_buffer_is_refused_naming_it() {
        for (Executable submit : transfers(missing())) {
            assertEquals(
                    "buffer is null",
                    assertThrows(NullPointerException.class, submit).getMessage());
        }
        assertFalse(send.isInFlight());
    }

    private List<Executable> transfers(MemorySegment segment) {
        return List.of(
                () -> read("read").submit(5, segment, 0),
                () -> read("read").submit(5, segment, 0, 1, 0),
                () -> recv("recv").submit(5, segment),
                () -> recv("recv").submit(5, segment, 0, 1),
                () -> send.submit(5, segment),
                () -> send.submit(5, segment, 0, 1),
                () -> write.submit(5, segment, 0),
                () -> write.submit(5, segment, 0, 1, 0));
    }

    @Test
    @Promise("2.5")
    void a_part_outside_the_buffer_is_refused_naming_the_values() {
        long[][] parts = {{-1, 1}, {0, -1}, {0, 65}, {65, 0}, {60, 5}, {Long.MAX_VALUE, 1}, {1, Long.MAX_VALUE}};
        for (long[] part : parts) {
            String from = "from: " + part[0];
            String length = "length: " + part[1];
            refused(() -> read("read").submit(5, buffer, part[0], part[1], 0), from, length, "64 bytes");
            refused(() -> recv("recv").submit(5, buffer, part[0], part[1]), from, length, "64 bytes");
            refused(() -> send.submit(5, buffer, part[0], part[1]), from, length, "64 bytes");
            refused(() -> write.submit(5, buffer, part[0], part[1], 0), from, length, "64 bytes");
        }
    }

    @Test
    @Promise("2.5")
    void the_very_end_of_a_buffer_is_inside_it() {
        send.submit(5, buffer, 64, 0);

        assertEquals(0, send.lengthBytes());
        assertEquals(buffer.address() + 64, send.bufferAddress());
    }

    @Test
    @Promise("2.5")
    void a_refused_submission_leaves_the_completion_as_it_was() {
        send.submit(5, buffer);
        loop.tick();
        driver.complete(send, 3);
        loop.tick();

        refused(() -> send.submit(-1, buffer), "fd: -1");
        refused(() -> send.submit(6, buffer, 0, 65), "length: 65");

        assertEquals(3, send.bytes());
        assertEquals(5, send.fd());
        assertEquals(0, loop.inFlightCount());
    }

    @Test
    @Promise("2.5")
    void a_buffer_found_dead_at_completion_is_reported_and_its_result_delivered() {
        var recv = recv("recv");
        try (Arena arena = Arena.ofConfined()) {
            recv.submit(5, arena.allocate(8));
            nop("other").submit();
            loop.tick();
        }
        driver.complete(recv, 8);

        String message = String.valueOf(
                assertThrows(IllegalStateException.class, loop::tick).getMessage());

        assertTrue(message.contains("Recv(fd 5)") && message.contains("arena was closed"), message);
        assertEquals(List.of("recv"), seen);
        loop.tick();
    }

    @Test
    @Promise({"2.5", "3.1"})
    void a_fault_in_a_dead_buffer_is_the_callers_and_no_bug_of_the_library() {
        var recv = recv("recv");
        try (Arena arena = Arena.ofConfined()) {
            recv.submit(5, arena.allocate(8));
            loop.tick();
        }
        driver.complete(recv, -Errnos.EFAULT);

        assertThrows(IllegalStateException.class, loop::tick);

        assertEquals(List.of("recv UNEXPECTED"), seen);
    }

    @Test
    @Promise("2.5")
    void a_dead_buffer_isnt_submitted_again() {
        var recv = recv("recv");
        try (Arena arena = Arena.ofConfined()) {
            recv.submit(5, arena.allocate(8));
            loop.tick();
        }
        driver.complete(recv, -Errnos.EINTR);

        assertThrows(IllegalStateException.class, loop::tick);

        assertFalse(recv.isInFlight());
        assertEquals(List.of("start Recv(fd 5)", "await 0", "await 0"), driver.log);
    }

    @Test
    @Promise("2.6")
    @SuppressWarnings("restricted") // Such a buffer without such memory.
    void a_length_above_what_linux_transfers_is_cut_to_it() {
        MemorySegment large = MemorySegment.ofAddress(buffer.address()).reinterpret(1L << 33);
        Recv recv = recv("recv");

        send.submit(5, large);
        write.submit(5, large, 0, 0x7ffff001L, 0);
        recv.submit(5, large, 1L << 32, 0x7ffff000L);

        assertEquals(0x7ffff000, send.lengthBytes());
        assertEquals(0x7ffff000, write.lengthBytes());
        assertEquals(0x7ffff000, recv.lengthBytes());
        assertEquals(buffer.address() + (1L << 32), recv.bufferAddress());
    }

    @Test
    @Promise("2.6")
    void fewer_bytes_than_asked_for_and_none_are_results() {
        var read = read("read");
        for (int bytes : new int[] {63, 1, 0}) {
            read.submit(5, buffer, 0);
            loop.tick();
            driver.complete(read, bytes);
            loop.tick();
            assertEquals(bytes, read.bytes());
        }
        assertEquals(List.of("read", "read", "read"), seen);
    }

    @Test
    @Promise("3.9")
    void a_negative_descriptor_is_refused_naming_the_argument_and_the_value() {
        Address address = Address.loopback(1);
        refused(() -> read("read").submit(-7, buffer, 0), "fd: -7");
        refused(() -> recv("recv").submit(-7, buffer), "fd: -7");
        refused(() -> send.submit(-7, buffer), "fd: -7");
        refused(() -> write.submit(-7, buffer, 0), "fd: -7");
        refused(() -> close("close").submit(-7), "fd: -7");
        refused(() -> new Accept(loop, done -> {}).submit(-7), "fd: -7");
        refused(() -> new Connect(loop, done -> {}).submit(-7, address), "fd: -7");
        refused(() -> new Fsync(loop, done -> {}).submit(-7), "fd: -7");
        refused(() -> new Fsync(loop, done -> {}).submitDataOnly(-7), "fd: -7");
        refused(() -> new Statx(loop, done -> {}).submit(-7), "fd: -7");
        refused(() -> new Statx(loop, done -> {}).submit(-7, "file"), "dirFd: -7");
        refused(() -> new Openat(loop, done -> {}).submit(-100, "file", OpenFlags.READ, 0), "dirFd: -100");
    }

    @Test
    @Promise("3.9")
    void an_offset_below_minus_one_is_refused_naming_it() {
        refused(() -> read("read").submit(5, buffer, -2), "offset: -2");
        refused(() -> write.submit(5, buffer, Long.MIN_VALUE), "offset: " + Long.MIN_VALUE);

        var read = read("read");
        read.submit(5, buffer, -1);

        assertEquals(-1, read.offset());
    }

    @Test
    @Promise("3.9")
    void a_path_or_mode_that_no_kernel_takes_is_refused_naming_it() {
        Openat openat = new Openat(loop, noted("openat"));
        refused(() -> openat.submit("a\0b", OpenFlags.READ, 0), "path", "NUL");
        refused(() -> openat.submit("a\ud800", OpenFlags.READ, 0), "path", "surrogate", "index 1");
        refused(() -> openat.submit("a", OpenFlags.READ, 010000), "mode: 010000");
        refused(() -> openat.submit("a", OpenFlags.READ, -1), "mode: ");
        refused(() -> new Statx(loop, done -> {}).submit("a\0"), "path", "NUL");
        assertThrows(NullPointerException.class, () -> openat.submit(missing(), OpenFlags.READ, 0));
        assertThrows(NullPointerException.class, () -> openat.submit("a", missing(), 0));
        assertFalse(openat.isInFlight());
    }

    @Test
    @Promise("3.9")
    void what_is_known_to_fail_without_the_kernel_fails_in_a_later_pass_like_the_rest() {
        Openat openat = new Openat(loop, noted("openat"));
        Statx statx = new Statx(loop, noted("statx"));
        openat.submit("x".repeat(5000), OpenFlags.READ, 0);
        statx.submit("");
        assertEquals(List.of(), seen);

        loop.tick();

        assertSame(OpenatError.NAME_TOO_LONG, openat.error());
        assertSame(StatxError.FILE_NOT_FOUND, statx.error());
        assertEquals(List.of(), driver.log);
    }

    @Test
    @Promise("3.9")
    void a_negative_time_is_refused_naming_it() {
        refused(() -> timeout("timeout").submit(-1), "nanos: -1");
    }

    @Test
    @Promise("3.9")
    void a_cancels_target_must_be_another_completion_of_the_same_loop() {
        Cancel cancel = cancel("cancel");
        refused(() -> cancel.submit(cancel), "itself");
        assertEquals(
                "target is null",
                assertThrows(NullPointerException.class, () -> cancel.submit(missing()))
                        .getMessage());
        IoLoop other = new ScriptedDriver().open();
        try (other) {
            refused(() -> cancel.submit(new Send(other, done -> {})), "another loop");
        }
    }

    private static void refused(Executable submit, String... words) {
        String message = String.valueOf(
                assertThrows(IllegalArgumentException.class, submit).getMessage());
        for (String word : words) {
            assertTrue(message.contains(word), message);
        }
    }
}
