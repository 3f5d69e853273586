// SPDX-License-Identifier: Apache-2.0

package dev.ringtail.io.tests.epoll;

import static org.junit.jupiter.api.Assertions.assertEquals;

import dev.ringtail.io.spi.Provider;
import dev.ringtail.io.tests.ChildJvm;
import dev.ringtail.io.tests.conformance.OnEveryProvider;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import org.junit.jupiter.api.Assumptions;
import org.junit.jupiter.api.io.TempDir;

/** XFS, unlike ext4, takes a write that may not wait, and cuts it short where it would have to. Needs root and mkfs.xfs. */
final class ShortWriteTest {
    @TempDir
    Path folder;

    @OnEveryProvider
    void a_write_at_a_files_position_is_not_cut_short_for_want_of_memory(Provider provider) throws Exception {
        Path mount = Files.createDirectory(folder.resolve("mount"));
        String disk = folder + "/disk";
        String image = "truncate -s 320M " + disk + " && mkfs.xfs -qf " + disk + " 2>&1";
        String[] launcher = {
            "unshare", "-m", "sh", "-c", image + " && mount -o loop " + disk + " " + mount + " && \"$@\"", "sh"
        };
        assumeWorks(launcher);
        String out = ChildJvm.of(
                        ShortWrite.class, provider.name(), mount.resolve("file").toString())
                .under(launcher)
                .run()
                .assertExit(0)
                .out();
        assertEquals(("written " + ShortWrite.BYTES + "\n").repeat(ShortWrite.ROUNDS), out);
    }

    private static void assumeWorks(String... launcher) throws InterruptedException {
        String[] command = java.util.Arrays.copyOf(launcher, launcher.length + 1);
        command[launcher.length] = "true";
        try {
            Process process =
                    new ProcessBuilder(command).redirectErrorStream(true).start();
            String output =
                    new String(process.getInputStream().readAllBytes(), java.nio.charset.StandardCharsets.UTF_8);
            Assumptions.assumeTrue(process.waitFor() == 0, () -> "not here: " + output);
        } catch (IOException e) {
            Assumptions.abort("not here: " + e.getMessage());
        }
    }
}
