// SPDX-License-Identifier: Apache-2.0
package dev.ringtail.io.tests.hostile;

import dev.ringtail.io.Accept;
import dev.ringtail.io.Address;
import dev.ringtail.io.Errno;
import dev.ringtail.io.IoLoop;
import dev.ringtail.io.OpenFlags;
import dev.ringtail.io.Options;
import dev.ringtail.io.Read;
import dev.ringtail.io.Statx;
import dev.ringtail.io.epoll.EpollProvider;
import dev.ringtail.io.tests.conformance.Bounded;
import java.io.IOException;

/** What runs in a child under a profile that forbids a call that the epoll provider makes: prints how that went. */
final class ProfileProbe {
    private ProfileProbe() {}

    public static void main(String... arguments) throws IOException {
        try (IoLoop loop = IoLoop.open(new EpollProvider(), Options.defaults())) {
            if (arguments[0].equals("accept")) {
                accept(loop);
            } else {
                statx(loop, arguments[1]);
            }
        }
    }

    // The standard streams are how a child answers.
    @SuppressWarnings("SystemOut")
    private static void accept(IoLoop loop) throws IOException {
        Accept accept = new Accept(loop, done -> {});
        accept.submit(loop.sockets().openListening(Address.loopback(0), 1));
        System.out.println("accept " + Errno.name(Bounded.complete(loop, accept).errno()));
    }

    @SuppressWarnings("SystemOut")
    private static void statx(IoLoop loop, String path) throws IOException {
        Statx statx = new Statx(loop, done -> {});
        statx.submit(path);
        print("path", Bounded.complete(loop, statx));
        statx.submitNoFollow(path);
        print("link", Bounded.complete(loop, statx));
        int fd = loop.files().open(path, OpenFlags.READ, 0);
        statx.submit(fd);
        print("open file", Bounded.complete(loop, statx));
        statx.submit(path + "/none");
        System.out.println("none " + Errno.name(Bounded.complete(loop, statx).errno()));
        // What a number stands for is found out by the same call.
        Read read = new Read(loop, done -> {});
        for (int i = 0; i < 2; i++) {
            read.submit(fd, loop.arena().allocate(2), -1);
            System.out.println("read " + Bounded.complete(loop, read).bytes());
        }
    }

    @SuppressWarnings("SystemOut")
    private static void print(String what, Statx statx) {
        System.out.println(what + " " + (statx.error() != null ? Errno.name(statx.errno()) : values(statx)));
    }

    private static String values(Statx statx) {
        return statx.size() + " " + statx.inode() + " " + statx.device() + " " + Integer.toOctalString(statx.mode())
                + " " + statx.linkCount() + " " + statx.userId() + " " + statx.groupId() + " " + statx.blockCount()
                + " " + statx.modified() + " " + statx.directMemoryAlignment();
    }
}
