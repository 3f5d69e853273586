// SPDX-License-Identifier: Apache-2.0

package dev.ringtail.io.tool.http;

import java.io.IOException;
import org.apache.hc.core5.http.HttpException;
import org.apache.hc.core5.http.HttpStatus;
import org.apache.hc.core5.http.RequestHeaderFieldsTooLargeException;

/** A request that is answered with an error, after which the connection is closed. */
final class RequestException extends HttpException {
    private static final long serialVersionUID = 1;

    private final int status;

    RequestException(int status) {
        super("status " + status);
        this.status = status;
    }

    int status() {
        return status;
    }

    /** What a request is answered with that couldn't be read or understood. */
    static int status(Exception failure) {
        return switch (failure) {
            case RequestException own -> own.status;
            case RequestHeaderFieldsTooLargeException _ -> HttpStatus.SC_REQUEST_HEADER_FIELDS_TOO_LARGE;
            case IOException wrapper when wrapper.getCause() instanceof RequestException cause -> cause.status;
            default -> HttpStatus.SC_BAD_REQUEST;
        };
    }
}
