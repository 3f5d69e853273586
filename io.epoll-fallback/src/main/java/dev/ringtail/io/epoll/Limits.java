// SPDX-License-Identifier: Apache-2.0

package dev.ringtail.io.epoll;

import static dev.ringtail.io.linux.bindings.Headers.EMFILE;
import static dev.ringtail.io.linux.bindings.Headers.ENFILE;
import static dev.ringtail.io.linux.bindings.Headers.ENOMEM;
import static dev.ringtail.io.linux.bindings.Headers.RLIMIT_NOFILE;

import dev.ringtail.io.Errno;
import dev.ringtail.io.linux.Linux;
import dev.ringtail.io.linux.bindings.rlimit;
import java.io.IOException;
import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;

/** What to say when opening fails because something ran out (semantics 4.2). */
final class Limits {
    private Limits() {}

    static IOException failure(Linux linux, String call, int errno) {
        return new IOException(call + ": " + Errno.name(errno) + advice(linux, errno));
    }

    private static String advice(Linux linux, int errno) {
        if (errno == EMFILE()) {
            return ": this process may have " + descriptorLimit(linux)
                    + " descriptors (RLIMIT_NOFILE) and has them all;"
                    + " raise it with ulimit -n, or LimitNOFILE= in a systemd unit, or close some";
        }
        if (errno == ENFILE()) {
            return ": the system has no descriptor left; raise it with sysctl fs.file-max, or close some";
        }
        if (errno == ENOMEM()) {
            return ": the kernel has no memory for it; give the machine or the container (memory.max) more";
        }
        return "";
    }

    private static long descriptorLimit(Linux linux) {
        try (Arena arena = Arena.ofConfined()) {
            MemorySegment limit = arena.allocate(rlimit.layout());
            linux.getrlimit(RLIMIT_NOFILE(), limit.address());
            return rlimit.rlim_cur(limit);
        }
    }
}
