// SPDX-License-Identifier: Apache-2.0

package dev.ringtail.io.tests.differential;

import dev.ringtail.io.Files;
import dev.ringtail.io.Fsync;
import dev.ringtail.io.IoLoop;
import dev.ringtail.io.Read;
import dev.ringtail.io.SystemCallException;
import dev.ringtail.io.Write;
import java.lang.foreign.MemorySegment;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** A pipe, and what can be done to the wrong one of its ends. */
final class Pipe implements Subject {
    private static final String PIPE = "pipe";
    private static final int WRITE_MAX = 512;

    private final World world;
    private final IoLoop loop;
    private final Files.Pipe pipe;
    private @Nullable Read read;

    Pipe(World world) throws SystemCallException {
        this.world = world;
        loop = world.loop();
        pipe = loop.files().openPipe();
    }

    @Override
    public boolean perform(Step step, int number) {
        switch (step.kind()) {
            case PIPE_WRITE -> {
                if (world.touch(number, PIPE)) {
                    world.expectReceiver(read);
                    write(number, pipe.writeFd(), Math.min(World.bytes(step), WRITE_MAX));
                }
            }
            case PIPE_WRITE_NOTHING -> {
                if (world.touch(number, PIPE)) {
                    write(number, pipe.writeFd(), 0);
                }
            }
            case PIPE_READ -> {
                if (read == null && world.touch(number, PIPE)) {
                    MemorySegment buffer = loop.arena().allocate(World.bytes(step));
                    read = new Read(loop, done -> {
                        read = null;
                        world.observe(number, done, done.error() == null ? World.checksum(buffer, done.bytes()) : -1);
                    });
                    read.submit(pipe.readFd(), buffer, -1);
                }
            }
            case CANCEL_PIPE_READ -> world.cancel(number, read, PIPE);
            case CLOSE_PIPE_READ_END -> {
                if (world.touch(number, PIPE)) {
                    world.close(number, PIPE, pipe.readFd(), read);
                }
            }
            case WRITE_TO_READ_END -> {
                if (world.touch(number, PIPE)) {
                    write(number, pipe.readFd(), WRITE_MAX);
                }
            }
            case FSYNC_PIPE -> {
                if (world.touch(number, PIPE)) {
                    Fsync fsync = new Fsync(loop, done -> world.observe(number, done));
                    fsync.submit(pipe.readFd());
                    world.expect(fsync);
                }
            }
            default -> {
                return false;
            }
        }
        return true;
    }

    private void write(int number, int fd, int bytes) {
        Write write = new Write(loop, done -> world.observe(number, done, done.error() == null ? done.bytes() : -1));
        write.submit(fd, world.pattern(number, Math.max(bytes, 1)), 0, bytes, -1);
        world.expect(write);
    }

    @Override
    public void addOpen(List<Integer> fds) {
        fds.add(pipe.writeFd());
        if (!world.isClosed(PIPE)) {
            fds.add(pipe.readFd());
        }
    }
}
