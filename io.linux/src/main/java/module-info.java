// SPDX-License-Identifier: Apache-2.0

import org.jspecify.annotations.NullMarked;

/**
 * Everything asked of the operating system: the only module that makes native calls, and the one name for
 * {@code --enable-native-access}. For the providers alone; no API.
 */
@NullMarked
@SuppressWarnings("module") // The modules that it exports to are built after it.
module dev.ringtail.io.linux {
    requires transitive dev.ringtail.io;
    requires static org.jspecify;
    requires static org.osgi.annotation.versioning;

    exports dev.ringtail.io.linux to
            dev.ringtail.io.uring,
            dev.ringtail.io.epoll;
    exports dev.ringtail.io.linux.bindings to
            dev.ringtail.io.uring,
            dev.ringtail.io.epoll;
}
