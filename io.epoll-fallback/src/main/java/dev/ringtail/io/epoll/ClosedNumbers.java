// SPDX-License-Identifier: Apache-2.0

package dev.ringtail.io.epoll;

import dev.ringtail.io.SystemCallException;
import dev.ringtail.io.linux.LinuxCalls;
import java.util.Arrays;

/**
 * The calls that need no completion, which remember what they close: those numbers soon stand for other files. Any thread.
 *
 * <p>Protocol: {@link #numbers} and {@link #count} are guarded by this object's monitor; {@link #isEmpty} is a hint for the
 * loop's thread.
 */
final class ClosedNumbers extends LinuxCalls {
    private int[] numbers = new int[16];
    private int count;
    private volatile boolean isEmpty = true;

    @Override
    public void close(int fd) throws SystemCallException {
        // Before, not after: by then the number may have been given away and be in use again.
        add(fd);
        super.close(fd);
    }

    private synchronized void add(int fd) {
        if (count == numbers.length) {
            numbers = Arrays.copyOf(numbers, count * 2);
        }
        numbers[count++] = fd;
        isEmpty = false;
    }

    boolean isEmpty() {
        return isEmpty;
    }

    /** For the loop's thread. */
    synchronized void takeTo(Descriptors descriptors) {
        for (int i = 0; i < count; i++) {
            descriptors.forget(numbers[i]);
        }
        count = 0;
        isEmpty = true;
    }
}
