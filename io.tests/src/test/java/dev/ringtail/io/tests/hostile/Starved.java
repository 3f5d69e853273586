// SPDX-License-Identifier: Apache-2.0
package dev.ringtail.io.tests.hostile;

import dev.ringtail.io.Capability;
import dev.ringtail.io.IoLoop;
import dev.ringtail.io.tests.conformance.Leaks;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.stream.Stream;

/**
 * What runs in a child that may lock too little memory: opens a loop, by choice, three times; has memory registered, more than
 * may be locked; prints what each says, and looks whether something is left behind.
 */
final class Starved {
    private static final int TIMES = 3;
    private static final long REGISTERED_BYTES = 16 << 20;

    private Starved() {}

    // The standard streams are how a child answers.
    @SuppressWarnings("SystemOut")
    public static void main(String... arguments) {
        // Loads what the count itself needs.
        Leaks.now();
        Leaks before = Leaks.now();
        long ringsBefore = ringsInSmaps();
        for (int i = 0; i < TIMES; i++) {
            System.out.println(attempt());
            Leaks.now().assertNoMoreThan(before);
            if (ringsInSmaps() != ringsBefore) {
                throw new AssertionError("rings still in smaps: " + ringsInSmaps() + ", before: " + ringsBefore);
            }
        }
    }

    @SuppressWarnings("SystemOut")
    private static String attempt() {
        try (IoLoop loop = IoLoop.open()) {
            if (loop.capabilities().contains(Capability.REGISTERED_BUFFERS)) {
                System.out.println(registration(loop));
            }
            return "opened: " + loop.provider();
        } catch (IOException e) {
            return "failed: " + e.getMessage();
        }
    }

    private static String registration(IoLoop loop) {
        try {
            loop.allocateRegistered(REGISTERED_BYTES);
            return "registered";
        } catch (IOException e) {
            return "not registered: " + e.getMessage();
        }
    }

    private static long ringsInSmaps() {
        try (Stream<String> lines = Files.lines(Path.of("/proc/self/smaps"))) {
            return lines.filter(line -> line.contains("io_uring")).count();
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }
}
