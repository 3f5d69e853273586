// SPDX-License-Identifier: Apache-2.0

/** The conformance suite: each test is a sentence of {@code semantics.md}, and names its number with {@link Promise}. */
@Version("0.1.0")
package dev.ringtail.io.tests.conformance;

import org.osgi.annotation.versioning.Version;
