// SPDX-License-Identifier: Apache-2.0

package dev.ringtail.io.tests.errors;

import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.ringtail.io.spi.Provider;
import dev.ringtail.io.tests.ChildJvm;
import dev.ringtail.io.tests.conformance.OnEveryProvider;
import dev.ringtail.io.tests.conformance.Promise;
import dev.ringtail.io.tests.conformance.Provokes;
import java.io.IOException;
import java.lang.reflect.Method;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Assumptions;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.TestInfo;
import org.junit.jupiter.api.io.TempDir;

/**
 * Rows of errors.tsv that need a namespace, a limit, another user or a file system of their own: each condition is made
 * for a child process, and ends with it.
 */
final class ChildErrorsTest {
    @TempDir
    Path folder;

    private List<String> rows = List.of();

    @BeforeEach
    void readRows(TestInfo test) {
        Method method = test.getTestMethod().orElseThrow();
        Provokes provokes = method.getAnnotation(Provokes.class);
        rows = provokes == null ? List.of() : List.of(provokes.value());
    }

    private void assertProvoked(Provider provider, String condition, String place, String... launcher)
            throws Exception {
        ChildJvm.Result result = ChildJvm.of(Provocation.class, provider.name(), condition, place)
                .under(launcher)
                .run();
        assertTrue(result.exitCode() == 0, result::toString);
        Map<String, ErrorRow> all = ErrorRow.all();
        List<String> missing = new ArrayList<>();
        for (String key : rows) {
            ErrorRow row = all.get(key);
            if (row == null || !result.out().contains(key + " " + row.result() + "\n")) {
                missing.add(key);
            }
        }
        assertTrue(missing.isEmpty(), () -> "not seen: " + missing + " in " + result);
    }

    /** Skips where the condition can't be made: what stands before the child is tried with a child that does nothing. */
    private static void assumeWorks(String... launcher) throws Exception {
        List<String> command = new ArrayList<>(List.of(launcher));
        command.add("true");
        Process process;
        try {
            process = new ProcessBuilder(command).redirectErrorStream(true).start();
        } catch (IOException e) {
            Assumptions.abort("not here: " + e.getMessage());
            return;
        }
        String output = new String(process.getInputStream().readAllBytes(), java.nio.charset.StandardCharsets.UTF_8);
        int status = process.waitFor();
        Assumptions.assumeTrue(status == 0, () -> "not here: " + command.getFirst() + ": " + output);
    }

    private static String[] shell(String unshare, String script) {
        return new String[] {"unshare", unshare, "sh", "-c", script, "sh"};
    }

    @Promise("3.1")
    @Provokes({
        "connect EAGAIN",
        "connect EACCES",
        "connect EHOSTUNREACH",
        "connect EINVAL",
        "connect ENETUNREACH",
        "connect ETIMEDOUT",
        "send EACCES",
        "send EHOSTUNREACH",
        "send EINVAL",
        "send ENETUNREACH",
        "send ETIMEDOUT",
        "recv EHOSTUNREACH",
        "recv ENETUNREACH",
        "recv ETIMEDOUT",
        "read ETIMEDOUT",
        "write ETIMEDOUT"
    })
    @OnEveryProvider
    void networks_that_cannot_be_reached(Provider provider) throws Exception {
        String[] launcher = shell("-n", NetworkProvocation.SETUP);
        assumeWorks(launcher);
        assertProvoked(provider, "routes", "", launcher);
    }

    @Promise("3.1")
    @Provokes({"openat EACCES", "statx EACCES", "connect EACCES", "openat EPERM"})
    @OnEveryProvider
    void what_belongs_to_another(Provider provider) throws Exception {
        // Still root by number, so that the class path can be read; but without root's privileges.
        String[] launcher = {"setpriv", "--bounding-set=-all", "--inh-caps=-all"};
        assumeWorks(launcher);
        Path closed = Files.createDirectory(folder.resolve("closed"));
        Path readable = Files.writeString(folder.resolve("readable"), "x");
        Files.writeString(closed.resolve("file"), "x");
        var nobody = folder.getFileSystem().getUserPrincipalLookupService().lookupPrincipalByName("nobody");
        Files.setPosixFilePermissions(closed, java.nio.file.attribute.PosixFilePermissions.fromString("rwx------"));
        Files.setOwner(closed, nobody);
        Files.setOwner(readable, nobody);
        assertProvoked(provider, "stranger", folder.toString(), launcher);
    }

    @Promise("3.1")
    @Provokes({"accept EMFILE", "openat EMFILE"})
    @OnEveryProvider
    void a_process_without_descriptors(Provider provider) throws Exception {
        String[] launcher = {"prlimit", "--nofile=128"};
        assumeWorks(launcher);
        assertProvoked(provider, "descriptors", "/dev/null", launcher);
    }

    @Promise("3.1")
    @Provokes("write EFBIG")
    @OnEveryProvider
    void a_limit_on_the_size_of_files(Provider provider) throws Exception {
        String[] launcher = {"prlimit", "--fsize=8192"};
        assumeWorks(launcher);
        assertProvoked(provider, "file-size", folder.toString(), launcher);
    }

    @Promise("3.1")
    @Provokes({"write ENOSPC", "openat ENOSPC"})
    @OnEveryProvider
    void a_file_system_that_is_full(Provider provider) throws Exception {
        String[] launcher = shell("-m", "mount -t tmpfs -o size=128k,nr_inodes=6 full " + folder + " && exec \"$@\"");
        assumeWorks(launcher);
        assertProvoked(provider, "full", folder.toString(), launcher);
    }

    @Promise("3.1")
    @Provokes("openat EROFS")
    @OnEveryProvider
    void a_file_system_that_is_read_only(Provider provider) throws Exception {
        String[] launcher = shell("-m", "mount -t tmpfs -o ro empty " + folder + " && exec \"$@\"");
        assumeWorks(launcher);
        assertProvoked(provider, "read-only", folder.toString(), launcher);
    }

    /** An ext4 that is told that its disk is gone: EXT4_IOC_SHUTDOWN. The device is in use, which is another row. */
    @Promise("3.1")
    @Provokes({"write EIO", "read EIO", "fsync EIO", "openat EIO", "openat EBUSY"})
    @OnEveryProvider
    void a_disk_that_breaks(Provider provider) throws Exception {
        Path mount = Files.createDirectory(folder.resolve("mount"));
        String disk = folder + "/disk";
        String image = "rm -f " + disk + " && truncate -s 16M " + disk + " && mkfs.ext4 -qF " + disk;
        String[] launcher = shell("-m", image + " && mount -o loop " + disk + " " + mount + " && \"$@\"");
        assumeWorks(launcher);
        assertProvoked(provider, "broken", mount.toString(), launcher);
    }

    @Promise("3.1")
    @Provokes("openat EAGAIN")
    @OnEveryProvider
    void a_file_that_is_leased(Provider provider) throws Exception {
        Path file = Files.writeString(folder.resolve("file"), "x");
        assumeWorks("perl", "-e", "1;");
        // The lease's holder ignores the request to give it up, until it is ended.
        Process holder = new ProcessBuilder(
                        "perl",
                        "-e",
                        "$|=1; $SIG{IO}='IGNORE'; open(F,'+<',$ARGV[0]) && fcntl(F,1024,1) or die $!; print \"held\\n\"; sleep 60",
                        file.toString())
                .start();
        try {
            Assumptions.assumeTrue(holder.getInputStream().read() == 'h', "not here: no lease to be had");
            assertProvoked(provider, "leased", file.toString());
        } finally {
            holder.destroyForcibly();
            holder.waitFor();
        }
    }
}
