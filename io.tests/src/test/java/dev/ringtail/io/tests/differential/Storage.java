// SPDX-License-Identifier: Apache-2.0

package dev.ringtail.io.tests.differential;

import dev.ringtail.io.Completion;
import dev.ringtail.io.Fsync;
import dev.ringtail.io.IoLoop;
import dev.ringtail.io.OpenFlag;
import dev.ringtail.io.OpenFlags;
import dev.ringtail.io.Openat;
import dev.ringtail.io.Read;
import dev.ringtail.io.Recv;
import dev.ringtail.io.Statx;
import dev.ringtail.io.SystemCallException;
import dev.ringtail.io.Write;
import java.lang.foreign.MemorySegment;
import java.nio.file.Path;
import java.util.List;

/** Files, read and written where the step says and where the last one ended, and their folder. */
final class Storage implements Subject {
    private static final int FILE_COUNT = 2;
    private static final int OFFSET_MAX = 10_000;

    /** Where the last transfer ended. */
    private static final long NEXT = -1;

    private final World world;
    private final IoLoop loop;
    private final int[] files = new int[FILE_COUNT];
    private final int directory;

    Storage(World world, Path folder) throws SystemCallException {
        this.world = world;
        loop = world.loop();
        for (int i = 0; i < files.length; i++) {
            OpenFlags flags = OpenFlags.of(OpenFlag.READ, OpenFlag.WRITE, OpenFlag.CREATE, OpenFlag.TRUNCATE);
            files[i] = loop.files().open(folder.resolve("file" + i).toString(), flags, 0600);
        }
        directory = loop.files().open(folder.toString(), OpenFlags.of(OpenFlag.READ, OpenFlag.DIRECTORY), 0);
    }

    @Override
    public boolean perform(Step step, int number) {
        int file = Math.floorMod(step.object(), files.length);
        long offset = Math.floorMod(step.object(), OFFSET_MAX);
        switch (step.kind()) {
            case FILE_WRITE -> write(number, file, World.bytes(step), offset);
            case FILE_WRITE_NEXT -> write(number, file, World.bytes(step), NEXT);
            case FILE_WRITE_NOTHING -> write(number, file, 0, offset);
            case FILE_READ -> read(number, file, World.bytes(step), offset);
            case FILE_READ_NEXT -> read(number, file, World.bytes(step), NEXT);
            case FILE_READ_NOTHING -> read(number, file, 0, offset);
            case FILE_FSYNC -> {
                if (world.touch(number, "file" + file)) {
                    Fsync fsync = new Fsync(loop, done -> world.observe(number, done));
                    fsync.submit(files[file]);
                    world.expect(fsync);
                }
            }
            case FILE_STATX -> {
                if (world.touch(number, "file" + file)) {
                    Statx statx = new Statx(
                            loop, done -> world.observe(number, done, done.error() == null ? done.size() : -1));
                    statx.submit(files[file]);
                    world.expect(statx);
                }
            }
            case OPEN_MISSING, RECV_FROM_FILE, READ_DIRECTORY -> mistake(step.kind(), number, file);
            default -> {
                return false;
            }
        }
        return true;
    }

    private void write(int number, int file, int bytes, long offset) {
        if (world.touch(number, "file" + file)) {
            Write write =
                    new Write(loop, done -> world.observe(number, done, done.error() == null ? done.bytes() : -1));
            write.submit(files[file], world.pattern(number, Math.max(bytes, 1)), 0, bytes, offset);
            world.expect(write);
        }
    }

    private void read(int number, int file, int bytes, long offset) {
        if (world.touch(number, "file" + file)) {
            MemorySegment buffer = loop.arena().allocate(Math.max(bytes, 1));
            Read read = new Read(
                    loop,
                    done -> world.observe(
                            number, done, done.error() == null ? World.checksum(buffer, done.bytes()) : -1));
            read.submit(files[file], buffer, 0, bytes, offset);
            world.expect(read);
        }
    }

    /** What fails, and at once. */
    private void mistake(Step.Kind kind, int number, int file) {
        if (kind == Step.Kind.RECV_FROM_FILE && !world.touch(number, "file" + file)) {
            return;
        }
        MemorySegment buffer = loop.arena().allocate(64);
        Completion submitted;
        if (kind == Step.Kind.OPEN_MISSING) {
            Openat openat = new Openat(loop, done -> world.observe(number, done));
            openat.submit(directory, "missing", OpenFlags.READ, 0);
            submitted = openat;
        } else if (kind == Step.Kind.RECV_FROM_FILE) {
            Recv recv = new Recv(loop, done -> world.observe(number, done));
            recv.submit(files[file], buffer);
            submitted = recv;
        } else {
            Read read = new Read(loop, done -> world.observe(number, done));
            read.submit(directory, buffer, 0);
            submitted = read;
        }
        world.expect(submitted);
    }

    @Override
    public void addOpen(List<Integer> fds) {
        for (int fd : files) {
            fds.add(fd);
        }
        fds.add(directory);
    }
}
