// SPDX-License-Identifier: Apache-2.0

package dev.ringtail.io.tests.scripted;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertSame;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.ringtail.io.NextTick;
import dev.ringtail.io.tests.conformance.Promise;
import java.lang.foreign.Arena;
import java.lang.foreign.FunctionDescriptor;
import java.lang.foreign.Linker;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;
import java.lang.invoke.MethodHandle;
import java.lang.invoke.MethodHandles;
import java.lang.invoke.MethodType;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;

/** A loop closed while its memory is in the hands of a native call: here the C library's qsort, which calls back. */
@Promise("1.8")
class ArenaInUseTest extends OnScriptedLoop {
    private final List<Throwable> thrown = new ArrayList<>();

    /** Called by qsort, which knows no exceptions. */
    @SuppressWarnings({"UnusedMethod", "UnusedVariable"}) // Found by its name and type.
    private int close(MemorySegment first, MemorySegment second) {
        try {
            loop.close();
        } catch (Throwable e) {
            thrown.add(e);
        }
        return 0;
    }

    @SuppressWarnings("restricted") // Tests are granted native access.
    private void closeWhileInUse(MemorySegment memory) throws Throwable {
        FunctionDescriptor comparison =
                FunctionDescriptor.of(ValueLayout.JAVA_INT, ValueLayout.ADDRESS, ValueLayout.ADDRESS);
        MethodHandle close = MethodHandles.lookup()
                .bind(this, "close", MethodType.methodType(int.class, MemorySegment.class, MemorySegment.class));
        Linker linker = Linker.nativeLinker();
        MethodHandle qsort = linker.downcallHandle(
                linker.defaultLookup().findOrThrow("qsort"),
                FunctionDescriptor.ofVoid(
                        ValueLayout.ADDRESS, ValueLayout.JAVA_LONG, ValueLayout.JAVA_LONG, ValueLayout.ADDRESS));
        try (Arena arena = Arena.ofConfined()) {
            qsort.invokeExact(memory, 2L, 4L, linker.upcallStub(close, comparison, arena));
        }
    }

    @Test
    void closing_says_so_and_closing_again_frees_it() throws Throwable {
        MemorySegment memory = loop.arena().allocate(8);

        closeWhileInUse(memory);

        assertEquals(1, driver.closeCount);
        assertTrue(String.valueOf(thrown.getFirst().getMessage()).contains("loop.arena() is in use"));
        assertTrue(memory.scope().isAlive());
        loop.close();
        assertFalse(memory.scope().isAlive());
        assertThrows(IllegalStateException.class, loop::tick);
        assertEquals(1, driver.closeCount);
    }

    @Test
    void what_a_callback_threw_comes_first() throws Throwable {
        RuntimeException first = new IllegalStateException("first");
        new NextTick(loop, done -> {
                    throw first;
                })
                .submit();

        closeWhileInUse(loop.arena().allocate(8));

        assertSame(first, thrown.getFirst());
        assertEquals(1, first.getSuppressed().length);
    }
}
