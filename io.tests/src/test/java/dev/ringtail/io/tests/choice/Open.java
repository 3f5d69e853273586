// SPDX-License-Identifier: Apache-2.0
package dev.ringtail.io.tests.choice;

import dev.ringtail.io.IoLoop;
import dev.ringtail.io.NoProviderException;
import dev.ringtail.io.Providers;
import java.io.IOException;

/**
 * What runs in a child: prints every provider with its reason, then opens as many loops as its argument says, and prints
 * each one's provider, or why there is none. Needs the API alone.
 */
final class Open {
    private Open() {}

    // The standard streams are how a child answers.
    @SuppressWarnings("SystemOut")
    public static void main(String... arguments) throws IOException {
        for (Providers.Candidate candidate : Providers.find()) {
            System.out.println("found " + candidate);
        }
        for (int i = 0; i < Integer.parseInt(arguments[0]); i++) {
            try (IoLoop loop = IoLoop.open()) {
                System.out.println("provider " + loop.provider());
            } catch (NoProviderException e) {
                System.out.println("none " + e.getMessage());
            }
        }
    }
}
