// SPDX-License-Identifier: Apache-2.0

package dev.ringtail.io.tests.conformance;

import dev.ringtail.io.Accept;
import dev.ringtail.io.Callback;
import dev.ringtail.io.Completion;
import dev.ringtail.io.IoLoop;
import dev.ringtail.io.Read;
import dev.ringtail.io.Recv;
import dev.ringtail.io.SystemCallException;
import dev.ringtail.io.Timeout;
import java.util.List;

/** Operations that wait, and would for ever. */
final class Pending {
    private static final long HOUR_NANOS = 3_600_000_000_000L;

    private Pending() {}

    /** One of each kind, submitted; two where several may wait on one descriptor. */
    static List<Completion> all(IoLoop loop, Descriptors open, Callback<Completion> callback)
            throws SystemCallException {
        Read read = new Read(loop, callback::completed);
        Recv recv = new Recv(loop, callback::completed);
        Recv second = new Recv(loop, callback::completed);
        Recv datagram = new Recv(loop, callback::completed);
        Accept accept = new Accept(loop, callback::completed);
        Timeout timeout = new Timeout(loop, callback::completed);
        Timeout endless = new Timeout(loop, callback::completed);
        int fd = open.pair().first();
        read.submit(open.pipe().readFd(), Bytes.empty(loop, 8), -1);
        recv.submit(fd, Bytes.empty(loop, 8));
        second.submit(fd, Bytes.empty(loop, 8));
        datagram.submit(open.udp().clientFd(), Bytes.empty(loop, 8));
        accept.submit(open.listening());
        timeout.submit(HOUR_NANOS);
        endless.submit(Long.MAX_VALUE);
        return List.of(read, recv, second, datagram, accept, timeout, endless);
    }
}
