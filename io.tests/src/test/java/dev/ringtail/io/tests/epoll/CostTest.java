// SPDX-License-Identifier: Apache-2.0

package dev.ringtail.io.tests.epoll;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import dev.ringtail.io.Accept;
import dev.ringtail.io.Family;
import dev.ringtail.io.Nop;
import dev.ringtail.io.Recv;
import dev.ringtail.io.Send;
import dev.ringtail.io.Sockets.Pair;
import dev.ringtail.io.SystemCallException;
import dev.ringtail.io.Timeout;
import dev.ringtail.io.linux.Linux;
import dev.ringtail.io.tests.conformance.Allocation;
import dev.ringtail.io.tests.conformance.Descriptors;
import java.io.IOException;
import java.io.InputStream;
import java.lang.foreign.MemorySegment;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Objects;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** What a steady state costs: nothing on the heap, and no system call that a C program wouldn't make. */
final class CostTest extends OnEpoll {
    private static final int ROUNDS = 20_000;

    private static final int F_GETFL = 3;
    private static final int F_SETFL = 4;
    private static final int O_NONBLOCK = 04000;

    private int roundCount;
    private boolean isOver;

    @TempDir
    Path folder;

    @Test
    void an_echo_makes_the_system_calls_of_a_plain_c_loop() throws Exception {
        long ours = echoCalls();
        String answer = runC();
        System.out.printf(
                "%d echoes over a socket pair, both ends in one loop: %d system calls here, in C: %s%n",
                ROUNDS, ours, answer);
        long theirs = Long.parseLong(answer);
        // One in 256 waits verifies the registrations that the loop believed in.
        assertTrue(ours <= theirs + theirs / 256 + 64, ours + " against " + theirs);
    }

    @Test
    void an_echo_allocates_nothing() throws SystemCallException {
        echoCalls();
        Pair pair = loop.sockets().openPair();
        startEcho(pair);
        Allocation.assertNone(ROUNDS, () -> runRounds(roundCount + ROUNDS));
        loop.sockets().shutdown(pair.first(), dev.ringtail.io.Shutdown.BOTH);
    }

    @Test
    void nops_and_timers_allocate_nothing() {
        int[] count = {0};
        Nop nop = new Nop(loop, done -> {
            count[0]++;
            if (!isOver) {
                done.submit();
            }
        });
        Timeout timeout = new Timeout(loop, done -> {
            count[0]++;
            if (!isOver) {
                done.submit(1_000);
            }
        });
        nop.submit();
        timeout.submit(1_000);
        Allocation.assertNone(2 * ROUNDS, () -> {
            for (int i = 0; i < ROUNDS; i++) {
                loop.tick();
            }
        });
        isOver = true;
        assertTrue(count[0] >= ROUNDS);
    }

    @Test
    void an_accept_costs_three_calls_more_or_one_where_the_listener_is_non_blocking() throws SystemCallException {
        try (Descriptors open = new Descriptors(loop)) {
            int listening = open.listening();
            assertEquals(4, acceptCalls(open, listening));
            Linux linux = new Linux();
            linux.fcntl(listening, F_SETFL, linux.fcntl(listening, F_GETFL, 0) | O_NONBLOCK);
            assertEquals(2, acceptCalls(open, listening));
        }
    }

    /** With a connection there already, and nothing else in flight: no wait is among them. */
    private long acceptCalls(Descriptors open, int listening) throws SystemCallException {
        open.connect(open.stream(Family.INET), loop.sockets().localAddress(listening));
        Accept accept = new Accept(loop, done -> open.keep(done.acceptedFd()));
        long before = loop.statistics().kernelEntries();
        accept.submit(listening);
        loop.tick();
        assertFalse(accept.isInFlight());
        return loop.statistics().kernelEntries() - before;
    }

    private long echoCalls() throws SystemCallException {
        Pair pair = loop.sockets().openPair();
        long before = loop.statistics().kernelEntries();
        startEcho(pair);
        runRounds(ROUNDS);
        long calls = loop.statistics().kernelEntries() - before;
        loop.sockets().shutdown(pair.first(), dev.ringtail.io.Shutdown.BOTH);
        loop.runFor(1_000_000);
        loop.sockets().close(pair.first());
        loop.sockets().close(pair.second());
        return calls;
    }

    private void runRounds(int end) {
        while (roundCount < end) {
            loop.runFor(100_000);
        }
    }

    /** Each end sends back what it receives; the first end begins, and counts. */
    private void startEcho(Pair pair) {
        roundCount = 0;
        Send first = end(pair.first(), true);
        end(pair.second(), false);
        first.submit(pair.first(), loop.arena().allocate(64));
    }

    private Send end(int fd, boolean counts) {
        MemorySegment buffer = loop.arena().allocate(4096);
        Recv[] recv = new Recv[1];
        Send send = new Send(loop, done -> {});
        recv[0] = new Recv(loop, done -> {
            if (done.error() != null || done.bytes() == 0) {
                return;
            }
            if (counts) {
                roundCount++;
            }
            send.submit(fd, buffer, 0, done.bytes());
            done.submit(fd, buffer);
        });
        recv[0].submit(fd, buffer);
        return send;
    }

    private String runC() throws IOException, InterruptedException {
        Path source = folder.resolve("echo.c");
        Path program = folder.resolve("echo");
        try (InputStream in = Objects.requireNonNull(CostTest.class.getResourceAsStream("echo.c"))) {
            Files.copy(in, source);
        }
        int status;
        try {
            status = new ProcessBuilder("gcc", "-O2", "-o", program.toString(), source.toString())
                    .inheritIO()
                    .start()
                    .waitFor();
        } catch (IOException e) {
            status = -1;
        }
        assumeTrue(status == 0, "no gcc to compare with");
        Process process = new ProcessBuilder(program.toString(), "" + ROUNDS).start();
        String answer = new String(process.getInputStream().readAllBytes(), StandardCharsets.US_ASCII);
        assertEquals(0, process.waitFor());
        return answer.strip();
    }
}
