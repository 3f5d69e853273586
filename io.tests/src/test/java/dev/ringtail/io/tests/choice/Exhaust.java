// SPDX-License-Identifier: Apache-2.0
package dev.ringtail.io.tests.choice;

import dev.ringtail.io.IoLoop;
import dev.ringtail.io.NoProviderException;
import dev.ringtail.io.Options;
import dev.ringtail.io.linux.Limits;
import dev.ringtail.io.spi.Provider;
import dev.ringtail.io.tests.NamedProvider;
import dev.ringtail.io.tests.conformance.Leaks;
import java.io.FileInputStream;
import java.io.FileNotFoundException;
import java.io.IOException;
import java.util.ArrayDeque;
import java.util.Deque;

/**
 * What runs in a child that may have few descriptors: uses them up, then opens a loop on the provider that its argument
 * names, with none left, with one, and so on until there are enough. Prints what each attempt says.
 */
final class Exhaust {
    private static final int ENOUGH = 20;

    private static final int EMFILE = 24;

    private Exhaust() {}

    // The standard streams are how a child answers.
    @SuppressWarnings("SystemOut")
    public static void main(String... arguments) throws IOException {
        Provider provider = NamedProvider.of(arguments[0]);
        // Loads the classes, those for the message too: without a descriptor the virtual machine itself can't read
        // them.
        IoLoop.open(provider, Options.defaults()).close();
        System.err.println(Limits.exception("not yet", EMFILE).getMessage());
        Leaks.now();
        Leaks before = Leaks.now();
        for (int left = 0; left < ENOUGH; left++) {
            String answer;
            Deque<FileInputStream> held = new ArrayDeque<>();
            try {
                fill(held);
                for (int i = 0; i < left; i++) {
                    held.pop().close();
                }
                answer = attempt(provider, left);
            } finally {
                for (FileInputStream one : held) {
                    one.close();
                }
            }
            System.out.println(answer);
            Leaks.now().assertNoMoreThan(before);
            if (answer.startsWith("opened")) {
                return;
            }
        }
        throw new AssertionError("not opened with " + ENOUGH + " descriptors");
    }

    private static void fill(Deque<FileInputStream> held) throws IOException {
        while (true) {
            try {
                held.push(new FileInputStream("/dev/null"));
            } catch (FileNotFoundException e) {
                return;
            }
        }
    }

    private static String attempt(Provider provider, int left) {
        try (IoLoop loop = IoLoop.open(provider, Options.defaults())) {
            return "opened with " + left + " left: " + loop.provider();
        } catch (NoProviderException e) {
            return "unavailable with " + left + " left: " + e.getMessage();
        } catch (IOException e) {
            return "failed with " + left + " left: " + e.getMessage();
        }
    }
}
