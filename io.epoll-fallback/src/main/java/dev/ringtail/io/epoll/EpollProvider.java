// SPDX-License-Identifier: Apache-2.0

package dev.ringtail.io.epoll;

import static dev.ringtail.io.linux.bindings.Headers.EMFILE;
import static dev.ringtail.io.linux.bindings.Headers.ENFILE;
import static dev.ringtail.io.linux.bindings.Headers.ENOMEM;
import static dev.ringtail.io.linux.bindings.Headers.EPOLL_CLOEXEC;

import dev.ringtail.io.Errno;
import dev.ringtail.io.Options;
import dev.ringtail.io.linux.Linux;
import dev.ringtail.io.linux.NativeAccess;
import dev.ringtail.io.spi.Availability;
import dev.ringtail.io.spi.Driver;
import dev.ringtail.io.spi.Provider;
import java.io.IOException;

/** The provider on epoll(7), for every Linux since 4.18, and where nothing newer is allowed. */
public final class EpollProvider implements Provider {
    /** For the service loader. */
    public EpollProvider() {}

    @Override
    public String name() {
        return "epoll";
    }

    @Override
    public int priority() {
        return 10;
    }

    @Override
    public Availability availability() {
        Availability access = NativeAccess.availability();
        return access instanceof Availability.Available ? tried() : access;
    }

    private static Availability tried() {
        Linux linux = new Linux();
        int fd = linux.epoll_create1(EPOLL_CLOEXEC());
        if (fd >= 0) {
            linux.close(fd);
            return new Availability.Available();
        }
        if (fd == -EMFILE() || fd == -ENFILE() || fd == -ENOMEM()) {
            return new Availability.Available(); // Running out of something is for open() to report (semantics 4.2).
        }
        return new Availability.Unavailable("epoll_create1() fails with " + Errno.name(-fd)
                + ": most likely a seccomp filter forbids it (a container's security profile)");
    }

    @Override
    public Driver open(Options options) throws IOException {
        return new EpollDriver(options);
    }
}
