// SPDX-License-Identifier: Apache-2.0

import dev.ringtail.io.spi.Provider;
import dev.ringtail.io.uring.UringProvider;
import org.jspecify.annotations.NullMarked;

/** The provider on io_uring. Found as a service; exports nothing. */
@NullMarked
module dev.ringtail.io.uring {
    requires dev.ringtail.io;
    requires dev.ringtail.io.linux;
    requires static org.jspecify;
    requires static org.osgi.annotation.versioning;

    provides Provider with
            UringProvider;
}
