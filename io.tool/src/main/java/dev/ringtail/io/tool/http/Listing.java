// SPDX-License-Identifier: Apache-2.0

package dev.ringtail.io.tool.http;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.DirectoryIteratorException;
import java.nio.file.DirectoryStream;
import java.nio.file.FileSystemException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;

/** A directory's page, for one that has no index.html. */
final class Listing {
    /**
     * More names than this are no use on a page, and would keep everybody else waiting: the loop's thread reads them, and asks
     * of each whether it is a directory.
     */
    private static final int NAMES_MAX = 2_000;

    private Listing() {}

    /**
     * The page in HTML.
     *
     * @param directory where it is read
     * @param path what the client calls it
     * @throws FileSystemException if it can't be opened
     * @throws IOException if it can be read in part only
     */
    static byte[] html(Path directory, String path) throws IOException {
        List<byte[]> names = new ArrayList<>();
        boolean isCut = false;
        try (DirectoryStream<Path> entries = Files.newDirectoryStream(directory)) {
            for (Path entry : entries) {
                if (names.size() == NAMES_MAX) {
                    isCut = true;
                    break;
                }
                names.add(PathText.name(entry));
            }
        } catch (DirectoryIteratorException e) {
            throw new IOException("the directory can't be read to its end", e);
        }
        names.sort(Arrays::compareUnsigned);
        StringBuilder html = new StringBuilder("<!DOCTYPE html>\n<html><head><meta charset=\"utf-8\"><title>")
                .append(escape(path))
                .append("</title></head>\n<body><h1>")
                .append(escape(path))
                .append("</h1>\n<ul>\n");
        if (!path.equals("/")) {
            html.append("<li><a href=\"../\">../</a></li>\n");
        }
        for (byte[] name : names) {
            // The dot keeps a name with a colon in it from being read as a scheme.
            html.append("<li><a href=\"./")
                    .append(RequestPath.encode(name))
                    .append("\">")
                    // What isn't UTF-8 is shown as something else, but leads to where it is.
                    .append(escape(new String(name, StandardCharsets.UTF_8)))
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
