// SPDX-License-Identifier: Apache-2.0

package dev.ringtail.io.uring;

import static dev.ringtail.io.linux.bindings.Headers.*;

import dev.ringtail.io.Capability;
import dev.ringtail.io.Errno;
import dev.ringtail.io.linux.Limits;
import dev.ringtail.io.linux.Linux;
import dev.ringtail.io.linux.bindings.io_uring_params;
import dev.ringtail.io.linux.bindings.io_uring_probe;
import dev.ringtail.io.linux.bindings.io_uring_probe_op;
import dev.ringtail.io.spi.Availability;
import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.util.EnumSet;
import java.util.Set;

/**
 * Whether this kernel, as it is set up for this process, has an io_uring that will do: found out by setting up the smallest
 * ring, asking it what it can, and closing it again.
 */
final class KernelProbe {
    /** The number of operations that can be asked for. */
    private static final int OPERATIONS_MAX = 256;

    /**
     * What the provider itself can't be without: the read that a wake-up ends, and the end of what is in flight. All that
     * callers submit is there too, since Linux 5.6, where IORING_FEAT_EXT_ARG is, unless the kernel is built without a part of
     * it (CONFIG_NET) or made to refuse it. That costs the operations concerned alone (semantics 3.12): the kernel answers
     * each of them with EOPNOTSUPP or EACCES, and the caller gets that as its error.
     */
    private static final int[] NEEDED = {IORING_OP_READ(), IORING_OP_ASYNC_CANCEL()};

    private final Linux linux = new Linux();
    private final Arena arena;

    private KernelProbe(Arena arena) {
        this.arena = arena;
    }

    static Availability availability() {
        try (Arena arena = Arena.ofConfined()) {
            return new KernelProbe(arena).probe();
        }
    }

    private Availability probe() {
        MemorySegment params = arena.allocate(io_uring_params.layout());
        int fd = linux.io_uring_setup(1, params.address());
        if (fd < 0) {
            return afterSetup(-fd);
        }
        try {
            return probe(fd, io_uring_params.features(params));
        } finally {
            linux.close(fd);
        }
    }

    private Availability probe(int fd, int features) {
        if ((features & IORING_FEAT_EXT_ARG()) == 0) {
            return new Availability.Unavailable(
                    "the kernel is too old: it lacks IORING_FEAT_EXT_ARG, which Linux 5.11 has; this is "
                            + System.getProperty("os.version"));
        }
        int entered = linux.io_uring_enter(fd, 0, 0, 0, 0, 0);
        if (entered < 0) {
            return refused("io_uring_enter", -entered);
        }
        MemorySegment answer = answer(arena);
        int registered = linux.io_uring_register(fd, IORING_REGISTER_PROBE(), answer.address(), OPERATIONS_MAX);
        if (registered < 0) {
            return refused("io_uring_register", -registered);
        }
        for (int opcode : NEEDED) {
            if (!isSupported(answer, opcode)) {
                return new Availability.Unavailable("the kernel's io_uring lacks operation " + opcode + " of "
                        + "io_uring_enter(2); this is Linux " + System.getProperty("os.version"));
            }
        }
        return new Availability.Available();
    }

    private static MemorySegment answer(Arena arena) {
        return arena.allocate(io_uring_probe.sizeof() + OPERATIONS_MAX * io_uring_probe_op.sizeof(), Long.BYTES);
    }

    private static boolean isSupported(MemorySegment answer, int opcode) {
        long flags = io_uring_probe.sizeof() + opcode * io_uring_probe_op.sizeof() + io_uring_probe_op.flags$offset();
        return (answer.get(io_uring_probe_op.flags$layout(), flags) & IO_URING_OP_SUPPORTED()) != 0;
    }

    /**
     * What the kernel of an open ring can do that shows in nothing else: it is told by operations that came with the same
     * version.
     */
    static Set<Capability> capabilities(Ring ring) {
        Set<Capability> found = EnumSet.of(Capability.REGISTERED_FILES); // 5.5, for a table with gaps.
        try (Arena arena = Arena.ofConfined()) {
            MemorySegment answer = answer(arena);
            if (ring.register(IORING_REGISTER_PROBE(), answer.address(), OPERATIONS_MAX) < 0) {
                return found;
            }
            if (isSupported(answer, IORING_OP_SOCKET())) { // 5.19.
                found.add(Capability.MULTISHOT_ACCEPT);
                found.add(Capability.REGISTERED_BUFFERS);
            }
            if (isSupported(answer, IORING_OP_SEND_ZC())) { // 6.0.
                found.add(Capability.BUFFER_RING);
            }
        }
        return found;
    }

    private static Availability afterSetup(int errno) {
        if (errno == ENOSYS()) {
            return new Availability.Unavailable(
                    "io_uring_setup gives ENOSYS: the kernel is older than 5.1 or built without"
                            + " io_uring, or a seccomp filter hides it (containers do; allow io_uring_setup, io_uring_enter and"
                            + " io_uring_register); this is Linux " + System.getProperty("os.version"));
        }
        String disabled = errno == EPERM() ? Limits.read("/proc/sys/kernel/io_uring_disabled") : "";
        if (disabled.equals("1") || disabled.equals("2")) {
            return new Availability.Unavailable("disabled by sysctl kernel.io_uring_disabled=" + disabled
                    + (disabled.equals("1")
                            ? " for all but root and the group kernel.io_uring_group"
                            : " for everybody")
                    + "; 0 allows it");
        }
        return refused("io_uring_setup", errno);
    }

    private static Availability refused(String call, int errno) {
        if (errno == EMFILE() || errno == ENFILE() || errno == ENOMEM() || errno == EAGAIN()) {
            // Running out of something is for open to report (semantics 4.2).
            return new Availability.Available();
        }
        return new Availability.Unavailable(call + " gives " + Errno.name(errno)
                + ": blocked, by a seccomp filter or a security module most likely (containers have them; allow"
                + " io_uring_setup, io_uring_enter and io_uring_register)");
    }
}
