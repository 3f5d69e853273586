// SPDX-License-Identifier: Apache-2.0

package dev.ringtail.io.linux;

import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;
import java.lang.invoke.VarHandle;

/**
 * Native memory by address, unchecked: for rings and other memory that the caller knows to be there. One segment that covers
 * everything, in a static final field: the compiler then knows all of it but the address (measured by the nop benchmark; a
 * segment in an instance field costs half as much again per access). Any thread.
 */
public final class Memory {
    @SuppressWarnings("restricted") // This module is the one that is granted native access.
    private static final MemorySegment ALL = MemorySegment.NULL.reinterpret(Long.MAX_VALUE);

    private static final VarHandle INT = ValueLayout.JAVA_INT.varHandle();

    private static final VarHandle SHORT = ValueLayout.JAVA_SHORT.varHandle();

    private Memory() {}

    /** The byte at an address. */
    public static byte getByte(long address) {
        return ALL.get(ValueLayout.JAVA_BYTE, address);
    }

    /** Stores a byte. */
    public static void putByte(long address, byte value) {
        ALL.set(ValueLayout.JAVA_BYTE, address, value);
    }

    /** The short at an even address. */
    public static short getShort(long address) {
        return ALL.get(ValueLayout.JAVA_SHORT, address);
    }

    /** Stores a short at an even address. */
    public static void putShort(long address, short value) {
        ALL.set(ValueLayout.JAVA_SHORT, address, value);
    }

    /** The int at an address that need not be aligned: to check that costs more than the access. */
    public static int getInt(long address) {
        return ALL.get(ValueLayout.JAVA_INT_UNALIGNED, address);
    }

    /** Stores an int at an address that need not be aligned. */
    public static void putInt(long address, int value) {
        ALL.set(ValueLayout.JAVA_INT_UNALIGNED, address, value);
    }

    /** The long at an address that need not be aligned. */
    public static long getLong(long address) {
        return ALL.get(ValueLayout.JAVA_LONG_UNALIGNED, address);
    }

    /** Stores a long at an address that need not be aligned. */
    public static void putLong(long address, long value) {
        ALL.set(ValueLayout.JAVA_LONG_UNALIGNED, address, value);
    }

    /** The int at an aligned address; later reads see at least what was written before it was. */
    public static int getIntAcquire(long address) {
        return (int) INT.getAcquire(ALL, address);
    }

    /** Stores an int at an aligned address; who sees it sees what was written before, too. */
    public static void putIntRelease(long address, int value) {
        INT.setRelease(ALL, address, value);
    }

    /** Stores a short at an aligned address; who sees it sees what was written before, too. */
    public static void putShortRelease(long address, short value) {
        SHORT.setRelease(ALL, address, value);
    }

    /** Sets bytes to 0. */
    public static void clear(long address, long bytes) {
        ALL.asSlice(address, bytes).fill((byte) 0);
    }

    /** A view of some memory, for what needs a segment. Allocates. */
    public static MemorySegment segment(long address, long bytes) {
        return ALL.asSlice(address, bytes);
    }
}
