// SPDX-License-Identifier: Apache-2.0

package dev.ringtail.io;

import java.util.EnumSet;

/** A fixed set of {@link OpenFlag}s, made once so that opening allocates nothing. Immutable. */
public final class OpenFlags {
    /** To read. */
    public static final OpenFlags READ = of(OpenFlag.READ);

    private final EnumSet<OpenFlag> flags;

    private OpenFlags(EnumSet<OpenFlag> flags) {
        this.flags = flags;
    }

    /**
     * These flags.
     *
     * @throws IllegalArgumentException without READ and WRITE both
     */
    public static OpenFlags of(OpenFlag first, OpenFlag... rest) {
        EnumSet<OpenFlag> flags = EnumSet.of(first, rest);
        if (!flags.contains(OpenFlag.READ) && !flags.contains(OpenFlag.WRITE)) {
            throw new IllegalArgumentException("flags: " + flags + ": neither READ nor WRITE");
        }
        return new OpenFlags(flags);
    }

    /** Whether the flag is among these. */
    public boolean has(OpenFlag flag) {
        return flags.contains(flag);
    }

    @Override
    public String toString() {
        return flags.toString();
    }
}
