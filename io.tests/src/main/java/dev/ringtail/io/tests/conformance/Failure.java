// SPDX-License-Identifier: Apache-2.0

package dev.ringtail.io.tests.conformance;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertNotNull;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.ringtail.io.Completion;
import dev.ringtail.io.Errno;
import dev.ringtail.io.IoLoop;
import dev.ringtail.io.OperationError;
import org.junit.jupiter.api.function.Executable;

/** How operations fail: with their own errors, or refused at their submission. */
public final class Failure {
    private Failure() {}

    /** Runs the loop until the operation has failed, with this error and this errno. */
    public static void assertFails(IoLoop loop, Completion completion, OperationError expected, String errno) {
        Bounded.complete(loop, completion);
        assertEquals(expected, completion.error(), () -> completion + " ended with " + Errno.name(completion.errno()));
        assertEquals(errno, Errno.name(completion.errno()));
    }

    /** The submission is refused, and says what was wrong; the completion remains usable. */
    public static void assertRefused(String message, Completion completion, Executable submission) {
        IllegalArgumentException refusal = assertThrows(IllegalArgumentException.class, submission);
        assertNotNull(refusal.getMessage());
        assertTrue(refusal.getMessage().contains(message), refusal::getMessage);
        assertTrue(!completion.isInFlight(), "in flight though refused");
        assertEquals(0, completion.loop().inFlightCount());
    }

    /** A null is refused by a {@link NullPointerException} that names the argument. */
    public static void assertNullRefused(String argument, Executable submission) {
        NullPointerException refusal = assertThrows(NullPointerException.class, submission);
        assertNotNull(refusal.getMessage());
        assertTrue(refusal.getMessage().contains(argument), refusal::getMessage);
    }
}
