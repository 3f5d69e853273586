// SPDX-License-Identifier: Apache-2.0

import org.jspecify.annotations.NullMarked;

/**
 * The conformance suite ({@link dev.ringtail.io.tests.conformance}): what every provider promises, as tests. Open, as JUnit
 * finds tests by reflection.
 */
@NullMarked
open module dev.ringtail.io.tests {
    requires dev.ringtail.io;
    requires jdk.management;
    requires transitive org.junit.jupiter.api;
    requires org.junit.platform.launcher;
    requires static org.jspecify;
    requires static org.osgi.annotation.versioning;

    exports dev.ringtail.io.tests.conformance;
}
