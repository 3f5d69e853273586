// SPDX-License-Identifier: Apache-2.0

package dev.ringtail.io.tool;

import dev.ringtail.io.Completion;
import dev.ringtail.io.Errno;
import dev.ringtail.io.OperationError;
import java.util.Locale;

/** The command can't do what it was asked to. The message is all that the user sees: one line. */
final class ToolException extends Exception {
    private static final long serialVersionUID = 1;

    ToolException(String message) {
        super(message);
    }

    /** A failed operation in words, such as {@code no space left (ENOSPC)}. */
    static String words(Completion failed) {
        OperationError error = failed.error();
        if (error == null) {
            throw new IllegalArgumentException(failed + " didn't fail");
        }
        return error.name().toLowerCase(Locale.ROOT).replace('_', ' ') + " (" + Errno.name(failed.errno()) + ")";
    }
}
