// SPDX-License-Identifier: Apache-2.0
package dev.ringtail.io.bench.peers;

import java.io.IOException;
import java.net.InetSocketAddress;
import java.net.StandardSocketOptions;
import java.nio.ByteBuffer;
import java.nio.channels.AsynchronousChannelGroup;
import java.nio.channels.AsynchronousServerSocketChannel;
import java.nio.channels.AsynchronousSocketChannel;
import java.nio.channels.CompletionHandler;
import java.util.concurrent.Executors;
import java.util.concurrent.TimeUnit;

/** The echo server on NIO.2's asynchronous channels, a group of one thread. */
final class AsynchronousEcho {
    private final int bufferBytes;
    private final AsynchronousChannelGroup group =
            AsynchronousChannelGroup.withFixedThreadPool(1, Executors.defaultThreadFactory());
    private final AsynchronousServerSocketChannel listener = AsynchronousServerSocketChannel.open(group);

    AsynchronousEcho(int bufferBytes) throws IOException {
        this.bufferBytes = bufferBytes;
        listener.bind(EchoPeers.anyPort(), EchoPeers.BACKLOG);
    }

    void serve() throws Exception {
        listener.accept(null, new CompletionHandler<AsynchronousSocketChannel, Void>() {
            @Override
            public void completed(AsynchronousSocketChannel channel, Void attachment) {
                start(channel);
                listener.accept(null, this);
            }

            @Override
            public void failed(Throwable thrown, Void attachment) {
                throw new AssertionError(thrown);
            }
        });
        EchoPeers.sayPort(((InetSocketAddress) listener.getLocalAddress()).getPort());
        group.awaitTermination(Long.MAX_VALUE, TimeUnit.NANOSECONDS);
    }

    private void start(AsynchronousSocketChannel channel) {
        try {
            channel.setOption(StandardSocketOptions.TCP_NODELAY, true);
        } catch (IOException e) {
            throw new AssertionError(e);
        }
        ByteBuffer buffer = ByteBuffer.allocateDirect(bufferBytes);
        channel.read(buffer, channel, new Echo(buffer));
    }

    /** What follows a read or a write: while something is left to send, the buffer is in its sending state. */
    private static final class Echo implements CompletionHandler<Integer, AsynchronousSocketChannel> {
        private final ByteBuffer buffer;
        private boolean isSending;

        Echo(ByteBuffer buffer) {
            this.buffer = buffer;
        }

        @Override
        public void completed(Integer bytes, AsynchronousSocketChannel channel) {
            if (bytes < 0) {
                close(channel);
                return;
            }
            if (!isSending) {
                buffer.flip();
                isSending = true;
            }
            if (buffer.hasRemaining()) {
                channel.write(buffer, channel, this);
            } else {
                isSending = false;
                buffer.clear();
                channel.read(buffer, channel, this);
            }
        }

        @Override
        public void failed(Throwable thrown, AsynchronousSocketChannel channel) {
            close(channel);
        }

        private static void close(AsynchronousSocketChannel channel) {
            try {
                channel.close();
            } catch (IOException e) {
                throw new AssertionError(e);
            }
        }
    }
}
