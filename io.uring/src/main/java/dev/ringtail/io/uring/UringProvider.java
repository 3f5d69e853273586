// SPDX-License-Identifier: Apache-2.0

package dev.ringtail.io.uring;

import dev.ringtail.io.Options;
import dev.ringtail.io.linux.NativeAccess;
import dev.ringtail.io.spi.Availability;
import dev.ringtail.io.spi.Driver;
import dev.ringtail.io.spi.Provider;
import java.io.IOException;

/** The provider on io_uring: preferred wherever the kernel allows it. Touches nothing native until asked. */
public final class UringProvider implements Provider {
    private static final int PRIORITY = 100;

    /** For the service loader. */
    public UringProvider() {}

    @Override
    public String name() {
        return "io_uring";
    }

    @Override
    public int priority() {
        return PRIORITY;
    }

    @Override
    public Availability availability() {
        Availability access = NativeAccess.availability();
        return access instanceof Availability.Available ? KernelProbe.availability() : access;
    }

    @Override
    public Driver open(Options options) throws IOException {
        return new UringDriver(options);
    }
}
