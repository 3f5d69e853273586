// SPDX-License-Identifier: Apache-2.0

package dev.ringtail.io.linux;

import static dev.ringtail.io.linux.Linux.SYSCALL;
import static dev.ringtail.io.linux.Linux.function;

import dev.ringtail.io.linux.bindings.Headers;
import java.lang.foreign.MemorySegment;
import java.lang.invoke.MethodHandle;

/**
 * The calls that a steady state makes, in one method that is too large to be inlined.
 *
 * <p>A downcall that captures errno slices the memory it is captured in: 40 bytes on the heap, unless the compiler sees that
 * nobody keeps the slice. Inlined into a whole pass of the loop the compiler often no longer did, for the life of the
 * process (JDK 25; CostTest in io.tests: 80 or 160 bytes per echo, in about one run of two). Compiled by itself it always does. HotSpot leaves a method
 * alone that has more than 325 bytes of bytecode (FreqInlineSize), and the price of that is a call.
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

    private static final MethodHandle RECV_CALL = function("recv", 4);
    private static final MethodHandle SEND_CALL = function("send", 4);
    private static final MethodHandle EPOLL_WAIT_CALL = function("epoll_wait", 4);
    private static final MethodHandle EPOLL_CTL_CALL = function("epoll_ctl", 4);
    private static final MethodHandle ACCEPT4_CALL = function("accept4", 4);
    private static final MethodHandle CONNECT_CALL = function("connect", 3);
    private static final MethodHandle FCNTL_CALL = function("fcntl", 3);
    private static final MethodHandle CLOSE_CALL = function("close", 1);
    private static final MethodHandle READ_CALL = function("read", 3);
    private static final MethodHandle WRITE_CALL = function("write", 3);
    private static final MethodHandle OPENAT_CALL = function("openat", 4);
    private static final MethodHandle STATX_CALL = function("statx", 5);
    private static final MethodHandle FSYNC_CALL = function("fsync", 1);
    private static final MethodHandle FDATASYNC_CALL = function("fdatasync", 1);

    private static final long SYS_EPOLL_PWAIT2 = Headers.SYS_epoll_pwait2();
    private static final long SYS_PREADV2 = Architecture.current().SYS_preadv2();
    private static final long SYS_PWRITEV2 = Architecture.current().SYS_pwritev2();

    private FrequentCalls() {}

    /** What the C function returns. Arguments that it doesn't have are ignored. */
    static long call(MemorySegment state, int function, long a, long b, long c, long d, long e, long f) {
        try {
            return switch (function) {
                case RECV -> (long) RECV_CALL.invokeExact(state, a, b, c, d);
                case SEND -> (long) SEND_CALL.invokeExact(state, a, b, c, d);
                case EPOLL_WAIT -> (long) EPOLL_WAIT_CALL.invokeExact(state, a, b, c, d);
                case EPOLL_PWAIT2 -> (long) SYSCALL.invokeExact(state, SYS_EPOLL_PWAIT2, a, b, c, d, e, f);
                case EPOLL_CTL -> (long) EPOLL_CTL_CALL.invokeExact(state, a, b, c, d);
                case PREADV2 -> (long) SYSCALL.invokeExact(state, SYS_PREADV2, a, b, c, d, e, f);
                case PWRITEV2 -> (long) SYSCALL.invokeExact(state, SYS_PWRITEV2, a, b, c, d, e, f);
                case ACCEPT4 -> (long) ACCEPT4_CALL.invokeExact(state, a, b, c, d);
                case CONNECT -> (long) CONNECT_CALL.invokeExact(state, a, b, c);
                case FCNTL -> (long) FCNTL_CALL.invokeExact(state, a, b, c);
                case CLOSE -> (long) CLOSE_CALL.invokeExact(state, a);
                case READ -> (long) READ_CALL.invokeExact(state, a, b, c);
                case WRITE -> (long) WRITE_CALL.invokeExact(state, a, b, c);
                case OPENAT -> (long) OPENAT_CALL.invokeExact(state, a, b, c, d);
                case STATX -> (long) STATX_CALL.invokeExact(state, a, b, c, d, e);
                case FSYNC -> (long) FSYNC_CALL.invokeExact(state, a);
                case FDATASYNC -> (long) FDATASYNC_CALL.invokeExact(state, a);
                default -> throw new AssertionError(function);
            };
        } catch (Throwable thrown) {
            throw Linux.impossible(thrown);
        }
    }
}
