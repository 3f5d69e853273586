// SPDX-License-Identifier: Apache-2.0

import dev.ringtail.io.epoll.EpollProvider;
import dev.ringtail.io.spi.Provider;
import org.jspecify.annotations.NullMarked;

/** The provider on epoll and worker threads, for where io_uring is not to be had. Found as a service; exports nothing. */
@NullMarked
module dev.ringtail.io.epoll {
    requires dev.ringtail.io;
    requires dev.ringtail.io.linux;
    requires static org.jspecify;
    requires static org.osgi.annotation.versioning;

    provides Provider with
            EpollProvider;
}
