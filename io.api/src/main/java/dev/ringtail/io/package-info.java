// SPDX-License-Identifier: Apache-2.0

/**
 * Completion-based I/O: an {@link dev.ringtail.io.IoLoop}, and one completion class and one error enum per operation.
 *
 * <p>A completion is made once, with its callback, and carries one operation at a time: submit it with its arguments, and
 * the callback runs in a later pass of the loop with the result or with one of that operation's own errors. See
 * {@link dev.ringtail.io.IoLoop} for the rules that all of them share.
 *
 * {@snippet lang="java" :
 * import dev.ringtail.io.*;
 * import java.lang.foreign.MemorySegment;
 *
 * final class Journal {
 *     private final Write write; // made once, reused for ever; carries one operation at a time
 *
 *     Journal(IoLoop loop) {
 *         write = new Write(loop, this::onWrite);
 *     }
 *
 *     void append(int fd, MemorySegment buffer, long offset) {
 *         write.submit(fd, buffer, offset);
 *     }
 *
 *     private void onWrite(Write write) {
 *         switch (write.error()) {
 *             case null -> System.out.println(write.bytes() + " bytes are with the kernel");
 *             case NO_SPACE_LEFT, DISK_QUOTA -> System.out.println("make room");
 *             case CANCELED -> {}
 *             case FILE_TOO_BIG, INPUT_OUTPUT, ALIGNMENT, SYSTEM_RESOURCES, ACCESS_DENIED,
 *                     NOT_OPEN_FOR_WRITING, UNSEEKABLE, WOULD_BLOCK, MESSAGE_TOO_BIG, BROKEN_PIPE,
 *                     CONNECTION_REFUSED, CONNECTION_RESET_BY_PEER, CONNECTION_TIMED_OUT,
 *                     NOT_CONNECTED, SOCKET_NOT_CONNECTED, UNEXPECTED ->
 *                 throw new IllegalStateException(write + ": " + write.error());
 *         }
 *     }
 * }
 * }
 */
@Version("0.1.0")
package dev.ringtail.io;

import org.osgi.annotation.versioning.Version;
