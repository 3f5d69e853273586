// SPDX-License-Identifier: Apache-2.0

package dev.ringtail.io.tests.conformance;

import static org.junit.jupiter.api.Assertions.assertEquals;

import dev.ringtail.io.Event;
import dev.ringtail.io.Files.Pipe;
import dev.ringtail.io.IoLoop;
import dev.ringtail.io.OpenFlag;
import dev.ringtail.io.OpenFlags;
import dev.ringtail.io.Read;
import dev.ringtail.io.ReadError;
import dev.ringtail.io.SystemCallException;
import dev.ringtail.io.Write;
import dev.ringtail.io.WriteError;
import java.io.IOException;
import java.lang.foreign.MemorySegment;
import java.nio.file.Files;
import java.nio.file.Path;
import org.junit.jupiter.api.Assumptions;
import org.junit.jupiter.api.io.TempDir;

/** What the kernel answers when bytes can't be read or written: rows of the table of errors, made for real. */
final class FileErrorsTest {
    private static void assertReadFails(IoLoop loop, int fd, long offset, ReadError error, String errno) {
        Read read = new Read(loop, done -> {});
        read.submit(fd, Bytes.empty(loop, 8), offset);
        Failure.assertFails(loop, read, error, errno);
    }

    private static void assertWriteFails(IoLoop loop, int fd, long offset, WriteError error, String errno) {
        Write write = new Write(loop, done -> {});
        write.submit(fd, Bytes.of(loop, "x"), offset);
        Failure.assertFails(loop, write, error, errno);
    }

    @Promise("3.1")
    @Provokes({"read EBADF", "write EBADF"})
    @OnEveryProvider
    void a_descriptor_that_is_closed_or_open_the_other_way(IoLoop loop, @TempDir Path folder) throws IOException {
        try (Descriptors open = new Descriptors(loop)) {
            assertReadFails(loop, Descriptors.NOT_OPEN, 0, ReadError.NOT_OPEN_FOR_READING, "EBADF");
            assertWriteFails(loop, Descriptors.NOT_OPEN, 0, WriteError.NOT_OPEN_FOR_WRITING, "EBADF");
            String path = Files.writeString(folder.resolve("file"), "").toString();
            int writeOnly = open.open(path, OpenFlags.of(OpenFlag.WRITE));
            assertReadFails(loop, writeOnly, 0, ReadError.NOT_OPEN_FOR_READING, "EBADF");
            int readOnly = open.open(path, OpenFlags.READ);
            assertWriteFails(loop, readOnly, 0, WriteError.NOT_OPEN_FOR_WRITING, "EBADF");
            Pipe pipe = open.pipe();
            assertReadFails(loop, pipe.writeFd(), -1, ReadError.NOT_OPEN_FOR_READING, "EBADF");
            assertWriteFails(loop, pipe.readFd(), -1, WriteError.NOT_OPEN_FOR_WRITING, "EBADF");
        }
    }

    @Promise({"3.1", "3.9"})
    @Provokes("read EISDIR")
    @OnEveryProvider
    void a_directory(IoLoop loop, @TempDir Path folder) throws SystemCallException {
        try (Descriptors open = new Descriptors(loop)) {
            int fd = open.open(folder.toString(), OpenFlags.READ);
            assertReadFails(loop, fd, 0, ReadError.IS_DIR, "EISDIR");
        }
    }

    @Promise({"3.1", "3.9"})
    @Provokes({"read EINVAL", "write EINVAL"})
    @OnEveryProvider
    void a_misaligned_buffer_offset_or_length_past_the_page_cache(IoLoop loop, @TempDir Path folder)
            throws IOException {
        try (Descriptors open = new Descriptors(loop)) {
            Path path = Files.write(folder.resolve("file"), new byte[8192]);
            int fd = open.file(path, OpenFlag.DIRECT);
            MemorySegment buffer = Bytes.empty(loop, 8192);
            Read read = new Read(loop, done -> {});
            read.submit(fd, buffer, 0, 4096, 1);
            Failure.assertFails(loop, read, ReadError.ALIGNMENT, "EINVAL");
            read.submit(fd, buffer, 1, 4096, 0);
            Failure.assertFails(loop, read, ReadError.ALIGNMENT, "EINVAL");
            Write write = new Write(loop, done -> {});
            write.submit(fd, buffer, 0, 100, 0);
            Failure.assertFails(loop, write, WriteError.ALIGNMENT, "EINVAL");
        }
    }

    @Promise({"3.1", "3.9"})
    @Provokes("read EINVAL")
    @OnEveryProvider
    void an_offset_too_large_to_add_a_length_to(IoLoop loop, @TempDir Path folder) throws SystemCallException {
        try (Descriptors open = new Descriptors(loop)) {
            int fd = open.file(folder.resolve("file"));
            assertReadFails(loop, fd, Long.MAX_VALUE, ReadError.ALIGNMENT, "EINVAL");
        }
    }

    @Promise("3.1")
    @Provokes({"read EIO", "write EIO"})
    @OnEveryProvider
    void memory_that_is_not_there(IoLoop loop) throws SystemCallException {
        try (Descriptors open = new Descriptors(loop)) {
            int fd = open.open("/proc/self/mem", OpenFlags.of(OpenFlag.READ, OpenFlag.WRITE));
            assertReadFails(loop, fd, 0, ReadError.INPUT_OUTPUT, "EIO");
            assertWriteFails(loop, fd, 0, WriteError.INPUT_OUTPUT, "EIO");
        }
    }

    @Promise("3.1")
    @Provokes("write ENOSPC")
    @OnEveryProvider
    void a_device_that_is_always_full(IoLoop loop) throws SystemCallException {
        try (Descriptors open = new Descriptors(loop)) {
            int fd = open.open("/dev/full", OpenFlags.of(OpenFlag.WRITE));
            assertWriteFails(loop, fd, -1, WriteError.NO_SPACE_LEFT, "ENOSPC");
            assertWriteFails(loop, fd, 0, WriteError.NO_SPACE_LEFT, "ENOSPC");
        }
    }

    @Promise("3.1")
    @Provokes("write EFBIG")
    @OnEveryProvider
    void an_offset_beyond_the_largest_file(IoLoop loop, @TempDir Path folder) throws SystemCallException {
        try (Descriptors open = new Descriptors(loop)) {
            int fd = open.file(folder.resolve("file"));
            assertWriteFails(loop, fd, 1L << 62, WriteError.FILE_TOO_BIG, "EFBIG");
        }
    }

    /** The kernel's own file that refuses a change for good: see user_namespaces(7), /proc/pid/setgroups. */
    @Promise("3.1")
    @Provokes("write EPERM")
    @OnEveryProvider
    void what_may_be_opened_but_not_changed(IoLoop loop) throws SystemCallException {
        Path path = Path.of("/proc/self/setgroups");
        Assumptions.assumeTrue(
                Files.isWritable(path) && "root".equals(System.getProperty("user.name")),
                "not root, or no /proc/self/setgroups");
        try (Descriptors open = new Descriptors(loop)) {
            int fd = open.open(path.toString(), OpenFlags.of(OpenFlag.WRITE));
            Write write = new Write(loop, done -> {});
            write.submit(fd, Bytes.of(loop, "deny"), -1);
            Failure.assertFails(loop, write, WriteError.ACCESS_DENIED, "EPERM");
        }
    }

    /** Where there are no offsets, io_uring ignores them, and others do as it does. */
    @Promise("3.9")
    @OnEveryProvider
    void an_offset_on_a_pipe_is_ignored(IoLoop loop) throws SystemCallException {
        try (Descriptors open = new Descriptors(loop)) {
            Pipe pipe = open.pipe();
            Write write = new Write(loop, done -> {});
            write.submit(pipe.writeFd(), Bytes.of(loop, "x"), 5);
            assertEquals(1, Bounded.complete(loop, write).bytes());
            Read read = new Read(loop, done -> {});
            read.submit(pipe.readFd(), Bytes.empty(loop, 8), 7);
            assertEquals(1, Bounded.complete(loop, read).bytes());
        }
    }

    @Promise({"3.1", "3.9"})
    @Provokes({"read ESPIPE", "write ESPIPE"})
    @OnEveryProvider
    void an_offset_on_a_socket_is_refused(IoLoop loop) throws SystemCallException {
        try (Descriptors open = new Descriptors(loop)) {
            int fd = open.pair().first();
            assertReadFails(loop, fd, 7, ReadError.UNSEEKABLE, "ESPIPE");
            assertWriteFails(loop, fd, 7, WriteError.UNSEEKABLE, "ESPIPE");
        }
    }

    @Promise({"3.1", "3.9"})
    @Provokes("read EINVAL")
    @OnEveryProvider
    void a_read_of_an_event_that_has_no_room_for_its_count(IoLoop loop) throws IOException {
        try (Event event = new Event(loop, () -> {})) {
            event.trigger();
            event.listen();
            int fd = event.listening() instanceof Read read ? read.fd() : -1;
            Read small = new Read(loop, done -> {});
            small.submit(fd, Bytes.empty(loop, 4), -1);
            Failure.assertFails(loop, small, ReadError.ALIGNMENT, "EINVAL");
        }
        loop.tick();
    }
}
