// SPDX-License-Identifier: Apache-2.0
package dev.ringtail.io.bench.peers;

/** File I/O by name of the way it is done. */
final class FilePeers {
    private FilePeers() {}

    static PeerMain.Peer of(String variant) throws Exception {
        return switch (variant) {
            case "io_uring", "epoll" -> new RingtailFiles(variant, false);
            case "io_uring-registered" -> new RingtailFiles("io_uring", true);
            case "channel" -> new ChannelFiles(false);
            case "channel-threads" -> new ChannelFiles(true);
            case "asynchronous" -> new AsynchronousFiles();
            default -> throw new IllegalArgumentException(variant);
        };
    }
}
