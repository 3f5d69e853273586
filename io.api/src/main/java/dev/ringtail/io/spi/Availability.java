// SPDX-License-Identifier: Apache-2.0

package dev.ringtail.io.spi;

/** Whether a provider can work on this machine, in this process, and if not, why not. */
public sealed interface Availability {
    /** It can. */
    record Available() implements Availability {}

    /**
     * It can't.
     *
     * @param reason one sentence that a person can act on: what was seen, and what would change it
     */
    record Unavailable(String reason) implements Availability {}
}
