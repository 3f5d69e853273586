// SPDX-License-Identifier: Apache-2.0

package dev.ringtail.io;

/**
 * What a loop has done since it was opened, as {@link IoLoop#statistics} saw it.
 *
 * @param submitted operations submitted, timeouts, next ticks and cancels included
 * @param completed callbacks begun
 * @param passes passes made
 * @param kernelEntries system calls made to start, wait for and cancel operations
 * @param submissionOverflows how often an operation had to wait its turn because the driver had no room
 * @param completionOverflows how often the kernel's completion queue overflowed
 * @param kernelNanos time spent submitting and waiting in the kernel, in nanoseconds; estimated for
 *     {@code tick}, of whose passes one in 64 is timed
 * @param callbackNanos time spent in callbacks, in nanoseconds; estimated likewise
 */
public record Statistics(
        long submitted,
        long completed,
        long passes,
        long kernelEntries,
        long submissionOverflows,
        long completionOverflows,
        long kernelNanos,
        long callbackNanos) {}
