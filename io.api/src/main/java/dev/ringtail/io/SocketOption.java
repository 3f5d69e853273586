// SPDX-License-Identifier: Apache-2.0

package dev.ringtail.io;

/** What can be set on a socket. On or off is 1 or 0. Source: socket(7), tcp(7), ipv6(7). */
public enum SocketOption {
    /** On or off: bind to a port whose last connections are still in TIME_WAIT. SO_REUSEADDR. */
    REUSE_ADDRESS,
    /** On or off: several sockets on one port, connections spread among them. SO_REUSEPORT. */
    REUSE_PORT,
    /** On or off: find out by itself when the peer is gone. SO_KEEPALIVE. */
    KEEP_ALIVE,
    /** On or off: send small segments at once. TCP_NODELAY. */
    NO_DELAY,
    /** On or off: an IPv6 socket that doesn't take IPv4. IPV6_V6ONLY. */
    IPV6_ONLY,
    /** In bytes; the kernel doubles it, and reading gives the doubled value. SO_SNDBUF. */
    SEND_BUFFER_BYTES,
    /** In bytes; the kernel doubles it, and reading gives the doubled value. SO_RCVBUF. */
    RECEIVE_BUFFER_BYTES,
    /** In seconds; -1 is off; 0 makes close(2) reset the connection. SO_LINGER. */
    LINGER_SECONDS,
    /** Read-only: the pending error's errno, which reading clears. SO_ERROR. */
    ERROR
}
