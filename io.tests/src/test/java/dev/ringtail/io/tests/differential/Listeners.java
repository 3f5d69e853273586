// SPDX-License-Identifier: Apache-2.0

package dev.ringtail.io.tests.differential;

import dev.ringtail.io.Accept;
import dev.ringtail.io.Address;
import dev.ringtail.io.Connect;
import dev.ringtail.io.IoLoop;
import dev.ringtail.io.SystemCallException;
import java.nio.file.Path;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** Sockets that listen: TCP on loopback, and Unix in a folder. */
final class Listeners implements Subject {
    private static final int BACKLOG = 100;

    private final World world;
    private final IoLoop loop;
    private final int[] listeners = new int[2];
    private final Address[] addresses = new Address[listeners.length];
    private final @Nullable Accept[] accepts = new Accept[listeners.length];

    /** Nobody ever connects to it. */
    private final int quiet;

    Listeners(World world, Path folder) throws SystemCallException {
        this.world = world;
        loop = world.loop();
        listeners[0] = loop.sockets().openListening(Address.loopback(0), BACKLOG);
        addresses[0] = loop.sockets().localAddress(listeners[0]);
        addresses[1] = Address.unix(folder.resolve("listener").toString());
        listeners[1] = loop.sockets().openListening(addresses[1], BACKLOG);
        quiet = loop.sockets().openListening(Address.loopback(0), BACKLOG);
    }

    @Override
    public boolean perform(Step step, int number) throws SystemCallException {
        int which = Math.floorMod(step.object(), listeners.length);
        String thing = "listener" + which;
        switch (step.kind()) {
            case ACCEPT -> {
                if (accepts[which] == null && world.touch(number, thing)) {
                    Accept accept = new Accept(loop, done -> {
                        accepts[which] = null;
                        world.observe(number, done);
                        if (done.error() == null) {
                            world.leaveOpen(done.acceptedFd());
                        }
                    });
                    accepts[which] = accept;
                    accept.submit(listeners[which]);
                }
            }
            case CONNECT -> {
                if (world.touch(number, thing)) {
                    world.expectReceiver(accepts[which]);
                    int fd = loop.sockets().openStream(addresses[which].family());
                    world.leaveOpen(fd);
                    Connect connect = new Connect(loop, done -> world.observe(number, done));
                    connect.submit(fd, addresses[which]);
                    world.expect(connect);
                }
            }
            case CANCEL_ACCEPT -> world.cancel(number, accepts[which], thing);
            case ACCEPT_AND_CANCEL -> {
                if (world.touch(number, "quiet listener")) {
                    Accept accept = new Accept(loop, done -> world.observe(number, done));
                    accept.submit(quiet);
                    world.cancelNow(number, accept);
                }
            }
            case CLOSE_LISTENER -> {
                if (world.touch(number, thing)) {
                    world.close(number, thing, listeners[which], accepts[which]);
                }
            }
            default -> {
                return false;
            }
        }
        return true;
    }

    @Override
    public void addOpen(List<Integer> fds) {
        for (int i = 0; i < listeners.length; i++) {
            if (!world.isClosed("listener" + i)) {
                fds.add(listeners[i]);
            }
        }
        fds.add(quiet);
    }
}
