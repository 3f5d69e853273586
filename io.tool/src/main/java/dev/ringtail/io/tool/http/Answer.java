// SPDX-License-Identifier: Apache-2.0

package dev.ringtail.io.tool.http;

import java.util.Optional;
import java.util.OptionalLong;
import org.apache.hc.core5.http.HttpStatus;
import org.jspecify.annotations.Nullable;

/**
 * What a request for a resource is answered with: RFC 9110's conditions (13) and ranges (14).
 *
 * @param from the first byte of the resource that is sent
 * @param length how many bytes of it are sent, to a GET
 */
record Answer(int status, long from, long length) {
    static Answer of(Request request, Resource resource) {
        Resource.@Nullable Identity identity = resource.identity().orElse(null);
        if (identity == null) {
            return whole(resource);
        }
        if (isNotModified(request, identity)) {
            return new Answer(HttpStatus.SC_NOT_MODIFIED, 0, 0);
        }
        String range = request.range();
        if (range == null || !request.isGet() || !isRangeWanted(request, identity)) {
            return whole(resource);
        }
        Optional<ByteRange> part = ByteRange.parse(range, resource.size());
        if (part.isEmpty()) {
            return whole(resource);
        }
        if (part.get().equals(ByteRange.UNSATISFIABLE)) {
            return new Answer(HttpStatus.SC_REQUESTED_RANGE_NOT_SATISFIABLE, 0, 0);
        }
        return new Answer(
                HttpStatus.SC_PARTIAL_CONTENT, part.get().from(), part.get().length());
    }

    private static Answer whole(Resource resource) {
        return new Answer(HttpStatus.SC_OK, 0, resource.size());
    }

    private static boolean isNotModified(Request request, Resource.Identity identity) {
        String tags = request.ifNoneMatch();
        if (tags != null) {
            return hasTag(tags, identity.etag());
        }
        String since = request.ifModifiedSince();
        if (since == null) {
            return false;
        }
        OptionalLong second = HttpDate.parse(since);
        return second.isPresent() && identity.modified().getEpochSecond() <= second.getAsLong();
    }

    /** Weak comparison: a tag of ours that a proxy has weakened still matches. Ours have no commas in them. */
    private static boolean hasTag(String tags, String etag) {
        for (String tag : tags.split(",", -1)) {
            String plain = tag.strip();
            if (plain.equals("*") || plain.equals(etag) || plain.equals("W/" + etag)) {
                return true;
            }
        }
        return false;
    }

    private static boolean isRangeWanted(Request request, Resource.Identity identity) {
        String condition = request.ifRange();
        if (condition == null || condition.strip().equals(identity.etag())) {
            return true;
        }
        OptionalLong second = HttpDate.parse(condition);
        return second.isPresent() && second.getAsLong() == identity.modified().getEpochSecond();
    }
}
