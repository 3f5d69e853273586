// SPDX-License-Identifier: Apache-2.0

package dev.ringtail.io.linux;

import static dev.ringtail.io.linux.bindings.Headers.EAGAIN;
import static dev.ringtail.io.linux.bindings.Headers.EMFILE;
import static dev.ringtail.io.linux.bindings.Headers.ENFILE;
import static dev.ringtail.io.linux.bindings.Headers.ENOMEM;
import static dev.ringtail.io.linux.bindings.Headers.RLIMIT_MEMLOCK;
import static dev.ringtail.io.linux.bindings.Headers.RLIMIT_NOFILE;

import dev.ringtail.io.Errno;
import dev.ringtail.io.linux.bindings.rlimit;
import java.io.IOException;
import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.nio.file.Files;
import java.nio.file.Path;

/** What a process may have, for messages that say which limit stood in the way and how to raise it. Any thread. */
public final class Limits {
    private Limits() {}

    /**
     * Why opening a driver failed. The message names the limit that was reached, its value, and how to raise it.
     *
     * @param call what was tried
     */
    public static IOException exception(String call, int errno) {
        return new IOException(call + ": " + Errno.name(errno) + advice(errno));
    }

    private static String advice(int errno) {
        if (errno == EMFILE()) {
            return ": this process may have " + soft(RLIMIT_NOFILE()) + " descriptors open, and has"
                    + " (RLIMIT_NOFILE; raise it with ulimit -n, prlimit --nofile, or systemd's LimitNOFILE)";
        }
        if (errno == ENFILE()) {
            return ": the system may have " + read("/proc/sys/fs/file-max") + " files open, and has"
                    + " (raise it with sysctl fs.file-max)";
        }
        if (errno == ENOMEM() || errno == EAGAIN()) {
            return ": not enough memory, or not enough that may be locked: " + soft(RLIMIT_MEMLOCK())
                    + " bytes (RLIMIT_MEMLOCK, which registered memory counts against, and rings before Linux 5.12 and in"
                    + " newer kernels; raise it with ulimit -l,"
                    + " prlimit --memlock, or systemd's LimitMEMLOCK)";
        }
        return "";
    }

    private static String soft(int resource) {
        try (Arena arena = Arena.ofConfined()) {
            MemorySegment limit = arena.allocate(rlimit.layout());
            if (new Linux().getrlimit(resource, limit.address()) != 0) {
                return "an unknown number of";
            }
            long value = rlimit.rlim_cur(limit);
            return value < 0 ? "unlimited" : Long.toString(value);
        }
    }

    /** The first line of a small file of the kernel's; "?" if it can't be read. */
    public static String read(String path) {
        try {
            return Files.readString(Path.of(path)).strip();
        } catch (IOException e) {
            return "?";
        }
    }
}
