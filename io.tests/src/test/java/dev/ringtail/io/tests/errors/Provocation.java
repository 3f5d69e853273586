// SPDX-License-Identifier: Apache-2.0

package dev.ringtail.io.tests.errors;

import dev.ringtail.io.Accept;
import dev.ringtail.io.Address;
import dev.ringtail.io.Completion;
import dev.ringtail.io.Connect;
import dev.ringtail.io.Errno;
import dev.ringtail.io.Family;
import dev.ringtail.io.Fsync;
import dev.ringtail.io.IoLoop;
import dev.ringtail.io.OpenFlag;
import dev.ringtail.io.OpenFlags;
import dev.ringtail.io.Openat;
import dev.ringtail.io.OperationError;
import dev.ringtail.io.Options;
import dev.ringtail.io.Read;
import dev.ringtail.io.Statx;
import dev.ringtail.io.SystemCallException;
import dev.ringtail.io.Write;
import dev.ringtail.io.spi.Provider;
import dev.ringtail.io.tests.NamedProvider;
import dev.ringtail.io.tests.conformance.Bounded;
import dev.ringtail.io.tests.conformance.Bytes;
import dev.ringtail.io.tests.conformance.Descriptors;
import java.io.IOException;
import java.util.Locale;

/**
 * The child's side: a main class that runs where its parent has made a condition (a namespace, a limit, a file system), does
 * what fails there, and prints a line for each failure: operation, errno, error.
 */
final class Provocation {
    private final IoLoop loop;
    private final Descriptors open;

    private Provocation(IoLoop loop, Descriptors open) {
        this.loop = loop;
        this.open = open;
    }

    /** Provider, condition, and where it is. */
    public static void main(String... arguments) throws Exception {
        try (IoLoop loop = IoLoop.open(provider(arguments[0]), Options.defaults());
                Descriptors open = new Descriptors(loop)) {
            Provocation provocation = new Provocation(loop, open);
            String place = arguments.length > 2 ? arguments[2] : "";
            switch (arguments[1]) {
                case "routes" -> new NetworkProvocation(loop, open, provocation).run();
                case "stranger" -> provocation.asStranger(place);
                case "descriptors" -> provocation.withoutDescriptors(place);
                case "file-size" -> provocation.withSmallFiles(place);
                case "full" -> provocation.withoutRoom(place);
                case "read-only" -> provocation.openat(place + "/new", creating());
                case "broken" -> provocation.onBrokenDisk(place);
                case "leased" -> provocation.openat(place, OpenFlags.of(OpenFlag.READ, OpenFlag.NON_BLOCKING));
                default -> throw new IllegalArgumentException(arguments[1]);
            }
        }
    }

    private static Provider provider(String name) {
        return NamedProvider.of(name);
    }

    private static OpenFlags creating() {
        return OpenFlags.of(OpenFlag.READ, OpenFlag.WRITE, OpenFlag.CREATE);
    }

    /** Runs an operation to its end and prints how it failed, if it did. */
    @SuppressWarnings("SystemOut") // The parent reads it.
    void report(Completion completion) {
        Bounded.complete(loop, completion);
        OperationError error = completion.error();
        if (error != null) {
            String operation = completion.getClass().getSimpleName().toLowerCase(Locale.ROOT);
            System.out.println(operation + " " + Errno.name(completion.errno()) + " " + error.name());
        }
    }

    void connect(int fd, Address address) {
        Connect connect = new Connect(loop, done -> {});
        connect.submit(fd, address);
        report(connect);
    }

    private void openat(String path, OpenFlags flags) {
        Openat openat = new Openat(loop, done -> {});
        openat.submit(path, flags, 0600);
        report(openat);
        if (openat.error() == null) {
            open.keep(openat.openedFd());
        }
    }

    private void write(int fd, long size, long offset) {
        Write write = new Write(loop, done -> {});
        write.submit(fd, Bytes.empty(loop, size), offset);
        report(write);
    }

    /** A folder that is another's: its files can't be reached; and a file that is another's, though it can be read. */
    private void asStranger(String place) throws SystemCallException {
        openat(place + "/closed/file", OpenFlags.READ);
        Statx statx = new Statx(loop, done -> {});
        statx.submit(place + "/closed/file");
        report(statx);
        connect(open.stream(Family.UNIX), Address.unix(place + "/closed/file"));
        openat(place + "/readable", OpenFlags.of(OpenFlag.READ, OpenFlag.NO_ACCESS_TIME));
    }

    private void withoutDescriptors(String place) throws SystemCallException {
        // The test's own classes are loaded before: where they are in a folder, each takes a descriptor for a moment.
        openat("/none", OpenFlags.READ);
        fill("/none");
        int listenFd = open.listening();
        open.connection(listenFd, open.stream(Family.INET));
        open.connect(open.stream(Family.INET), loop.sockets().localAddress(listenFd));
        int spareFd = open.open(place, OpenFlags.READ);
        fill(place);
        Accept accept = new Accept(loop, done -> {});
        accept.submit(listenFd);
        report(accept);
        openat(place, OpenFlags.READ);
        // The connection isn't lost: with one descriptor free it is accepted.
        open.close(spareFd);
        accept.submit(listenFd);
        open.keep(Bounded.complete(loop, accept).acceptedFd());
    }

    /** Opens it until that fails. */
    private void fill(String path) {
        try {
            while (true) {
                open.open(path, OpenFlags.READ);
            }
        } catch (SystemCallException e) {
            assert e.errno() > 0 : e;
        }
    }

    private void withSmallFiles(String place) throws SystemCallException {
        int fd = open.open(place + "/file", creating());
        write(fd, 8192, 0);
        write(fd, 1, 8192);
    }

    private void withoutRoom(String place) throws SystemCallException {
        int fd = open.open(place + "/large", creating());
        for (int i = 0; i < 8; i++) {
            write(fd, 1 << 16, (long) i << 16);
        }
        for (int i = 0; i < 8; i++) {
            openat(place + "/file" + i, creating());
        }
    }

    private void onBrokenDisk(String place) throws IOException, InterruptedException {
        int fd = open.open(place + "/file", creating());
        write(fd, 4096, 0);
        String device = device(place);
        openat(device, OpenFlags.of(OpenFlag.READ, OpenFlag.EXCLUSIVE));
        Process process = new ProcessBuilder(
                        "perl",
                        "-e",
                        "my $f=pack('I',2); open(F,'<',$ARGV[0]) && ioctl(F,0x8004587d,$f) or die $!",
                        place)
                .inheritIO()
                .start();
        if (process.waitFor() != 0) {
            throw new IOException("the file system can't be shut down");
        }
        write(fd, 4096, 4096);
        Read read = new Read(loop, done -> {});
        read.submit(fd, Bytes.empty(loop, 8), 0);
        report(read);
        Fsync fsync = new Fsync(loop, done -> {});
        fsync.submit(fd);
        report(fsync);
        openat(place + "/file", OpenFlags.READ);
    }

    private static String device(String place) throws IOException {
        return java.nio.file.Files.readAllLines(java.nio.file.Path.of("/proc/self/mounts")).stream()
                .map(line -> line.split(" ", -1))
                .filter(fields -> fields[1].equals(place))
                .findFirst()
                .orElseThrow()[0];
    }
}
