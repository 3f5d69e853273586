// SPDX-License-Identifier: Apache-2.0

package dev.ringtail.io.linux;

import static dev.ringtail.io.linux.Linux.SYSCALL;
import static dev.ringtail.io.linux.Linux.function;

import dev.ringtail.io.linux.bindings.Headers;
import java.lang.foreign.MemorySegment;
import java.lang.invoke.MethodHandle;
import java.lang.invoke.MethodHandles;

/**
 * The calls that a steady state makes, each compiled by itself.
 *
 * <p>A downcall that captures errno slices the memory it is captured in: 40 bytes on the heap, unless the compiler sees that
 * nobody keeps the slice. Where handles are constants they are inlined, and in a whole pass of the loop, or in one large
 * method, the compiler runs out of budget at this call or that, for the life of the process (JDK 25; LoopAllocationTest and
 * CostTest in io.tests: 40 to 160 bytes per operation, now here, now there). An array's element is no constant to the
 * compiler: such a handle is never inlined, and its own code, which the virtual machine makes for each handle that is used
 * often, is always small enough to be seen through.
 */
final class FrequentCalls {
    static final int RECV = 0;
    static final int SEND = 1;
    static final int EPOLL_WAIT = 2;
    static final int EPOLL_PWAIT2 = 3;
    static final int EPOLL_CTL = 4;
    static final int PREADV2 = 5;
    static final int PWRITEV2 = 6;
    static final int ACCEPT4 = 7;
    static final int CONNECT = 8;
    static final int FCNTL = 9;
    static final int CLOSE = 10;
    static final int READ = 11;
    static final int WRITE = 12;
    static final int OPENAT = 13;
    static final int STATX = 14;
    static final int FSYNC = 15;
    static final int FDATASYNC = 16;
    static final int IO_URING_ENTER = 17;

    /** By the constants above. */
    private static final MethodHandle[] CALLS = {
        function("recv"),
        function("send"),
        function("epoll_wait"),
        system(Headers.SYS_epoll_pwait2()),
        function("epoll_ctl"),
        system(Architecture.current().SYS_preadv2()),
        system(Architecture.current().SYS_pwritev2()),
        function("accept4"),
        function("connect"),
        function("fcntl"),
        function("close"),
        function("read"),
        function("write"),
        function("openat"),
        function("statx"),
        function("fsync"),
        function("fdatasync"),
        system(Headers.SYS_io_uring_enter())
    };

    private FrequentCalls() {}

    /** What the C function returns. Arguments that it doesn't have are ignored. */
    static long call(MemorySegment state, int function, long a, long b, long c, long d, long e, long f) {
        try {
            return (long) CALLS[function].invokeExact(state, a, b, c, d, e, f);
        } catch (Throwable thrown) {
            throw Linux.impossible(thrown);
        }
    }

    private static MethodHandle system(long number) {
        return MethodHandles.insertArguments(SYSCALL, 1, number);
    }
}
