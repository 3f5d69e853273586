// SPDX-License-Identifier: Apache-2.0

package dev.ringtail.io;

/** Which half of a connection is shut down. Source: shutdown(2). */
public enum Shutdown {
    /** Nothing more is received: SHUT_RD. */
    READ,
    /** Nothing more is sent, and the peer sees the end: SHUT_WR. */
    WRITE,
    /** Both: SHUT_RDWR. */
    BOTH
}
