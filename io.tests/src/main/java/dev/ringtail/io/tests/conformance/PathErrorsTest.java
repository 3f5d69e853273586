// SPDX-License-Identifier: Apache-2.0

package dev.ringtail.io.tests.conformance;

import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.ringtail.io.IoLoop;
import dev.ringtail.io.OpenFlag;
import dev.ringtail.io.OpenFlags;
import dev.ringtail.io.Openat;
import dev.ringtail.io.OpenatError;
import dev.ringtail.io.Statx;
import dev.ringtail.io.StatxError;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import org.junit.jupiter.api.Assumptions;
import org.junit.jupiter.api.io.TempDir;

/** What the kernel answers about paths that can't be opened or asked about: rows of the table of errors, made for real. */
final class PathErrorsTest {
    private static final OpenFlags WRITE = OpenFlags.of(OpenFlag.WRITE);

    private static void assertOpenatFails(IoLoop loop, Object path, OpenFlags flags, OpenatError error, String errno) {
        Openat openat = new Openat(loop, done -> {});
        openat.submit(path.toString(), flags, 0600);
        Failure.assertFails(loop, openat, error, errno);
    }

    private static void assertStatxFails(IoLoop loop, Object path, StatxError error, String errno) {
        Statx statx = new Statx(loop, done -> {});
        statx.submit(path.toString());
        Failure.assertFails(loop, statx, error, errno);
    }

    @Promise("3.1")
    @Provokes({"openat ENOENT", "statx ENOENT"})
    @OnEveryProvider
    void a_path_that_does_not_exist(IoLoop loop, @TempDir Path folder) {
        assertOpenatFails(loop, folder.resolve("none"), OpenFlags.READ, OpenatError.FILE_NOT_FOUND, "ENOENT");
        assertOpenatFails(loop, "", OpenFlags.READ, OpenatError.FILE_NOT_FOUND, "ENOENT");
        assertStatxFails(loop, folder.resolve("none"), StatxError.FILE_NOT_FOUND, "ENOENT");
    }

    @Promise("3.1")
    @Provokes({"openat EBADF", "statx EBADF"})
    @OnEveryProvider
    void a_directorys_descriptor_that_is_closed(IoLoop loop) {
        Openat openat = new Openat(loop, done -> {});
        openat.submit(Descriptors.NOT_OPEN, "relative", OpenFlags.READ, 0);
        Failure.assertFails(loop, openat, OpenatError.FILE_DESCRIPTOR_INVALID, "EBADF");
        Statx statx = new Statx(loop, done -> {});
        statx.submit(Descriptors.NOT_OPEN, "relative");
        Failure.assertFails(loop, statx, StatxError.FILE_DESCRIPTOR_INVALID, "EBADF");
        statx.submit(Descriptors.NOT_OPEN);
        Failure.assertFails(loop, statx, StatxError.FILE_DESCRIPTOR_INVALID, "EBADF");
    }

    @Promise("3.1")
    @Provokes({"openat ENOTDIR", "statx ENOTDIR"})
    @OnEveryProvider
    void a_file_where_a_directory_should_be(IoLoop loop, @TempDir Path folder) throws IOException {
        try (Descriptors open = new Descriptors(loop)) {
            Path file = Files.writeString(folder.resolve("file"), "");
            assertOpenatFails(loop, file + "/below", OpenFlags.READ, OpenatError.NOT_DIR, "ENOTDIR");
            OpenFlags directory = OpenFlags.of(OpenFlag.READ, OpenFlag.DIRECTORY);
            assertOpenatFails(loop, file, directory, OpenatError.NOT_DIR, "ENOTDIR");
            assertStatxFails(loop, file + "/below", StatxError.NOT_DIR, "ENOTDIR");
            Openat openat = new Openat(loop, done -> {});
            openat.submit(open.open(file.toString(), OpenFlags.READ), "below", OpenFlags.READ, 0);
            Failure.assertFails(loop, openat, OpenatError.NOT_DIR, "ENOTDIR");
        }
    }

    @Promise("3.1")
    @Provokes({"openat ELOOP", "statx ELOOP"})
    @OnEveryProvider
    void a_link_to_itself(IoLoop loop, @TempDir Path folder) throws IOException {
        Path circle = Files.createSymbolicLink(folder.resolve("circle"), folder.resolve("circle"));
        assertOpenatFails(loop, circle, OpenFlags.READ, OpenatError.SYM_LINK_LOOP, "ELOOP");
        assertStatxFails(loop, circle, StatxError.SYM_LINK_LOOP, "ELOOP");
        Path link = Files.createSymbolicLink(folder.resolve("link"), folder);
        OpenFlags noFollow = OpenFlags.of(OpenFlag.READ, OpenFlag.NO_FOLLOW);
        assertOpenatFails(loop, link, noFollow, OpenatError.SYM_LINK_LOOP, "ELOOP");
    }

    @Promise("3.1")
    @Provokes({"openat ENAMETOOLONG", "statx ENAMETOOLONG"})
    @OnEveryProvider
    void a_name_or_a_path_that_is_too_long(IoLoop loop) {
        for (String path : List.of("/tmp/" + "x".repeat(256), "/".repeat(4096), "\u20ac".repeat(3000))) {
            assertOpenatFails(loop, path, OpenFlags.READ, OpenatError.NAME_TOO_LONG, "ENAMETOOLONG");
            assertStatxFails(loop, path, StatxError.NAME_TOO_LONG, "ENAMETOOLONG");
        }
    }

    @Promise("3.1")
    @Provokes("openat EEXIST")
    @OnEveryProvider
    void a_file_that_should_be_new(IoLoop loop, @TempDir Path folder) throws IOException {
        Path file = Files.writeString(folder.resolve("file"), "");
        OpenFlags fresh = OpenFlags.of(OpenFlag.WRITE, OpenFlag.CREATE, OpenFlag.EXCLUSIVE);
        assertOpenatFails(loop, file, fresh, OpenatError.PATH_ALREADY_EXISTS, "EEXIST");
    }

    @Promise("3.1")
    @Provokes("openat EISDIR")
    @OnEveryProvider
    void a_directory_opened_to_write(IoLoop loop, @TempDir Path folder) {
        assertOpenatFails(loop, folder, WRITE, OpenatError.IS_DIR, "EISDIR");
    }

    @Promise("3.1")
    @Provokes("openat EINVAL")
    @OnEveryProvider
    void a_file_that_cannot_be_read_past_the_page_cache(IoLoop loop) {
        OpenFlags direct = OpenFlags.of(OpenFlag.READ, OpenFlag.DIRECT);
        assertOpenatFails(loop, "/proc/self/status", direct, OpenatError.ARGUMENTS_INVALID, "EINVAL");
    }

    @Promise("3.1")
    @Provokes("openat ENXIO")
    @OnEveryProvider
    void a_fifo_without_a_reader(IoLoop loop, @TempDir Path folder) throws Exception {
        Path fifo = Fifos.make(folder.resolve("fifo"));
        OpenFlags nonBlocking = OpenFlags.of(OpenFlag.WRITE, OpenFlag.NON_BLOCKING);
        assertOpenatFails(loop, fifo, nonBlocking, OpenatError.NO_DEVICE_OR_PEER, "ENXIO");
    }

    @Promise("3.1")
    @Provokes("openat ENXIO")
    @OnEveryProvider
    void a_socket(IoLoop loop, @TempDir Path folder) throws IOException {
        try (Descriptors open = new Descriptors(loop)) {
            Path path = folder.resolve("socket");
            open.listening(dev.ringtail.io.Address.unix(path.toString()), 1);
            assertOpenatFails(loop, path, OpenFlags.READ, OpenatError.NO_DEVICE_OR_PEER, "ENXIO");
        }
    }

    @Promise("3.1")
    @Provokes("openat EOPNOTSUPP")
    @OnEveryProvider
    void an_unnamed_file_where_there_can_be_none(IoLoop loop) {
        OpenFlags temporary = OpenFlags.of(OpenFlag.READ, OpenFlag.WRITE, OpenFlag.TEMPORARY);
        // An ordinary user is told first that the directory isn't theirs to write to.
        boolean mayWrite = Files.isWritable(Path.of("/proc"));
        assertOpenatFails(
                loop,
                "/proc",
                temporary,
                mayWrite ? OpenatError.FILE_LOCKS_NOT_SUPPORTED : OpenatError.ACCESS_DENIED,
                mayWrite ? "EOPNOTSUPP" : "EACCES");
    }

    @Promise("3.1")
    @Provokes("openat ETXTBSY")
    @OnEveryProvider
    void a_program_that_runs(IoLoop loop, @TempDir Path folder) throws Exception {
        Path program = Files.copy(Path.of("/bin/sleep"), folder.resolve("program"));
        assertTrue(program.toFile().setExecutable(true));
        Process process = new ProcessBuilder(program.toString(), "60").start();
        try {
            assertOpenatFails(loop, program, WRITE, OpenatError.FILE_BUSY, "ETXTBSY");
        } finally {
            process.destroyForcibly();
            process.waitFor();
        }
    }

    @Promise("3.1")
    @Provokes("openat ENODEV")
    @OnEveryProvider
    void a_device_without_a_driver(IoLoop loop, @TempDir Path folder) throws Exception {
        Assumptions.assumeTrue("root".equals(System.getProperty("user.name")), "only root makes device files");
        Path device = folder.resolve("device");
        // The misc driver answers for numbers that nobody has registered with it.
        Fifos.run(List.of("mknod", device.toString(), "c", "10", "254"));
        assertOpenatFails(loop, device, OpenFlags.READ, OpenatError.NO_DEVICE, "ENODEV");
    }
}
