// SPDX-License-Identifier: Apache-2.0

package dev.ringtail.io;

import dev.ringtail.io.spi.SystemCalls;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** A loop's open events, whose descriptors close with it. The loop's thread only. */
final class Events {
    private final SystemCalls systemCalls;
    private final List<Event> open = new ArrayList<>();
    private boolean isClosing;

    Events(SystemCalls systemCalls) {
        this.systemCalls = systemCalls;
    }

    /** The descriptor of a new event. */
    int open(Event event) throws SystemCallException {
        assert !isClosing;
        int fd = systemCalls.openEvent();
        open.add(event);
        return fd;
    }

    /** From here on the loop closes them, and nobody else. */
    void beginClosing() {
        isClosing = true;
    }

    /** Whether it was open, and is its owner's to close now. */
    boolean forget(Event event) {
        return !isClosing && open.remove(event);
    }

    /**
     * Closes what is open; nothing is in flight any more.
     *
     * @param before what was thrown before; null if nothing was
     * @return the first that was thrown, the others suppressed; null if nothing was
     */
    @Nullable
    Throwable close(@Nullable Throwable before) {
        Throwable thrown = before;
        for (Event event : open) {
            try {
                systemCalls.close(event.closeWithLoop());
            } catch (SystemCallException e) {
                thrown = Results.joined(
                        thrown, new AssertionError("an event's descriptor was closed behind the loop's back", e));
            }
        }
        return thrown;
    }
}
