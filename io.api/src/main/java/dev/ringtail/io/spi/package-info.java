// SPDX-License-Identifier: Apache-2.0

/**
 * The narrow waist: what a provider implements. A {@link dev.ringtail.io.spi.Driver} turns (token, operation) into
 * (token, result) exactly once; all else is the loop's.
 */
@Version("0.1.0")
package dev.ringtail.io.spi;

import org.osgi.annotation.versioning.Version;
