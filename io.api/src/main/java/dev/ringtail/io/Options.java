// SPDX-License-Identifier: Apache-2.0

package dev.ringtail.io;

import java.util.EnumSet;
import java.util.Set;

/** How a loop is opened. Immutable; {@code with...} gives a changed copy. */
public final class Options {
    private static final int ENTRIES_MAX = 32768;
    private static final Options DEFAULTS = new Options(256, EnumSet.noneOf(Capability.class));

    private final int entries;
    private final EnumSet<Capability> unused;

    private Options(int entries, EnumSet<Capability> unused) {
        this.entries = entries;
        this.unused = unused;
    }

    /** 256 entries, and every capability used that the kernel has. */
    public static Options defaults() {
        return DEFAULTS;
    }

    /**
     * With a ring of another size: how many operations go to the kernel in one entry. No bound on operations in flight.
     *
     * @param entries 1 to 32768, rounded up to a power of two
     * @throws IllegalArgumentException if out of range
     */
    public Options withEntries(int entries) {
        if (entries < 1 || entries > ENTRIES_MAX) {
            throw new IllegalArgumentException("entries: " + entries + ": must be 1 to " + ENTRIES_MAX);
        }
        int rounded = entries == 1 ? 1 : Integer.highestOneBit(entries - 1) << 1;
        return new Options(rounded, unused);
    }

    /** Without a capability, even if the kernel has it: to test, or to get round a kernel's bug. */
    public Options without(Capability capability) {
        EnumSet<Capability> more = EnumSet.copyOf(unused);
        more.add(capability);
        return new Options(entries, more);
    }

    /** The ring's size, a power of two from 1 to 32768. */
    public int entries() {
        return entries;
    }

    /** Whether a capability may be used, if the kernel has it. */
    public boolean allows(Capability capability) {
        return !unused.contains(capability);
    }

    /** The capabilities that may not be used. */
    public Set<Capability> unused() {
        return EnumSet.copyOf(unused);
    }

    @Override
    public String toString() {
        return "Options[entries=" + entries + ", without=" + unused + "]";
    }
}
