// SPDX-License-Identifier: Apache-2.0

package dev.ringtail.io;

import java.io.IOException;

/** No provider is available, or not the one that was asked for. The message lists every provider found, with its reason. */
public final class NoProviderException extends IOException {
    private static final long serialVersionUID = 1;

    NoProviderException(String message) {
        super(message);
    }
}
