// SPDX-License-Identifier: Apache-2.0

/**
 * Completion-based I/O: an {@link dev.ringtail.io.IoLoop}, and one completion class and one error enum per operation.
 *
 * <p>A completion is made once, with its callback, and carries one operation at a time: submit it with its arguments, and
 * the callback runs in a later pass of the loop with the result or with one of that operation's own errors. See
 * {@link dev.ringtail.io.IoLoop} for the rules that all of them share.
 */
@Version("0.1.0")
package dev.ringtail.io;

import org.osgi.annotation.versioning.Version;
