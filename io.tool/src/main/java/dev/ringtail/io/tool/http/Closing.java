// SPDX-License-Identifier: Apache-2.0

package dev.ringtail.io.tool.http;

import dev.ringtail.io.Close;
import dev.ringtail.io.IoLoop;
import dev.ringtail.io.SystemCallException;
import java.util.ArrayDeque;
import java.util.Deque;

/** Closes descriptors that nobody waits for, on the loop. Used on the loop's thread. */
final class Closing {
    private final IoLoop loop;
    private final Deque<Close> unused = new ArrayDeque<>();
    private boolean isEnding;

    Closing(IoLoop loop) {
        this.loop = loop;
    }

    /** The loop is about to be closed: it takes no more operations. */
    void end() {
        isEnding = true;
    }

    boolean isEnding() {
        return isEnding;
    }

    /** Whatever the error, the descriptor is gone: there is nothing to do about it. */
    void close(int fd) {
        if (isEnding) {
            closeNow(fd);
            return;
        }
        Close close = unused.poll();
        if (close == null) {
            close = new Close(loop, unused::push);
        }
        close.submit(fd);
    }

    private void closeNow(int fd) {
        try {
            loop.files().close(fd);
        } catch (SystemCallException ignored) {
            // As above.
        }
    }
}
