// SPDX-License-Identifier: Apache-2.0

package dev.ringtail.io.tool.http;

import dev.ringtail.io.Callback;
import dev.ringtail.io.Close;
import dev.ringtail.io.Completion;
import dev.ringtail.io.IoLoop;
import dev.ringtail.io.Recv;
import dev.ringtail.io.Shutdown;
import dev.ringtail.io.SystemCallException;
import java.io.IOException;
import java.util.Objects;
import java.util.Optional;
import org.apache.hc.core5.http.HttpException;
import org.apache.hc.core5.http.HttpRequest;
import org.apache.hc.core5.http.HttpStatus;
import org.apache.hc.core5.http.impl.nio.DefaultHttpRequestParser;
import org.jspecify.annotations.Nullable;

/**
 * One connection: takes a request, answers it, takes the next one. Its completions, its buffers and itself are used again
 * for other connections. Used on the loop's thread.
 */
final class HttpConnection implements Resources.Waiter, Sender.Listener {
    private final HttpServer server;
    private final RequestBuffer input;
    private final ResponseHead head;
    private final Sender sender;
    private final DefaultHttpRequestParser<HttpRequest> parser = Request.newParser();
    private final Recv recv;
    private final Close close;

    private State state = State.FREE;
    private int fd;
    private String peer = "";

    /** When patience ends, by System.nanoTime; counts in states that wait for the client. */
    private long deadlineNanos;

    private @Nullable Request request;
    private String path = "";
    private long drainBytes;

    private @Nullable Resource resource;
    private boolean isLookingUp;
    private boolean isKeptAlive;

    /** For the log. */
    private int status;

    private long begunNanos;

    // A switch over another file's enum needs one more class, and none can be loaded once no descriptor is left.
    private enum State {
        /** Between connections. */
        FREE,
        /** Waits for a request's first byte. */
        IDLE,
        /** Has a part of a request's head. */
        IN_HEAD,
        /** Throws a request's body away. */
        DRAINING,
        /** Waits for the resource. */
        LOOKING_UP,
        /** Sends. */
        RESPONDING,
        /** Has sent its last byte, and waits for the client to have read it: closing at once could reset it away. */
        LINGERING,
        /** Waits until nothing is in flight. */
        CLOSING
    }

    HttpConnection(HttpServer server, IoLoop loop) {
        this.server = server;
        input = new RequestBuffer(loop);
        head = new ResponseHead(loop, server.shared());
        sender = new Sender(loop, server.pool(), this);
        recv = new Recv(loop, guarded(this::onRecv));
        close = new Close(loop, guarded(done -> freeIfDone()));
    }

    /** Takes an accepted connection. */
    void start(int fd, String peer) {
        this.fd = fd;
        this.peer = peer;
        input.clear();
        parser.reset();
        request = null;
        state = State.IDLE;
        deadlineNanos = server.deadline(server.settings().headTimeout());
        receive();
    }

    /** The server is stopping: ends now if nothing is going on, else after the response. */
    void stop() {
        isKeptAlive = false;
        if (state == State.IDLE || state == State.IN_HEAD) {
            close();
        }
    }

    /** Ends what has waited for too long. */
    void checkDeadline(long now) {
        if (now - deadlineNanos < 0) {
            return;
        }
        switch (state) {
            case IN_HEAD, DRAINING -> refuse(HttpStatus.SC_REQUEST_TIMEOUT, false);
            case RESPONDING -> checkRate();
            case IDLE, LINGERING -> close();
            case FREE, LOOKING_UP, CLOSING -> {}
        }
    }

    /** A client that takes a byte now and then could keep its connection for ever. */
    private void checkRate() {
        HttpServer.Settings settings = server.settings();
        if (sender.hasTaken(settings.sendRateMin() * settings.sendTimeout().toMillis() / 1000)) {
            deadlineNanos = server.deadline(settings.sendTimeout());
        } else {
            close();
        }
    }

    @Override
    public <C extends Completion> Callback<C> guarded(Callback<C> step) {
        return done -> {
            try {
                step.completed(done);
            } catch (RuntimeException e) {
                failed(e);
            }
        };
    }

    /** A mistake of this program's costs this connection, not the server. */
    void failed(RuntimeException mistake) {
        server.resources().failed(mistake);
        close();
    }

    /** Ends at once, whatever is going on. */
    void close() {
        if (state == State.CLOSING || state == State.FREE) {
            return;
        }
        if (state == State.RESPONDING) {
            log(" aborted");
        }
        state = State.CLOSING;
        close.submit(fd);
    }

    @Override
    public boolean isClosing() {
        return state == State.CLOSING;
    }

    private void receive() {
        try {
            int from = input.writeFrom();
            recv.submit(fd, input.memory(), from, (long) RequestBuffer.HEAD_MAX_BYTES - from);
        } catch (RequestException e) {
            refuse(e.status(), false);
        }
    }

    private void onRecv(Recv recv) {
        switch (state) {
            case CLOSING -> freeIfDone();
            case LINGERING -> linger(recv.error() == null && recv.bytes() > 0);
            case IDLE, IN_HEAD, DRAINING -> {
                if (recv.error() != null || recv.bytes() == 0) {
                    close();
                } else {
                    input.received(recv.bytes());
                    if (state == State.DRAINING) {
                        drain();
                    } else {
                        parse();
                    }
                }
            }
            // A request that took too long is being refused; its rest came after all.
            case RESPONDING -> {}
            case FREE, LOOKING_UP -> throw new AssertionError("received while " + state);
        }
    }

    private void parse() {
        try {
            HttpRequest message = parser.parse(input, false);
            if (message == null) {
                if (state == State.IDLE && input.isInHead()) {
                    state = State.IN_HEAD;
                    deadlineNanos = server.deadline(server.settings().headTimeout());
                }
                receive();
                return;
            }
            parser.reset();
            input.endHead();
            begunNanos = System.nanoTime();
            request = null;
            Request request = Request.of(message);
            this.request = request;
            isKeptAlive = request.isKeptAlive() && !server.isStopping();
            drainBytes = request.bodyBytes();
            drain();
        } catch (HttpException | IOException e) {
            refuse(RequestException.status(e), false);
        }
    }

    private void drain() {
        drainBytes -= input.skip(drainBytes);
        if (drainBytes > 0) {
            if (state != State.DRAINING) {
                state = State.DRAINING;
                deadlineNanos = server.deadline(server.settings().headTimeout());
            }
            receive();
        } else {
            lookUp(Objects.requireNonNull(request));
        }
    }

    private void lookUp(Request request) {
        try {
            if (!request.isGet() && !request.isHead()) {
                refuse(HttpStatus.SC_METHOD_NOT_ALLOWED, isKeptAlive);
                return;
            }
            Optional<String> decoded = RequestPath.decode(RequestPath.ofTarget(request.target()));
            if (decoded.isEmpty()) {
                refuse(HttpStatus.SC_NOT_FOUND, isKeptAlive);
                return;
            }
            path = decoded.get();
            state = State.LOOKING_UP;
            isLookingUp = true;
            server.resources().find(path, this);
        } catch (RequestException e) {
            refuse(e.status(), false);
        }
    }

    @Override
    public void found(Resource found) {
        isLookingUp = false;
        if (state == State.CLOSING) {
            found.release();
            freeIfDone();
            return;
        }
        resource = found;
        try {
            answer(Objects.requireNonNull(request), found);
        } catch (RuntimeException e) {
            failed(e);
        }
    }

    private void answer(Request request, Resource found) {
        Answer answer = Answer.of(request, found);
        status = answer.status();
        head.begin(answer, found);
        if (status == HttpStatus.SC_REQUESTED_RANGE_NOT_SATISFIABLE) {
            sendText();
            return;
        }
        head.end(isKeptAlive, request.isVersion10());
        long length = request.isHead() ? 0 : answer.length();
        respond();
        if (found.fd().isPresent() && length > 0) {
            sender.start(fd, head, found.fd().getAsInt(), answer.from(), length);
        } else if (head.hasRoom(length)) {
            head.body(found.content(), answer.from(), length);
            sender.start(fd, head);
        } else {
            sender.start(fd, head, found.content().asSlice(answer.from(), length));
        }
    }

    private void respond() {
        state = State.RESPONDING;
        deadlineNanos = server.deadline(server.settings().sendTimeout());
    }

    @Override
    public void refused(int status) {
        isLookingUp = false;
        if (state == State.CLOSING) {
            freeIfDone();
            return;
        }
        try {
            refuse(status, isKeptAlive);
        } catch (RuntimeException e) {
            failed(e);
        }
    }

    /** Answers with an error's few words. */
    private void refuse(int status, boolean isKeptAlive) {
        this.isKeptAlive = isKeptAlive;
        this.status = status;
        if (request == null) {
            begunNanos = System.nanoTime();
        }
        head.beginRefusal(status);
        if (status == HttpStatus.SC_MOVED_PERMANENTLY) {
            head.line(
                    "Location",
                    RequestPath.ofDirectory(
                            path, Objects.requireNonNull(request).target()));
        }
        sendText();
    }

    private void sendText() {
        boolean isVersion10 = request != null && request.isVersion10();
        head.endWithText(status, isKeptAlive, isVersion10, request == null || !request.isHead());
        respond();
        sender.start(fd, head);
    }

    @Override
    public void sent() {
        log("");
        releaseResource();
        request = null;
        if (!isKeptAlive || server.isStopping()) {
            shutDown();
            return;
        }
        state = State.IDLE;
        deadlineNanos = server.deadline(server.settings().idleTimeout());
        // The next request may be here already.
        parse();
    }

    @Override
    public void sendingFailed() {
        close();
    }

    private void shutDown() {
        state = State.LINGERING;
        deadlineNanos = server.deadline(server.settings().lingerTimeout());
        try {
            server.loop().sockets().shutdown(fd, Shutdown.WRITE);
            if (!recv.isInFlight()) {
                linger(true);
            }
        } catch (SystemCallException e) {
            close();
        }
    }

    private void linger(boolean isMore) {
        if (isMore) {
            recv.submit(fd, input.memory());
        } else {
            close();
        }
    }

    @Override
    public void sendingEnded() {
        freeIfDone();
    }

    private void freeIfDone() {
        boolean isBusy = recv.isInFlight() || sender.isInFlight() || close.isInFlight() || isLookingUp;
        if (state == State.CLOSING && !isBusy) {
            sender.stop();
            releaseResource();
            state = State.FREE;
            server.freed(this);
        }
    }

    private void releaseResource() {
        if (resource != null) {
            resource.release();
            resource = null;
        }
    }

    private void log(String end) {
        AccessLog log = server.settings().log();
        if (log != null) {
            String line = request == null ? "-" : request.method() + " " + request.target();
            log.log(peer, line, status, sender.sentBytes(), System.nanoTime() - begunNanos, end);
        }
    }
}
