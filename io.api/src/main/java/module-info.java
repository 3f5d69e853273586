// SPDX-License-Identifier: Apache-2.0

import org.jspecify.annotations.NullMarked;

/**
 * Completion-based I/O for Linux: what users program against ({@link dev.ringtail.io}) and what providers implement
 * ({@link dev.ringtail.io.spi}). Makes no native call itself.
 */
@NullMarked
module dev.ringtail.io {
    requires static org.jspecify;
    requires static org.osgi.annotation.versioning;
    requires static osgi.core;

    exports dev.ringtail.io;
    exports dev.ringtail.io.spi;

    uses dev.ringtail.io.spi.Provider;
}
