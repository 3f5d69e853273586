// SPDX-License-Identifier: Apache-2.0
package dev.ringtail.io.bench.peers;

import java.io.IOException;
import java.net.StandardSocketOptions;
import java.nio.ByteBuffer;
import java.nio.channels.SelectionKey;
import java.nio.channels.Selector;
import java.nio.channels.ServerSocketChannel;
import java.nio.channels.SocketChannel;

/** The echo server on a plain NIO selector: a direct buffer per connection, keys handed over without a set. */
final class SelectorEcho {
    private final int bufferBytes;
    private final Selector selector = Selector.open();
    private final ServerSocketChannel listener = ServerSocketChannel.open();

    SelectorEcho(int bufferBytes) throws IOException {
        this.bufferBytes = bufferBytes;
        listener.bind(EchoPeers.anyPort(), EchoPeers.BACKLOG);
        listener.configureBlocking(false);
        listener.register(selector, SelectionKey.OP_ACCEPT);
    }

    void serve() throws IOException {
        EchoPeers.sayPort(listener.socket().getLocalPort());
        while (true) {
            selector.select(this::ready);
        }
    }

    private void ready(SelectionKey key) {
        try {
            if (key.attachment() instanceof ByteBuffer buffer) {
                echo(key, (SocketChannel) key.channel(), buffer);
            } else {
                accept();
            }
        } catch (IOException e) {
            close(key);
        }
    }

    private void accept() throws IOException {
        SocketChannel channel = listener.accept();
        if (channel != null) {
            channel.configureBlocking(false);
            channel.setOption(StandardSocketOptions.TCP_NODELAY, true);
            channel.register(selector, SelectionKey.OP_READ, ByteBuffer.allocateDirect(bufferBytes));
        }
    }

    /** While the buffer has a limit below its capacity, it holds what is still to be sent. */
    private static void echo(SelectionKey key, SocketChannel channel, ByteBuffer buffer) throws IOException {
        boolean wasWaiting = (key.interestOps() & SelectionKey.OP_WRITE) != 0;
        if (!wasWaiting) {
            buffer.clear();
            if (channel.read(buffer) < 0) {
                close(key);
                return;
            }
            buffer.flip();
        }
        channel.write(buffer);
        if (buffer.hasRemaining() != wasWaiting) {
            key.interestOps(buffer.hasRemaining() ? SelectionKey.OP_WRITE : SelectionKey.OP_READ);
        }
    }

    private static void close(SelectionKey key) {
        try {
            key.channel().close();
        } catch (IOException e) {
            throw new AssertionError(e);
        }
    }
}
