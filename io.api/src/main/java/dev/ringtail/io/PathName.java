// SPDX-License-Identifier: Apache-2.0

package dev.ringtail.io;

import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;

/** A path as the kernel reads it: UTF-8 and a NUL, in native memory that lives as long as this object and is reused. */
final class PathName {
    /** PATH_MAX, the NUL included. */
    private static final int BYTES_MAX = 4096;

    /** The longest encoding of one character. */
    private static final int CHARACTER_BYTES_MAX = 4;

    private final MemorySegment bytes = Arena.ofAuto().allocate(BYTES_MAX + CHARACTER_BYTES_MAX);

    long address() {
        return bytes.address();
    }

    static void check(String path) {
        if (path == null) {
            throw new NullPointerException("path is null");
        }
        if (path.indexOf('\0') >= 0) {
            throw new IllegalArgumentException("path has a NUL in it: " + path.replace('\0', '?'));
        }
        for (int i = 0; i < path.length(); i++) {
            char c = path.charAt(i);
            if (Character.isSurrogate(c)) {
                if (!Character.isHighSurrogate(c)
                        || i + 1 == path.length()
                        || !Character.isLowSurrogate(path.charAt(i + 1))) {
                    throw new IllegalArgumentException("path has half a surrogate pair at index " + i + ": " + path);
                }
                i++;
            }
        }
    }

    /**
     * Encoded by hand: String's own encoder makes arrays, and submitting an openat allocates nothing (semantics 1.6).
     *
     * @return false if the path is longer than the kernel takes
     */
    boolean set(String path) {
        int at = 0;
        for (int i = 0; i < path.length(); i++) {
            if (at >= BYTES_MAX) {
                return false;
            }
            char c = path.charAt(i);
            if (c < 0x80) {
                put(at++, c);
            } else if (c < 0x800) {
                put(at++, 0xc0 | (c >> 6));
                put(at++, 0x80 | (c & 0x3f));
            } else if (Character.isHighSurrogate(c)) {
                int point = Character.toCodePoint(c, path.charAt(++i));
                put(at++, 0xf0 | (point >> 18));
                put(at++, 0x80 | ((point >> 12) & 0x3f));
                put(at++, 0x80 | ((point >> 6) & 0x3f));
                put(at++, 0x80 | (point & 0x3f));
            } else {
                put(at++, 0xe0 | (c >> 12));
                put(at++, 0x80 | ((c >> 6) & 0x3f));
                put(at++, 0x80 | (c & 0x3f));
            }
        }
        put(at, 0);
        return at < BYTES_MAX;
    }

    private void put(int at, int value) {
        bytes.set(ValueLayout.JAVA_BYTE, at, (byte) value);
    }
}
