// SPDX-License-Identifier: Apache-2.0

package dev.ringtail.io.tests.scripted;

import dev.ringtail.io.Address;
import dev.ringtail.io.Family;
import dev.ringtail.io.OpenFlags;
import dev.ringtail.io.Shutdown;
import dev.ringtail.io.SocketOption;
import dev.ringtail.io.SystemCallException;
import dev.ringtail.io.spi.SystemCalls;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;
import java.util.TreeSet;

/** System calls that are written down, and hand out descriptor numbers; there are only files by the name of {@link #storage}. */
final class ScriptedCalls implements SystemCalls {
    /** As in "listen(5)"; the calls that events make are any thread's, hence synchronized. */
    final List<String> log = new ArrayList<>();

    /** The descriptors that are regular files. */
    final Set<Integer> storage = new TreeSet<>();

    /** Thrown by the next call that may throw. */
    int failure;

    private int nextFd = 1000;

    private int call(String call) throws SystemCallException {
        synchronized (log) {
            log.add(call);
        }
        if (failure != 0) {
            int errno = failure;
            failure = 0;
            throw new SystemCallException(call, errno);
        }
        return nextFd++;
    }

    @Override
    public int openStream(Family family) throws SystemCallException {
        return call("openStream(" + family + ")");
    }

    @Override
    public int openDatagram(Family family) throws SystemCallException {
        return call("openDatagram(" + family + ")");
    }

    @Override
    public long openPair() throws SystemCallException {
        return call("openPair()") | (long) nextFd++ << Integer.SIZE;
    }

    @Override
    public void bind(int fd, Address address) throws SystemCallException {
        call("bind(" + fd + ")");
    }

    @Override
    public void listen(int fd, int backlog) throws SystemCallException {
        call("listen(" + fd + ")");
    }

    @Override
    public void setOption(int fd, SocketOption option, int value) throws SystemCallException {
        call("setOption(" + fd + ")");
    }

    @Override
    public int option(int fd, SocketOption option) throws SystemCallException {
        return call("option(" + fd + ")");
    }

    @Override
    public Address localAddress(int fd) throws SystemCallException {
        call("localAddress(" + fd + ")");
        return Address.loopback(0);
    }

    @Override
    public Address peerAddress(int fd) throws SystemCallException {
        call("peerAddress(" + fd + ")");
        return Address.loopback(0);
    }

    @Override
    public void shutdown(int fd, Shutdown how) throws SystemCallException {
        call("shutdown(" + fd + ")");
    }

    @Override
    public int openFile(String path, OpenFlags flags, int mode) throws SystemCallException {
        return call("openFile(" + path + ")");
    }

    @Override
    public long openPipe() throws SystemCallException {
        return call("openPipe()") | (long) nextFd++ << Integer.SIZE;
    }

    @Override
    public int openEvent() throws SystemCallException {
        return call("openEvent()");
    }

    @Override
    public void triggerEvent(int fd) throws SystemCallException {
        call("triggerEvent(" + fd + ")");
    }

    @Override
    public boolean isStorage(int fd) {
        return storage.contains(fd);
    }

    @Override
    public void close(int fd) throws SystemCallException {
        call("close(" + fd + ")");
    }
}
