// SPDX-License-Identifier: Apache-2.0

package dev.ringtail.io.tool.http;

import dev.ringtail.io.Close;
import dev.ringtail.io.IoLoop;
import dev.ringtail.io.Recv;
import dev.ringtail.io.Shutdown;
import dev.ringtail.io.SystemCallException;
import java.io.IOException;
import java.util.Optional;
import org.apache.hc.core5.http.HttpException;
import org.apache.hc.core5.http.HttpRequest;
import org.apache.hc.core5.http.HttpStatus;
import org.apache.hc.core5.http.RequestHeaderFieldsTooLargeException;
import org.apache.hc.core5.http.config.Http1Config;
import org.apache.hc.core5.http.impl.nio.DefaultHttpRequestFactory;
import org.apache.hc.core5.http.impl.nio.DefaultHttpRequestParser;
import org.jspecify.annotations.Nullable;

/**
 * One connection: takes a request, answers it, takes the next one. Its completions, its buffers and itself are used again
 * for other connections. Used on the loop's thread.
 */
final class HttpConnection implements Resources.Waiter, Sender.Listener {
    /** The line's length is limited by the buffer. */
    private static final Http1Config LIMITS = Http1Config.custom()
            .setMaxHeaderCount(100)
            .setMaxLineLength(RequestBuffer.HEAD_MAX_BYTES)
            .build();

    private final HttpServer server;
    private final RequestBuffer input;
    private final ResponseHead head;
    private final Sender sender;
    private final DefaultHttpRequestParser<HttpRequest> parser =
            new DefaultHttpRequestParser<>(LIMITS, DefaultHttpRequestFactory.INSTANCE);
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
        recv = new Recv(loop, this::onRecv);
        close = new Close(loop, done -> freeIfDone());
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
            case IDLE, RESPONDING, LINGERING -> close();
            case FREE, LOOKING_UP, CLOSING -> {}
        }
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
        } catch (RequestException e) {
            refuse(e.status(), false);
        } catch (RequestHeaderFieldsTooLargeException e) {
            refuse(HttpStatus.SC_REQUEST_HEADER_FIELDS_TOO_LARGE, false);
        } catch (HttpException e) {
            refuse(HttpStatus.SC_BAD_REQUEST, false);
        } catch (IOException e) {
            refuse(e.getCause() instanceof RequestException cause ? cause.status() : HttpStatus.SC_BAD_REQUEST, false);
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
            lookUp(current());
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

    private Request current() {
        Request current = request;
        if (current == null) {
            throw new AssertionError("no request while " + state);
        }
        return current;
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
        Request request = current();
        Answer answer = Answer.of(request, found);
        status = answer.status();
        if (status == HttpStatus.SC_REQUESTED_RANGE_NOT_SATISFIABLE) {
            head.begin(status);
            head.line("Content-Range", "bytes */" + found.size());
            sendText();
            return;
        }
        head.begin(status);
        head.lines(found.headers());
        if (status == HttpStatus.SC_PARTIAL_CONTENT) {
            head.contentRange(answer.from(), answer.length(), found.size());
        }
        if (status != HttpStatus.SC_NOT_MODIFIED) {
            head.contentLength(answer.length());
        }
        head.end(isKeptAlive, request.isVersion10());
        long length = request.isHead() ? 0 : answer.length();
        state = State.RESPONDING;
        if (found.fd().isPresent() && length > 0) {
            sender.start(fd, head, found.fd().getAsInt(), answer.from(), length);
        } else if (head.hasRoom(length)) {
            head.body(found.content(), answer.from(), length);
            sender.start(fd, head);
        } else {
            sender.start(fd, head, found.content().asSlice(answer.from(), length));
        }
    }

    @Override
    public void refused(int status) {
        isLookingUp = false;
        if (state == State.CLOSING) {
            freeIfDone();
            return;
        }
        refuse(status, isKeptAlive);
    }

    /** Answers with an error's few words. */
    private void refuse(int status, boolean isKeptAlive) {
        this.isKeptAlive = isKeptAlive;
        this.status = status;
        if (request == null) {
            begunNanos = System.nanoTime();
        }
        head.begin(status);
        if (status == HttpStatus.SC_MOVED_PERMANENTLY) {
            head.line("Location", RequestPath.ofDirectory(path, current().target()));
        }
        if (status == HttpStatus.SC_METHOD_NOT_ALLOWED) {
            head.line("Allow", "GET, HEAD");
        }
        if (status == HttpStatus.SC_SERVICE_UNAVAILABLE) {
            head.line("Retry-After", "1");
        }
        sendText();
    }

    private void sendText() {
        byte[] text = ResponseHead.ascii(ResponseHead.text(status) + "\n");
        head.line("Content-Type", "text/plain; charset=utf-8");
        head.contentLength(text.length);
        head.end(isKeptAlive, request != null && request.isVersion10());
        if (request == null || !request.isHead()) {
            head.lines(text);
        }
        state = State.RESPONDING;
        sender.start(fd, head);
    }

    @Override
    public void sending() {
        deadlineNanos = server.deadline(server.settings().sendTimeout());
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
        } catch (SystemCallException e) {
            close();
            return;
        }
        if (!recv.isInFlight()) {
            linger(true);
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
