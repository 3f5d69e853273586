// SPDX-License-Identifier: Apache-2.0

package dev.ringtail.io.tool.http;

import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.charset.CharacterCodingException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;

/**
 * A path's text as the kernel has it, in UTF-8. {@link Path#toString} has question marks for whatever the locale's encoding
 * lacks, which in the C locale is all but ASCII; a path's URI has every byte.
 */
public final class PathText {
    private PathText() {}

    /**
     * The absolute path.
     *
     * @throws IOException if it isn't UTF-8
     */
    public static String of(Path path) throws IOException {
        String encoded = path.toUri().getRawPath();
        byte[] bytes = decode(encoded);
        // A directory's URI has a slash at its end.
        int length = bytes.length > 1 && bytes[bytes.length - 1] == '/' ? bytes.length - 1 : bytes.length;
        try {
            return StandardCharsets.UTF_8
                    .newDecoder()
                    .decode(ByteBuffer.wrap(bytes, 0, length))
                    .toString();
        } catch (CharacterCodingException e) {
            throw new IOException("the path isn't UTF-8: " + encoded, e);
        }
    }

    /** The last name of a path; a directory's with a slash at its end. */
    static byte[] name(Path path) {
        String encoded = path.toUri().getRawPath();
        return decode(encoded.substring(encoded.lastIndexOf('/', encoded.length() - 2) + 1));
    }

    private static byte[] decode(String encoded) {
        ByteArrayOutputStream bytes = new ByteArrayOutputStream(encoded.length());
        for (int i = 0; i < encoded.length(); i++) {
            char character = encoded.charAt(i);
            if (character == '%') {
                bytes.write(Integer.parseInt(encoded, i + 1, i + 3, 16));
                i += 2;
            } else {
                bytes.write(character);
            }
        }
        return bytes.toByteArray();
    }
}
