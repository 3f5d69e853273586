// SPDX-License-Identifier: Apache-2.0

package dev.ringtail.io;

import java.util.EnumSet;
import java.util.Set;

/** A fixed set of {@link OpenFlag}s, made once so that opening allocates nothing. Immutable. */
public final class OpenFlags {
    /** To read. */
    public static final OpenFlags READ = of(OpenFlag.READ);

    private final int mask;

    private OpenFlags(int mask) {
        this.mask = mask;
    }

    /**
     * These flags.
     *
     * @throws IllegalArgumentException without READ and WRITE both
     */
    public static OpenFlags of(OpenFlag first, OpenFlag... rest) {
        int mask = 1 << first.ordinal();
        for (OpenFlag flag : rest) {
            mask |= 1 << flag.ordinal();
        }
        OpenFlags flags = new OpenFlags(mask);
        if (!flags.has(OpenFlag.READ) && !flags.has(OpenFlag.WRITE)) {
            throw new IllegalArgumentException("flags: " + flags + ": neither READ nor WRITE");
        }
        return flags;
    }

    /** Whether the flag is among these. */
    public boolean has(OpenFlag flag) {
        return (mask & 1 << flag.ordinal()) != 0;
    }

    @Override
    public String toString() {
        Set<OpenFlag> flags = EnumSet.allOf(OpenFlag.class);
        flags.removeIf(flag -> !has(flag));
        return flags.toString();
    }
}
