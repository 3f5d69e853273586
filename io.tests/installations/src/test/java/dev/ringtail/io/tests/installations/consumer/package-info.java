// SPDX-License-Identifier: Apache-2.0

/** What the test bundles are made of: loaded by a framework from a bundle, never from the test's own class path. */
package dev.ringtail.io.tests.installations.consumer;
