// SPDX-License-Identifier: Apache-2.0

package dev.ringtail.io.tool.http;

import dev.ringtail.io.Statx;
import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;
import java.nio.charset.StandardCharsets;
import java.time.Instant;
import java.util.Optional;
import java.util.OptionalInt;

/**
 * What is served at a path, as it was when it was looked up: a file or a generated page. Small ones are in memory; of the
 * others there is an open descriptor, which is closed once nobody uses the resource any more. Used on the loop's thread.
 */
final class Resource {
    private static final int NO_FD = -1;

    private final Closing closing;
    private final Optional<Identity> identity;
    private final byte[] headers;
    private final long size;
    private final MemorySegment content;
    private final int fd;

    /** Who looked it up, the cache, and the responses that are being sent from it. */
    private int userCount = 1;

    /** What makes it the same file with the same content. */
    record Identity(String file, long device, long inode, long size, Instant modified) {
        static Identity of(String file, Statx statx) {
            return new Identity(file, statx.device(), statx.inode(), statx.size(), statx.modified());
        }

        /** Strong: another content has another time of modification, if the file system's clock has ticked. */
        String etag() {
            return '"'
                    + Long.toHexString(modified.getEpochSecond())
                    + '.'
                    + Integer.toHexString(modified.getNano())
                    + '-'
                    + Long.toHexString(size)
                    + '-'
                    + Long.toHexString(inode)
                    + '"';
        }
    }

    private Resource(
            Closing closing,
            Optional<Identity> identity,
            String contentType,
            long size,
            MemorySegment content,
            int fd) {
        this.closing = closing;
        this.identity = identity;
        this.size = size;
        this.content = content;
        this.fd = fd;
        StringBuilder text =
                new StringBuilder("Content-Type: ").append(contentType).append("\r\n");
        identity.ifPresent(file -> text.append("Last-Modified: ")
                .append(HttpDate.format(file.modified().getEpochSecond()))
                .append("\r\nETag: ")
                .append(file.etag())
                .append("\r\nAccept-Ranges: bytes\r\n"));
        headers = text.append("X-Content-Type-Options: nosniff\r\n").toString().getBytes(StandardCharsets.US_ASCII);
    }

    /** A file whose whole content is here; its descriptor is closed. */
    static Resource inMemory(Closing closing, Identity identity, MemorySegment content) {
        String type = MimeTypes.of(identity.file());
        return new Resource(closing, Optional.of(identity), type, content.byteSize(), content, NO_FD);
    }

    /** A file that is read when it is sent. The resource owns the descriptor. */
    static Resource open(Closing closing, Identity identity, int fd) {
        String type = MimeTypes.of(identity.file());
        return new Resource(closing, Optional.of(identity), type, identity.size(), MemorySegment.NULL, fd);
    }

    /** A page made for one request. */
    static Resource page(Closing closing, byte[] html) {
        MemorySegment content = Arena.ofAuto().allocate(html.length);
        MemorySegment.copy(html, 0, content, ValueLayout.JAVA_BYTE, 0, html.length);
        return new Resource(closing, Optional.empty(), "text/html; charset=utf-8", html.length, content, NO_FD);
    }

    /** Empty for a page that was made. */
    Optional<Identity> identity() {
        return identity;
    }

    /** Ready to be sent: what doesn't depend on the request. */
    byte[] headers() {
        return headers;
    }

    long size() {
        return size;
    }

    /** Empty if the content is in memory. */
    OptionalInt fd() {
        return fd == NO_FD ? OptionalInt.empty() : OptionalInt.of(fd);
    }

    /** The whole, if it is in memory. */
    MemorySegment content() {
        return content;
    }

    Resource retain() {
        userCount++;
        return this;
    }

    void release() {
        userCount--;
        if (userCount == 0 && fd != NO_FD) {
            closing.close(fd);
        }
    }
}
