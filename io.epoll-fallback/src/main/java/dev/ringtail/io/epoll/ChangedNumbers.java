// SPDX-License-Identifier: Apache-2.0

package dev.ringtail.io.epoll;

import dev.ringtail.io.Family;
import dev.ringtail.io.OpenFlags;
import dev.ringtail.io.SystemCallException;
import dev.ringtail.io.linux.LinuxCalls;
import java.util.Arrays;

/**
 * The calls that need no completion, which remember the numbers that they close and those that they open: what was known of
 * them is about another file. A number that is opened was closed by somebody, and not always through here. Any thread.
 *
 * <p>Protocol: {@link #numbers} and {@link #count} are guarded by this object's monitor; {@link #isEmpty} is a hint for the
 * loop's thread.
 */
final class ChangedNumbers extends LinuxCalls {
    private int[] numbers = new int[16];
    private int count;
    private volatile boolean isEmpty = true;

    @Override
    public void close(int fd) throws SystemCallException {
        // Before, not after: by then the number may have been given away and be in use again.
        add(fd);
        super.close(fd);
    }

    @Override
    public int openStream(Family family) throws SystemCallException {
        return opened(super.openStream(family));
    }

    @Override
    public int openDatagram(Family family) throws SystemCallException {
        return opened(super.openDatagram(family));
    }

    @Override
    public long openPair() throws SystemCallException {
        return openedTwo(super.openPair());
    }

    @Override
    public int openFile(String path, OpenFlags flags, int mode) throws SystemCallException {
        return opened(super.openFile(path, flags, mode));
    }

    @Override
    public long openPipe() throws SystemCallException {
        return openedTwo(super.openPipe());
    }

    @Override
    public int openEvent() throws SystemCallException {
        return opened(super.openEvent());
    }

    private int opened(int fd) {
        add(fd);
        return fd;
    }

    private long openedTwo(long fds) {
        add((int) fds);
        add((int) (fds >>> Integer.SIZE));
        return fds;
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
