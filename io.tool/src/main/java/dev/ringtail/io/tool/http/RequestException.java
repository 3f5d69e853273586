// SPDX-License-Identifier: Apache-2.0

package dev.ringtail.io.tool.http;

import org.apache.hc.core5.http.HttpException;

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
}
