// SPDX-License-Identifier: Apache-2.0

package dev.ringtail.io.tool.http;

import dev.ringtail.io.Accept;
import dev.ringtail.io.AcceptError;
import dev.ringtail.io.IoLoop;
import dev.ringtail.io.Timeout;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;

/** Takes one connection after the other from the listening socket, as fast as there are descriptors for them. */
final class Acceptor {
    /** How long it rests when the system can't give a connection: the next attempt would fail the same way. */
    private static final long REST_NANOS = TimeUnit.MILLISECONDS.toNanos(100);

    private final HttpServer server;
    private final Accept accept;
    private final Timeout rest;

    Acceptor(HttpServer server, IoLoop loop) {
        this.server = server;
        accept = new Accept(loop, this::onAccept);
        rest = new Timeout(loop, done -> goOn());
    }

    /** Takes the next connection, if the server wants one. */
    void goOn() {
        if (!accept.isInFlight() && !rest.isInFlight() && server.isAccepting()) {
            accept.submit(server.listeningFd());
        }
    }

    private void onAccept(Accept accept) {
        @Nullable AcceptError error = accept.error();
        switch (error) {
            case null -> server.accepted(accept);
            case CANCELED -> {
                return;
            }
            case CONNECTION_ABORTED, PROTOCOL_FAILURE, PERMISSION_DENIED -> {}
            case PROCESS_FD_QUOTA_EXCEEDED, SYSTEM_FD_QUOTA_EXCEEDED, SYSTEM_RESOURCES, WOULD_BLOCK, UNEXPECTED -> {
                server.ranOut();
                if (server.isAccepting()) {
                    rest.submit(REST_NANOS);
                }
                return;
            }
            case FILE_DESCRIPTOR_INVALID, SOCKET_NOT_LISTENING, FILE_DESCRIPTOR_NOT_A_SOCKET, OPERATION_NOT_SUPPORTED ->
                throw new IllegalStateException("the listening socket is gone: " + error);
        }
        goOn();
    }
}
