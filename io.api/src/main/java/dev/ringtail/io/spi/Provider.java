// SPDX-License-Identifier: Apache-2.0

package dev.ringtail.io.spi;

import dev.ringtail.io.Options;
import java.io.IOException;
import org.osgi.annotation.versioning.ProviderType;

/**
 * One way of asking the kernel, found by {@link java.util.ServiceLoader}. Stateless; any thread may call it.
 */
@ProviderType
public interface Provider {
    /** The name by which {@code -Dringtail.provider} asks for it, such as {@code io_uring}: unique, never changing. */
    String name();

    /** Among available providers the one with the highest priority is taken. */
    int priority();

    /**
     * Whether {@link #open} can work here, asked without side effects: no descriptor, mapping or thread is left behind
     * (semantics 4.4). Running out of something isn't unavailability: that is for {@code open} to report.
     */
    Availability availability();

    /**
     * A driver owned by the calling thread.
     *
     * @throws IOException if something ran out (descriptors, locked memory, memory): the message names the limit and how
     *     to raise it; nothing is left behind
     */
    Driver open(Options options) throws IOException;
}
