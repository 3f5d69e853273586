// SPDX-License-Identifier: Apache-2.0
package dev.ringtail.io.bench.peers;

import java.lang.foreign.Arena;
import java.lang.foreign.FunctionDescriptor;
import java.lang.foreign.Linker;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;
import java.lang.invoke.MethodHandle;

/** The processor time of a whole process in nanoseconds, ended threads included; Java's own has ticks of 10 ms. */
@SuppressWarnings("restricted") // Native access is granted to this program.
final class Clocks {
    /** Linux: CLOCK_PROCESS_CPUTIME_ID. */
    private static final int PROCESS = 2;

    private static final MethodHandle CLOCK_GETTIME = Linker.nativeLinker()
            .downcallHandle(
                    Linker.nativeLinker().defaultLookup().findOrThrow("clock_gettime"),
                    FunctionDescriptor.of(ValueLayout.JAVA_INT, ValueLayout.JAVA_INT, ValueLayout.ADDRESS));

    private static final long NANOS_PER_SECOND = 1_000_000_000;

    private static final MemorySegment TIME = Arena.global().allocate(2 * Long.BYTES, Long.BYTES);

    private Clocks() {}

    /** Of this process. */
    static synchronized long processNanos() {
        try {
            if ((int) CLOCK_GETTIME.invokeExact(PROCESS, TIME) != 0) {
                throw new AssertionError("clock_gettime(" + PROCESS + ")");
            }
        } catch (Throwable e) {
            throw new AssertionError("a downcall throws nothing", e);
        }
        return TIME.get(ValueLayout.JAVA_LONG, 0) * NANOS_PER_SECOND + TIME.get(ValueLayout.JAVA_LONG, Long.BYTES);
    }
}
