// SPDX-License-Identifier: Apache-2.0

package dev.ringtail.io.tests.conformance;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertNull;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.ringtail.io.Cancel;
import dev.ringtail.io.Fsync;
import dev.ringtail.io.FsyncError;
import dev.ringtail.io.IoLoop;
import dev.ringtail.io.SystemCallException;
import dev.ringtail.io.Write;
import java.nio.file.Path;
import org.junit.jupiter.api.io.TempDir;

final class FsyncTest {
    private static Fsync fsync(IoLoop loop) {
        return new Fsync(loop, done -> {});
    }

    @Promise("3.1")
    @OnEveryProvider
    void what_was_written_is_made_durable(IoLoop loop, @TempDir Path folder) throws SystemCallException {
        try (Descriptors open = new Descriptors(loop)) {
            int fd = open.file(folder.resolve("file"));
            Write write = new Write(loop, done -> {});
            write.submit(fd, Bytes.of(loop, "durable"), 0);
            assertEquals(7, Bounded.complete(loop, write).bytes());
            Fsync fsync = fsync(loop);
            fsync.submit(fd);
            assertNull(Bounded.complete(loop, fsync).error());
            assertFalse(fsync.isDataOnly());
        }
    }

    @Promise("3.1")
    @OnEveryProvider
    void the_data_alone(IoLoop loop, @TempDir Path folder) throws SystemCallException {
        try (Descriptors open = new Descriptors(loop)) {
            Fsync fsync = fsync(loop);
            fsync.submitDataOnly(open.file(folder.resolve("file")));
            assertNull(Bounded.complete(loop, fsync).error());
            assertTrue(fsync.isDataOnly());
        }
    }

    @Promise("3.1")
    @OnEveryProvider
    void several_at_once_on_one_file(IoLoop loop, @TempDir Path folder) throws SystemCallException {
        try (Descriptors open = new Descriptors(loop)) {
            int fd = open.file(folder.resolve("file"));
            int[] count = {0};
            for (int i = 0; i < 8; i++) {
                new Fsync(loop, done -> {
                            assertNull(done.error());
                            count[0]++;
                        })
                        .submit(fd);
            }
            Bounded.until(loop, "all are complete", () -> count[0] == 8);
        }
    }

    @Promise("3.9")
    @OnEveryProvider
    void a_negative_descriptor_is_refused(IoLoop loop) {
        Fsync fsync = fsync(loop);
        Failure.assertRefused("fd: -1", fsync, () -> fsync.submit(-1));
        Failure.assertRefused("fd: -3", fsync, () -> fsync.submitDataOnly(-3));
    }

    @Promise({"3.1", "3.9"})
    @Provokes("fsync EBADF")
    @OnEveryProvider
    void a_closed_descriptor(IoLoop loop) {
        Fsync fsync = fsync(loop);
        fsync.submit(Descriptors.NOT_OPEN);
        Failure.assertFails(loop, fsync, FsyncError.FILE_DESCRIPTOR_INVALID, "EBADF");
    }

    @Promise({"3.1", "3.9"})
    @Provokes("fsync EINVAL")
    @OnEveryProvider
    void what_holds_nothing_durable(IoLoop loop) throws SystemCallException {
        try (Descriptors open = new Descriptors(loop)) {
            Fsync fsync = fsync(loop);
            fsync.submit(open.pipe().writeFd());
            Failure.assertFails(loop, fsync, FsyncError.ARGUMENTS_INVALID, "EINVAL");
            fsync.submit(open.pair().first());
            Failure.assertFails(loop, fsync, FsyncError.ARGUMENTS_INVALID, "EINVAL");
        }
    }

    @Promise({"3.1", "3.8"})
    @Provokes("fsync ECANCELED")
    @OnEveryProvider
    void an_fsync_that_is_cancelled_in_time(IoLoop loop, @TempDir Path folder) throws SystemCallException {
        try (Descriptors open = new Descriptors(loop)) {
            Fsync fsync = fsync(loop);
            Cancel cancel = new Cancel(loop, done -> {});
            fsync.submit(open.file(folder.resolve("file")));
            cancel.submit(fsync);
            Failure.assertFails(loop, fsync, FsyncError.CANCELED, "ECANCELED");
        }
    }
}
