// SPDX-License-Identifier: Apache-2.0

package dev.ringtail.io;

/**
 * What runs when an operation has completed: on the loop's thread, inside {@link IoLoop#tick}, {@link IoLoop#runFor} or
 * {@link IoLoop#close}, never inside the call that submitted the operation. It may submit anything, the same completion
 * included. An exception that it throws leaves the loop's call, and nothing else is lost.
 *
 * @param <C> the class of the completion
 */
@FunctionalInterface
public interface Callback<C extends Completion> {
    /** Reads the completion's result or error, and goes on from there. */
    void completed(C completion);
}
