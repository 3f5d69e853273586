// SPDX-License-Identifier: Apache-2.0
package dev.ringtail.io.bench.peers;

import dev.ringtail.io.Options;
import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;

/** TCP echo servers with one thread, by name. Each says its port and serves until its process is ended. */
final class EchoPeers {
    /** How many connections may wait to be accepted. */
    static final int BACKLOG = 4096;

    private EchoPeers() {}

    static void serve(String variant, int bufferBytes) throws Exception {
        switch (variant) {
            case "io_uring", "epoll" -> new RingtailEcho(Loops.open(variant, Options.defaults()), bufferBytes).serve();
            case "io_uring-buffers", "epoll-buffers", "io_uring-now", "epoll-now" ->
                new RingtailBufferEcho(
                                Loops.open(variant.substring(0, variant.indexOf('-')), Options.defaults()),
                                bufferBytes,
                                variant.endsWith("-now"))
                        .serve();
            case "netty-io_uring" -> NettyEcho.serve(NettyEcho.Transport.IO_URING, bufferBytes);
            case "netty-io_uring-buffers" -> NettyEcho.serve(NettyEcho.Transport.IO_URING_BUFFER_RING, bufferBytes);
            case "netty-epoll" -> NettyEcho.serve(NettyEcho.Transport.EPOLL, bufferBytes);
            case "netty-nio" -> NettyEcho.serve(NettyEcho.Transport.NIO, bufferBytes);
            case "selector" -> new SelectorEcho(bufferBytes).serve();
            case "asynchronous" -> new AsynchronousEcho(bufferBytes).serve();
            case "virtual" -> VirtualEcho.serve(bufferBytes);
            default -> throw new IllegalArgumentException(variant);
        }
    }

    static InetSocketAddress anyPort() {
        return new InetSocketAddress(InetAddress.getLoopbackAddress(), 0);
    }

    static void sayPort(int port) throws IOException {
        PeerMain.say("port=" + port);
    }
}
