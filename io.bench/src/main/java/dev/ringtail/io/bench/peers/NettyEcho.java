// SPDX-License-Identifier: Apache-2.0
package dev.ringtail.io.bench.peers;

import io.netty.bootstrap.ServerBootstrap;
import io.netty.channel.Channel;
import io.netty.channel.ChannelHandlerContext;
import io.netty.channel.ChannelInboundHandlerAdapter;
import io.netty.channel.ChannelInitializer;
import io.netty.channel.ChannelOption;
import io.netty.channel.EventLoopGroup;
import io.netty.channel.IoHandlerFactory;
import io.netty.channel.MultiThreadIoEventLoopGroup;
import io.netty.channel.ServerChannel;
import io.netty.channel.epoll.EpollIoHandler;
import io.netty.channel.epoll.EpollServerSocketChannel;
import io.netty.channel.nio.NioIoHandler;
import io.netty.channel.socket.nio.NioServerSocketChannel;
import io.netty.channel.uring.IoUringBufferRingConfig;
import io.netty.channel.uring.IoUringChannelOption;
import io.netty.channel.uring.IoUringFixedBufferRingAllocator;
import io.netty.channel.uring.IoUringIoHandler;
import io.netty.channel.uring.IoUringIoHandlerConfig;
import io.netty.channel.uring.IoUringServerSocketChannel;
import java.io.IOException;
import java.net.InetSocketAddress;

/** The echo server on Netty 4.2, one event loop, over each of its transports. */
final class NettyEcho {
    private static final short BUFFER_GROUP = 1;
    private static final short BUFFER_COUNT = 1024;

    private NettyEcho() {}

    enum Transport {
        IO_URING,
        IO_URING_BUFFER_RING,
        EPOLL,
        NIO
    }

    static void serve(Transport transport, int bufferBytes) throws IOException, InterruptedException {
        EventLoopGroup group = new MultiThreadIoEventLoopGroup(1, factory(transport, bufferBytes));
        ServerBootstrap bootstrap = new ServerBootstrap()
                .group(group, group)
                .channel(channel(transport))
                .option(ChannelOption.SO_BACKLOG, EchoPeers.BACKLOG)
                .childOption(ChannelOption.TCP_NODELAY, true)
                .childHandler(new ChannelInitializer<Channel>() {
                    @Override
                    protected void initChannel(Channel channel) {
                        channel.pipeline().addLast(new Echo());
                    }
                });
        if (transport == Transport.IO_URING_BUFFER_RING) {
            bootstrap.childOption(IoUringChannelOption.IO_URING_BUFFER_GROUP_ID, BUFFER_GROUP);
        }
        Channel listener = bootstrap.bind(EchoPeers.anyPort()).sync().channel();
        EchoPeers.sayPort(((InetSocketAddress) listener.localAddress()).getPort());
        listener.closeFuture().sync();
    }

    private static IoHandlerFactory factory(Transport transport, int bufferBytes) {
        return switch (transport) {
            case IO_URING -> IoUringIoHandler.newFactory();
            case IO_URING_BUFFER_RING ->
                IoUringIoHandler.newFactory(new IoUringIoHandlerConfig()
                        .setBufferRingConfig(IoUringBufferRingConfig.builder()
                                .bufferGroupId(BUFFER_GROUP)
                                .bufferRingSize(BUFFER_COUNT)
                                .batchSize(BUFFER_COUNT / 2)
                                .allocator(new IoUringFixedBufferRingAllocator(bufferBytes))
                                .build()));
            case EPOLL -> EpollIoHandler.newFactory();
            case NIO -> NioIoHandler.newFactory();
        };
    }

    private static Class<? extends ServerChannel> channel(Transport transport) {
        return switch (transport) {
            case IO_URING, IO_URING_BUFFER_RING -> IoUringServerSocketChannel.class;
            case EPOLL -> EpollServerSocketChannel.class;
            case NIO -> NioServerSocketChannel.class;
        };
    }

    @SuppressWarnings("FutureReturnValueIgnored") // A failed write closes the channel; there is no more to do.
    private static final class Echo extends ChannelInboundHandlerAdapter {
        @Override
        public void channelRead(ChannelHandlerContext context, Object message) {
            context.write(message, context.voidPromise());
        }

        @Override
        public void channelReadComplete(ChannelHandlerContext context) {
            context.flush();
        }

        @Override
        public void exceptionCaught(ChannelHandlerContext context, Throwable cause) {
            context.close();
        }
    }
}
