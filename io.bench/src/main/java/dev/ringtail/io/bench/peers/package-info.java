// SPDX-License-Identifier: Apache-2.0
/** What is measured, each in a process of its own: Ringtail, and the other ways that Java has. */
@NullMarked
package dev.ringtail.io.bench.peers;

import org.jspecify.annotations.NullMarked;
