// SPDX-License-Identifier: Apache-2.0

package dev.ringtail.io.tests.conformance;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertNull;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.ringtail.io.Cancel;
import dev.ringtail.io.IoLoop;
import dev.ringtail.io.OpenFlag;
import dev.ringtail.io.OpenFlags;
import dev.ringtail.io.Statx;
import dev.ringtail.io.StatxError;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.LinkOption;
import java.nio.file.Path;
import java.nio.file.attribute.FileTime;
import java.time.Instant;
import java.util.Map;
import org.junit.jupiter.api.io.TempDir;

final class StatxTest {
    private static Statx statx(IoLoop loop) {
        return new Statx(loop, done -> {});
    }

    @Promise("3.1")
    @OnEveryProvider
    void a_path_as_another_program_sees_it(IoLoop loop, @TempDir Path folder) throws IOException {
        Path path = Files.writeString(folder.resolve("file"), "twelve bytes");
        Files.setLastModifiedTime(path, FileTime.from(Instant.ofEpochSecond(1_000_000_000, 123_456_789)));
        Statx statx = statx(loop);
        statx.submit(path.toString());
        assertNull(Bounded.complete(loop, statx).error());
        Map<String, Object> expected = Files.readAttributes(path, "unix:*", LinkOption.NOFOLLOW_LINKS);
        assertEquals(12, statx.size());
        assertEquals(expected.get("ino"), statx.inode());
        assertEquals(expected.get("mode"), statx.mode());
        assertEquals(expected.get("nlink"), statx.linkCount());
        assertEquals(expected.get("uid"), statx.userId());
        assertEquals(expected.get("gid"), statx.groupId());
        assertEquals(Instant.ofEpochSecond(1_000_000_000, 123_456_789), statx.modified());
        assertTrue(statx.isRegularFile());
        assertFalse(statx.isDirectory());
    }

    @Promise("3.1")
    @OnEveryProvider
    void an_open_file(IoLoop loop, @TempDir Path folder) throws IOException {
        try (Descriptors open = new Descriptors(loop)) {
            Path path = Files.writeString(folder.resolve("file"), "abc");
            Statx byPath = statx(loop);
            Statx byFd = statx(loop);
            byPath.submit(path.toString());
            byFd.submit(open.open(path.toString(), OpenFlags.READ));
            assertEquals(
                    Bounded.complete(loop, byPath).inode(),
                    Bounded.complete(loop, byFd).inode());
            assertEquals(byPath.device(), byFd.device());
            assertEquals(3, byFd.size());
        }
    }

    @Promise("3.1")
    @OnEveryProvider
    void a_path_relative_to_a_directory(IoLoop loop, @TempDir Path folder) throws IOException {
        try (Descriptors open = new Descriptors(loop)) {
            Files.writeString(folder.resolve("file"), "abcd");
            Statx statx = statx(loop);
            statx.submit(open.open(folder.toString(), OpenFlags.of(OpenFlag.READ, OpenFlag.DIRECTORY)), "file");
            assertEquals(4, Bounded.complete(loop, statx).size());
        }
    }

    @Promise("3.1")
    @OnEveryProvider
    void a_directory(IoLoop loop, @TempDir Path folder) {
        Statx statx = statx(loop);
        statx.submit(folder.toString());
        assertTrue(Bounded.complete(loop, statx).isDirectory());
    }

    @Promise("3.1")
    @OnEveryProvider
    void a_symbolic_link_is_followed_or_not(IoLoop loop, @TempDir Path folder) throws IOException {
        Path target = Files.writeString(folder.resolve("target"), "abcde");
        Path link = Files.createSymbolicLink(folder.resolve("link"), target);
        Statx statx = statx(loop);
        statx.submit(link.toString());
        assertEquals(5, Bounded.complete(loop, statx).size());
        assertTrue(statx.followsLinks());
        statx.submitNoFollow(link.toString());
        Bounded.complete(loop, statx);
        assertEquals(target.toString().length(), statx.size());
        assertFalse(statx.isRegularFile());
        assertFalse(statx.followsLinks());
    }

    @Promise("2.1")
    @OnEveryProvider
    void its_answer_is_its_own(IoLoop loop, @TempDir Path folder) throws IOException {
        Statx[] all = new Statx[16];
        for (int i = 0; i < all.length; i++) {
            Path path = Files.writeString(folder.resolve("file" + i), "x".repeat(i));
            all[i] = statx(loop);
            all[i].submit(path.toString());
        }
        for (int i = 0; i < all.length; i++) {
            assertEquals(i, Bounded.complete(loop, all[i]).size());
        }
    }

    @Promise("3.9")
    @OnEveryProvider
    void after_a_failure_there_is_no_answer_to_read(IoLoop loop) {
        Statx statx = statx(loop);
        statx.submit("/no/such/file");
        Bounded.complete(loop, statx);
        IllegalStateException refusal = assertThrows(IllegalStateException.class, statx::size);
        assertTrue(String.valueOf(refusal.getMessage()).contains("FILE_NOT_FOUND"), refusal::getMessage);
    }

    @Promise("3.9")
    @OnEveryProvider
    void an_empty_path_leads_nowhere(IoLoop loop) {
        Statx statx = statx(loop);
        statx.submit("");
        Failure.assertFails(loop, statx, StatxError.FILE_NOT_FOUND, "ENOENT");
    }

    @Promise("3.9")
    @OnEveryProvider
    void wrong_arguments_are_refused(IoLoop loop) {
        Statx statx = statx(loop);
        Failure.assertRefused("fd: -1", statx, () -> statx.submit(-1));
        Failure.assertRefused("dirFd: -1", statx, () -> statx.submit(-1, "x"));
        Failure.assertRefused("NUL", statx, () -> statx.submit("a\0b"));
        Failure.assertRefused("surrogate", statx, () -> statx.submitNoFollow("\udc00"));
    }

    @Promise("3.9")
    @OnEveryProvider
    @SuppressWarnings("NullAway") // That null is refused is the point.
    void a_null_path_is_refused(IoLoop loop) {
        Statx statx = statx(loop);
        Failure.assertNullRefused("path", () -> statx.submit(null));
        assertEquals(0, loop.inFlightCount());
    }

    @Promise("3.8")
    @Provokes("statx ECANCELED")
    @OnEveryProvider
    void a_statx_that_is_cancelled_in_time(IoLoop loop) {
        Statx statx = statx(loop);
        Cancel cancel = new Cancel(loop, done -> {});
        statx.submit("/");
        cancel.submit(statx);
        Failure.assertFails(loop, statx, StatxError.CANCELED, "ECANCELED");
        assertTrue(Bounded.complete(loop, cancel).targetCanceled());
    }
}
