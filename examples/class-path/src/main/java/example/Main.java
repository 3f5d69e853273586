// SPDX-License-Identifier: Apache-2.0

package example;

import dev.ringtail.io.Close;
import dev.ringtail.io.Completion;
import dev.ringtail.io.IoLoop;
import dev.ringtail.io.OpenFlag;
import dev.ringtail.io.OpenFlags;
import dev.ringtail.io.Openat;
import dev.ringtail.io.Read;
import dev.ringtail.io.Write;
import java.io.IOException;
import java.lang.foreign.MemorySegment;
import java.nio.file.Files;
import java.nio.file.Path;

/** Writes a line to a file, reads it back, and says which provider did it. */
public final class Main {
    private Main() {}

    public static void main(String[] args) throws IOException {
        Path file = Files.createTempFile("example", ".txt");
        try (IoLoop loop = IoLoop.open()) {
            System.out.println(loop.provider() + " wrote and read: " + writeAndRead(loop, file.toString()));
        } finally {
            Files.delete(file);
        }
    }

    private static String writeAndRead(IoLoop loop, String path) {
        MemorySegment line = loop.arena().allocateFrom("hello");
        MemorySegment back = loop.arena().allocate(line.byteSize());
        Openat openat = new Openat(loop, Main::ignore);
        openat.submit(path, OpenFlags.of(OpenFlag.READ, OpenFlag.WRITE), 0);
        complete(openat);
        Write write = new Write(loop, Main::ignore);
        write.submit(openat.openedFd(), line, 0);
        complete(write);
        Read read = new Read(loop, Main::ignore);
        read.submit(openat.openedFd(), back, 0);
        complete(read);
        Close close = new Close(loop, Main::ignore);
        close.submit(openat.openedFd());
        complete(close);
        return back.getString(0);
    }

    private static void ignore(Completion completion) {}

    // A program with more to do than wait for one thing lets its callbacks submit what comes next.
    private static void complete(Completion completion) {
        while (completion.isInFlight()) {
            completion.loop().runFor(1_000_000);
        }
        if (completion.error() != null) {
            throw new IllegalStateException(completion + ": " + completion.error());
        }
    }
}
