// SPDX-License-Identifier: Apache-2.0
package dev.ringtail.io.bench.peers;

import java.io.IOException;
import java.net.StandardSocketOptions;
import java.nio.ByteBuffer;
import java.nio.channels.ServerSocketChannel;
import java.nio.channels.SocketChannel;

/**
 * The echo server with a virtual thread per connection, blocking channels, one carrier thread (which the harness asks for
 * by -Djdk.virtualThreadScheduler.parallelism=1).
 */
final class VirtualEcho {
    private VirtualEcho() {}

    static void serve(int bufferBytes) throws IOException {
        try (ServerSocketChannel listener = ServerSocketChannel.open()) {
            listener.bind(EchoPeers.anyPort(), EchoPeers.BACKLOG);
            EchoPeers.sayPort(listener.socket().getLocalPort());
            while (true) {
                SocketChannel channel = listener.accept();
                channel.setOption(StandardSocketOptions.TCP_NODELAY, true);
                Thread.ofVirtual().start(() -> echo(channel, bufferBytes));
            }
        }
    }

    private static void echo(SocketChannel channel, int bufferBytes) {
        ByteBuffer buffer = ByteBuffer.allocateDirect(bufferBytes);
        try (channel) {
            while (channel.read(buffer) >= 0) {
                buffer.flip();
                while (buffer.hasRemaining()) {
                    channel.write(buffer);
                }
                buffer.clear();
            }
        } catch (IOException e) {
            // The peer went away, as it does at the end of each round.
        }
    }
}
