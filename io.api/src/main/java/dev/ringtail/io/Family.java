// SPDX-License-Identifier: Apache-2.0

package dev.ringtail.io;

/** What kind of addresses a socket has. Source: address_families(7). */
public enum Family {
    /** IPv4, AF_INET: ip(7). */
    INET,
    /** IPv6, AF_INET6: ipv6(7). */
    INET6,
    /** Paths and names on this machine, AF_UNIX: unix(7). */
    UNIX
}
