// SPDX-License-Identifier: Apache-2.0

package dev.ringtail.io.tests.conformance;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertNull;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.ringtail.io.Capability;
import dev.ringtail.io.Fsync;
import dev.ringtail.io.IoLoop;
import dev.ringtail.io.Read;
import dev.ringtail.io.ReadError;
import dev.ringtail.io.Recv;
import dev.ringtail.io.RecvError;
import dev.ringtail.io.Sockets;
import dev.ringtail.io.SystemCallException;
import dev.ringtail.io.Write;
import java.io.IOException;
import java.lang.foreign.MemorySegment;
import java.nio.file.Path;
import org.junit.jupiter.api.io.TempDir;

/** Registering changes what an operation costs, and nothing else. */
final class RegistrationTest {
    private static final int BLOCK_BYTES = 4096;

    private static void assertReadsWhatItWrote(IoLoop loop, int fd, MemorySegment memory) {
        Write write = new Write(loop, done -> {});
        Fsync fsync = new Fsync(loop, done -> {});
        Read read = new Read(loop, done -> {});
        memory.asSlice(0, BLOCK_BYTES).copyFrom(Bytes.random(loop, BLOCK_BYTES, 9));
        write.submit(fd, memory, 0, BLOCK_BYTES, 100);
        assertEquals(BLOCK_BYTES, Bounded.complete(loop, write).bytes());
        fsync.submit(fd);
        assertNull(Bounded.complete(loop, fsync).error());
        read.submit(fd, memory, BLOCK_BYTES, BLOCK_BYTES, 100);
        assertEquals(BLOCK_BYTES, Bounded.complete(loop, read).bytes());
        assertEquals(-1, memory.asSlice(0, BLOCK_BYTES).mismatch(memory.asSlice(BLOCK_BYTES, BLOCK_BYTES)));
    }

    @Promise("2.9")
    @OnEveryProvider
    void a_registered_file_and_registered_memory_work_as_any_other(IoLoop loop, @TempDir Path folder)
            throws IOException {
        try (Descriptors open = new Descriptors(loop)) {
            int fd = open.file(folder.resolve("file"));
            assertEquals(loop.capabilities().contains(Capability.REGISTERED_FILES), loop.registerFile(fd));
            assertReadsWhatItWrote(loop, fd, loop.allocateRegistered(2 * BLOCK_BYTES));
        }
    }

    @Promise("2.9")
    @OnEveryProvider
    void memory_at_the_edge_of_what_is_registered_works_as_any_other(IoLoop loop, @TempDir Path folder)
            throws IOException {
        try (Descriptors open = new Descriptors(loop)) {
            int fd = open.file(folder.resolve("file"));
            MemorySegment memory = loop.allocateRegistered(2 * BLOCK_BYTES);
            // Reaches beyond it: plain memory then.
            MemorySegment wider = MemorySegment.ofAddress(memory.address());
            assertEquals(0, wider.byteSize());
            Write write = new Write(loop, done -> {});
            write.submit(fd, memory, 2 * BLOCK_BYTES, 0, 0);
            assertEquals(0, Bounded.complete(loop, write).bytes());
            write.submit(fd, memory, 2 * BLOCK_BYTES - 1, 1, 0);
            assertEquals(1, Bounded.complete(loop, write).bytes());
            Read read = new Read(loop, done -> {});
            read.submit(fd, memory, 0, 1, 1);
            assertEquals(0, Bounded.complete(loop, read).bytes());
        }
    }

    @Promise("2.9")
    @OnEveryProvider
    void more_memory_than_the_kernels_table_holds_works_all_the_same(IoLoop loop, @TempDir Path folder)
            throws IOException {
        try (Descriptors open = new Descriptors(loop)) {
            int fd = open.file(folder.resolve("file"));
            for (int i = 0; i < 40; i++) {
                assertReadsWhatItWrote(loop, fd, loop.allocateRegistered(2 * BLOCK_BYTES));
            }
        }
    }

    @Promise("2.9")
    @OnEveryProvider
    void registered_memory_serves_sockets_and_pipes_too(IoLoop loop) throws IOException {
        try (Descriptors open = new Descriptors(loop)) {
            MemorySegment memory = loop.allocateRegistered(BLOCK_BYTES);
            memory.asSlice(0, 4).copyFrom(Bytes.of(loop, "pipe"));
            dev.ringtail.io.Files.Pipe pipe = open.pipe();
            Read read = new Read(loop, done -> {});
            Write write = new Write(loop, done -> {});
            read.submit(pipe.readFd(), memory, 100, 10, -1);
            loop.tick();
            write.submit(pipe.writeFd(), memory, 0, 4, -1);
            assertEquals(4, Bounded.complete(loop, write).bytes());
            assertEquals(4, Bounded.complete(loop, read).bytes());
            assertEquals("pipe", Bytes.text(memory.asSlice(100), 4));
            Sockets.Pair pair = open.pair();
            read.submit(pair.second(), memory, 200, 10, -1);
            loop.tick();
            write.submit(pair.first(), memory, 0, 4, -1);
            assertEquals(4, Bounded.complete(loop, read).bytes());
            Bounded.complete(loop, write);
        }
    }

    @Promise("2.9")
    @OnEveryProvider
    void a_registered_socket_works_as_any_other(IoLoop loop) throws IOException {
        try (Descriptors open = new Descriptors(loop)) {
            int listenFd = open.listening();
            loop.registerFile(listenFd);
            int clientFd = open.stream(dev.ringtail.io.Family.INET);
            loop.registerFile(clientFd);
            Descriptors.Connection connection = open.connection(listenFd, clientFd);
            loop.registerFile(connection.serverFd());
            loop.registerFile(connection.serverFd());
            Bytes.assertConnected(loop, connection.clientFd(), connection.serverFd());
            loop.unregisterFile(clientFd);
            loop.unregisterFile(clientFd);
            Bytes.assertConnected(loop, connection.clientFd(), connection.serverFd());
        }
    }

    @Promise({"2.9", "3.10"})
    @OnEveryProvider
    void a_close_takes_the_registration_back(IoLoop loop) throws IOException {
        try (Descriptors open = new Descriptors(loop)) {
            for (int round = 0; round < 3; round++) {
                Sockets.Pair pair = open.pair();
                loop.registerFile(pair.first());
                Recv recv = new Recv(loop, done -> {});
                recv.submit(pair.first(), Bytes.empty(loop, 8));
                Recv peer = new Recv(loop, done -> {});
                peer.submit(pair.second(), Bytes.empty(loop, 8));
                loop.tick();
                open.closeOnLoop(pair.first());
                assertEquals(RecvError.CANCELED, recv.error());
                // The other end sees it: the kernel's table keeps nothing open.
                assertEquals(0, Bounded.complete(loop, peer).bytes());
                recv.submit(pair.first(), Bytes.empty(loop, 8));
                assertEquals(
                        RecvError.FILE_DESCRIPTOR_INVALID,
                        Bounded.complete(loop, recv).error());
            }
        }
    }

    @Promise("2.9")
    @OnEveryProvider
    void closing_without_a_completion_takes_the_registration_back(IoLoop loop, @TempDir Path folder)
            throws IOException {
        try (Descriptors open = new Descriptors(loop)) {
            Sockets.Pair pair = open.pair();
            loop.registerFile(pair.first());
            open.close(pair.first());
            Recv peer = new Recv(loop, done -> {});
            peer.submit(pair.second(), Bytes.empty(loop, 8));
            assertEquals(0, Bounded.complete(loop, peer).bytes());
            // The number is the next file's, which is not registered and not the old one.
            int fd = open.file(folder.resolve("file"));
            Read read = new Read(loop, done -> {});
            read.submit(fd, Bytes.empty(loop, 8), 0);
            assertEquals(0, Bounded.complete(loop, read).bytes());
        }
    }

    @Promise("2.9")
    @OnEveryProvider
    void errors_are_the_same(IoLoop loop, @TempDir Path folder) throws IOException {
        try (Descriptors open = new Descriptors(loop)) {
            MemorySegment memory = loop.allocateRegistered(BLOCK_BYTES);
            int fd = open.open(folder.toString(), dev.ringtail.io.OpenFlags.of(dev.ringtail.io.OpenFlag.READ));
            loop.registerFile(fd);
            Read read = new Read(loop, done -> {});
            read.submit(fd, memory, 0, 16, 0);
            assertEquals(ReadError.IS_DIR, Bounded.complete(loop, read).error());
        }
    }

    @Promise({"2.9", "3.9"})
    @OnEveryProvider
    void what_cant_be_registered_is_refused_by_name(IoLoop loop) throws IOException {
        assertThrows(IllegalArgumentException.class, () -> loop.registerFile(-1));
        assertThrows(IllegalArgumentException.class, () -> loop.unregisterFile(-1));
        assertThrows(IllegalArgumentException.class, () -> loop.allocateRegistered(0));
        assertThrows(IllegalArgumentException.class, () -> loop.allocateRegistered((1L << 30) + 1));
        if (loop.capabilities().contains(Capability.REGISTERED_FILES)) {
            SystemCallException e =
                    assertThrows(SystemCallException.class, () -> loop.registerFile(Descriptors.NOT_OPEN));
            assertTrue(String.valueOf(e.getMessage()).contains("fd " + Descriptors.NOT_OPEN));
        }
        loop.unregisterFile(Descriptors.NOT_OPEN);
    }
}
