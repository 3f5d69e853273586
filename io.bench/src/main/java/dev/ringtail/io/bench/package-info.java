// SPDX-License-Identifier: Apache-2.0
/** The harness: starts the peers, measures them in turn, writes what came out. */
@NullMarked
package dev.ringtail.io.bench;

import org.jspecify.annotations.NullMarked;
