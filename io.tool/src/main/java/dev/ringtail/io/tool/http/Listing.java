// SPDX-License-Identifier: Apache-2.0

package dev.ringtail.io.tool.http;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.DirectoryStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;

/** A directory's page, for one that has no index.html. */
final class Listing {
    /** More names than this are no use on a page, and would keep everybody else waiting. */
    private static final int NAMES_MAX = 10_000;

    private Listing() {}

    /**
     * The page in HTML.
     *
     * @param directory where it is read
     * @param path what the client calls it
     */
    static byte[] html(Path directory, String path) throws IOException {
        List<String> names = new ArrayList<>();
        boolean isCut = false;
        try (DirectoryStream<Path> entries = Files.newDirectoryStream(directory)) {
            for (Path entry : entries) {
                if (names.size() == NAMES_MAX) {
                    isCut = true;
                    break;
                }
                names.add(entry.getFileName() + (Files.isDirectory(entry) ? "/" : ""));
            }
        }
        Collections.sort(names);
        StringBuilder html = new StringBuilder("<!DOCTYPE html>\n<html><head><meta charset=\"utf-8\"><title>")
                .append(escape(path))
                .append("</title></head>\n<body><h1>")
                .append(escape(path))
                .append("</h1>\n<ul>\n");
        if (!path.equals("/")) {
            html.append("<li><a href=\"../\">../</a></li>\n");
        }
        for (String name : names) {
            // The dot keeps a name with a colon in it from being read as a scheme.
            html.append("<li><a href=\"./")
                    .append(RequestPath.encode(name))
                    .append("\">")
                    .append(escape(name))
                    .append("</a></li>\n");
        }
        html.append("</ul>\n");
        if (isCut) {
            html.append("<p>Only the first ").append(NAMES_MAX).append(" names are shown.</p>\n");
        }
        return html.append("</body></html>\n").toString().getBytes(StandardCharsets.UTF_8);
    }

    private static String escape(String text) {
        return text.replace("&", "&amp;")
                .replace("<", "&lt;")
                .replace(">", "&gt;")
                .replace("\"", "&quot;");
    }
}
