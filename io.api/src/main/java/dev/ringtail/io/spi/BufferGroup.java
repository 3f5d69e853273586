// SPDX-License-Identifier: Apache-2.0

package dev.ringtail.io.spi;

import org.osgi.annotation.versioning.ProviderType;

/**
 * A driver's side of a {@link dev.ringtail.io.BufferRing}: the buffers that are free, from which the driver chooses when
 * something is received. Made by {@link Driver#openBufferGroup} with all of them free. The loop's thread only.
 */
@ProviderType
public interface BufferGroup {
    /** Makes a buffer free that the driver reported as chosen. Never blocks. */
    void provide(int id);

    /** Ends it; called when no operation uses it. Without this, {@link Driver#close} does. */
    void close();
}
