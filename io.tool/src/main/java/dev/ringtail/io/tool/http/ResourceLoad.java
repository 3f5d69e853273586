// SPDX-License-Identifier: Apache-2.0

package dev.ringtail.io.tool.http;

import dev.ringtail.io.Callback;
import dev.ringtail.io.Completion;
import dev.ringtail.io.IoLoop;
import dev.ringtail.io.OpenFlag;
import dev.ringtail.io.OpenFlags;
import dev.ringtail.io.Openat;
import dev.ringtail.io.OpenatError;
import dev.ringtail.io.Read;
import dev.ringtail.io.Statx;
import dev.ringtail.io.StatxError;
import java.io.IOException;
import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.nio.file.AccessDeniedException;
import java.nio.file.FileSystemException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import org.apache.hc.core5.http.HttpStatus;
import org.jspecify.annotations.Nullable;

/**
 * One path being looked up: asked about, opened, checked to be inside the served directory, and read if it is small. Those
 * who ask for the same path meanwhile join in. Used on the loop's thread.
 */
final class ResourceLoad {
    /** Up to this size a file is kept in memory, and goes out in one piece with its head. */
    static final int SMALL_BYTES = 16 << 10;

    private static final String INDEX = "index.html";
    private static final OpenFlags DIRECTORY = OpenFlags.of(OpenFlag.READ, OpenFlag.DIRECTORY);
    private static final int NO_FD = -1;

    private final Closing closing;
    private final Resources resources;
    private final Path root;
    private final String prefix;
    private final String path;
    private final List<Resources.Waiter> waiters = new ArrayList<>();
    private final Statx confirmation;
    private final Statx question;
    private final Openat openat;
    private final Statx statx;
    private final Read read;

    /** What is asked for in the file system: the path's own file, or a directory's index. */
    private String file;

    /** The directory that the index is looked for in. */
    private int directoryFd = NO_FD;

    private int fd = NO_FD;
    private MemorySegment content = MemorySegment.NULL;
    private long contentBytes;
    private Resource.@Nullable Identity identity;
    private @Nullable Resource known;

    /** @param prefix the root's path, without a slash at its end */
    ResourceLoad(IoLoop loop, Closing closing, Resources resources, Path root, String prefix, String path) {
        this.closing = closing;
        this.resources = resources;
        this.root = root;
        this.path = path;
        this.prefix = prefix;
        file = prefix + path;
        confirmation = new Statx(loop, guarded(this::onConfirmation));
        question = new Statx(loop, guarded(this::onQuestion));
        openat = new Openat(loop, guarded(this::onOpen));
        statx = new Statx(loop, guarded(this::onStatx));
        read = new Read(loop, guarded(this::onRead));
    }

    /** A mistake in a step costs those who wait for this path, not the server. */
    private <C extends Completion> Callback<C> guarded(Callback<C> step) {
        return done -> {
            try {
                step.completed(done);
            } catch (RuntimeException e) {
                resources.failed(e);
                refuse(HttpStatus.SC_INTERNAL_SERVER_ERROR);
            }
        };
    }

    void join(Resources.Waiter waiter) {
        waiters.add(waiter);
    }

    /** Looks it up. */
    void start() {
        question.submit(file);
    }

    /** Looks whether it is what it was; if not, looks it up. */
    void confirm(Resource resource) {
        known = resource.retain();
        confirmation.submit(resource.identity().orElseThrow().file());
    }

    private void onConfirmation(Statx confirmation) {
        Resource before = known;
        known = null;
        if (before == null) {
            throw new AssertionError(path + ": a confirmation of nothing");
        }
        if (closing.isEnding()) {
            before.release();
            refuse(HttpStatus.SC_SERVICE_UNAVAILABLE);
            return;
        }
        Resource.Identity expected = before.identity().orElseThrow();
        boolean isSame =
                confirmation.error() == null && expected.equals(Resource.Identity.of(expected.file(), confirmation));
        if (isSame) {
            resources.keep(path, before);
            end(before);
            return;
        }
        before.release();
        resources.drop(path);
        start();
    }

    private void onQuestion(Statx question) {
        @Nullable StatxError error = question.error();
        if (closing.isEnding()) {
            refuse(HttpStatus.SC_SERVICE_UNAVAILABLE);
        } else if (error != null) {
            onMissing(status(error));
        } else if (question.isDirectory() && directoryFd == NO_FD) {
            openat.submit(file, DIRECTORY, 0);
        } else if (question.isRegularFile() && !(path.endsWith("/") && directoryFd == NO_FD)) {
            // Asked first, because opening a FIFO waits for its writer, and opening a device can mean anything.
            openat.submit(file, OpenFlags.READ, 0);
        } else {
            onMissing(HttpStatus.SC_NOT_FOUND);
        }
    }

    private void onOpen(Openat openat) {
        @Nullable OpenatError error = openat.error();
        if (error == OpenatError.PROCESS_FD_QUOTA_EXCEEDED || error == OpenatError.SYSTEM_FD_QUOTA_EXCEEDED) {
            resources.dropAll();
        }
        if (error != null) {
            onMissing(status(error));
            return;
        }
        fd = openat.openedFd();
        if (closing.isEnding()) {
            refuse(HttpStatus.SC_SERVICE_UNAVAILABLE);
        } else if (!isInside(fd)) {
            refuse(HttpStatus.SC_NOT_FOUND);
        } else if (openat.flags() != DIRECTORY) {
            statx.submit(fd);
        } else if (!path.endsWith("/")) {
            refuse(HttpStatus.SC_MOVED_PERMANENTLY);
        } else {
            directoryFd = fd;
            fd = NO_FD;
            file = prefix + path + INDEX;
            question.submit(file);
        }
    }

    /**
     * Whether an open file is inside the served directory, wherever links have led: asked of the descriptor, because what
     * the path leads to may have changed since.
     */
    private boolean isInside(int fd) {
        try {
            Path real = Files.readSymbolicLink(Path.of("/proc/self/fd/" + fd));
            return real.startsWith(root);
        } catch (IOException e) {
            return false;
        }
    }

    private void onStatx(Statx statx) {
        if (closing.isEnding() || statx.error() != null || !statx.isRegularFile()) {
            refuse(HttpStatus.SC_NOT_FOUND);
            return;
        }
        Resource.Identity identity = Resource.Identity.of(file, statx);
        this.identity = identity;
        if (statx.size() > SMALL_BYTES) {
            Resource resource = Resource.open(closing, identity, fd);
            fd = NO_FD;
            found(resource, identity);
        } else {
            content = Arena.ofAuto().allocate(Math.max(1, statx.size()));
            contentBytes = 0;
            readMore(identity);
        }
    }

    private void readMore(Resource.Identity identity) {
        if (contentBytes < identity.size()) {
            read.submit(fd, content, contentBytes, identity.size() - contentBytes, contentBytes);
        } else {
            found(Resource.inMemory(closing, identity, content.asSlice(0, contentBytes)), identity);
        }
    }

    private void onRead(Read read) {
        Resource.Identity identity = this.identity;
        if (identity == null) {
            throw new AssertionError(path + ": read before it was asked about");
        }
        // Shorter than it was a moment ago: being written.
        if (closing.isEnding() || read.error() != null || read.bytes() == 0) {
            refuse(HttpStatus.SC_SERVICE_UNAVAILABLE);
            return;
        }
        contentBytes += read.bytes();
        readMore(identity);
    }

    /** A directory without an index has a page made of it. */
    private void onMissing(int status) {
        if (directoryFd == NO_FD || status != HttpStatus.SC_NOT_FOUND) {
            refuse(status);
            return;
        }
        try {
            byte[] html = Listing.html(Path.of("/proc/self/fd/" + directoryFd), path);
            Resource page = Resource.page(closing, html);
            resources.keepPage(path, page);
            end(page);
        } catch (AccessDeniedException e) {
            refuse(HttpStatus.SC_FORBIDDEN);
        } catch (FileSystemException e) {
            // Most likely no descriptor is left: it is open already, so nothing else can be wrong with it.
            resources.dropAll();
            refuse(HttpStatus.SC_SERVICE_UNAVAILABLE);
        } catch (IOException e) {
            refuse(HttpStatus.SC_INTERNAL_SERVER_ERROR);
        }
    }

    private void found(Resource resource, Resource.Identity identity) {
        if (identity.modified().isBefore(Instant.now().minus(Resources.SETTLED))) {
            resources.keep(path, resource);
        }
        end(resource);
    }

    private void end(Resource resource) {
        for (Resources.Waiter waiter : cleanUp()) {
            waiter.found(resource.retain());
        }
        resource.release();
    }

    private void refuse(int status) {
        for (Resources.Waiter waiter : cleanUp()) {
            waiter.refused(status);
        }
    }

    /** Those who are to be told, once. */
    private List<Resources.Waiter> cleanUp() {
        resources.ended(path);
        if (fd != NO_FD) {
            closing.close(fd);
            fd = NO_FD;
        }
        if (directoryFd != NO_FD) {
            closing.close(directoryFd);
            directoryFd = NO_FD;
        }
        List<Resources.Waiter> told = List.copyOf(waiters);
        waiters.clear();
        return told;
    }

    private static int status(StatxError error) {
        return switch (error) {
            case FILE_NOT_FOUND, NOT_DIR, NAME_TOO_LONG, SYM_LINK_LOOP, FILE_HANDLE_STALE -> HttpStatus.SC_NOT_FOUND;
            case ACCESS_DENIED -> HttpStatus.SC_FORBIDDEN;
            case SYSTEM_RESOURCES, CANCELED -> HttpStatus.SC_SERVICE_UNAVAILABLE;
            case FILE_DESCRIPTOR_INVALID, ARGUMENTS_INVALID, INPUT_OUTPUT, UNEXPECTED ->
                HttpStatus.SC_INTERNAL_SERVER_ERROR;
        };
    }

    private static int status(OpenatError error) {
        return switch (error) {
            case FILE_NOT_FOUND, NOT_DIR, IS_DIR, NAME_TOO_LONG, SYM_LINK_LOOP, NO_DEVICE, NO_DEVICE_OR_PEER ->
                HttpStatus.SC_NOT_FOUND;
            case ACCESS_DENIED -> HttpStatus.SC_FORBIDDEN;
            case PROCESS_FD_QUOTA_EXCEEDED, SYSTEM_FD_QUOTA_EXCEEDED, SYSTEM_RESOURCES, WOULD_BLOCK, CANCELED ->
                HttpStatus.SC_SERVICE_UNAVAILABLE;
            case FILE_DESCRIPTOR_INVALID,
                    DEVICE_BUSY,
                    DISK_QUOTA,
                    PATH_ALREADY_EXISTS,
                    FILE_TOO_BIG,
                    ARGUMENTS_INVALID,
                    INPUT_OUTPUT,
                    NO_SPACE_LEFT,
                    FILE_LOCKS_NOT_SUPPORTED,
                    READ_ONLY_FILE_SYSTEM,
                    FILE_BUSY,
                    UNEXPECTED -> HttpStatus.SC_INTERNAL_SERVER_ERROR;
        };
    }
}
