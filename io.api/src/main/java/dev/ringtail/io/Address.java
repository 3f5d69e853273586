// SPDX-License-Identifier: Apache-2.0

package dev.ringtail.io;

import static java.lang.foreign.ValueLayout.JAVA_BYTE;
import static java.lang.foreign.ValueLayout.JAVA_INT;
import static java.lang.foreign.ValueLayout.JAVA_INT_UNALIGNED;
import static java.lang.foreign.ValueLayout.JAVA_SHORT;

import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;
import java.net.Inet6Address;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.UnknownHostException;
import java.nio.ByteOrder;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/**
 * Where a socket is, or whom it talks to: IPv4, IPv6 or Unix. Immutable; any thread. It holds the kernel's own form (a
 * sockaddr) in native memory that lives as long as this object, so that connecting to it needs no conversion: make it once
 * and reuse it.
 */
public final class Address {
    /** The size of struct sockaddr_storage: every address fits. */
    static final int SOCKADDR_BYTES = 128;

    private static final ValueLayout.OfShort PORT = ValueLayout.JAVA_SHORT_UNALIGNED.withOrder(ByteOrder.BIG_ENDIAN);

    private final Family family;
    private final MemorySegment sockaddr;

    private Address(Family family, MemorySegment sockaddr) {
        this.family = family;
        this.sockaddr = sockaddr.asReadOnly();
    }

    /**
     * An IPv4 or IPv6 address and a port.
     *
     * @throws IllegalArgumentException if the address is unresolved
     */
    public static Address of(InetSocketAddress address) {
        if (address.isUnresolved()) {
            throw new IllegalArgumentException("address: " + address + " is unresolved");
        }
        return of(address.getAddress(), address.getPort());
    }

    /**
     * An IPv4 or IPv6 address and a port.
     *
     * @param port 0 to 65535; 0 to bind to one that the kernel chooses
     */
    public static Address of(InetAddress host, int port) {
        if (port < 0 || port > 0xffff) {
            throw new IllegalArgumentException("port: " + port);
        }
        byte[] bytes = host.getAddress();
        if (bytes.length == 4) {
            MemorySegment sockaddr = allocate(Abi.AF_INET, Abi.SOCKADDR_IN_BYTES);
            sockaddr.set(PORT, Abi.SOCKADDR_IN_PORT, (short) port);
            MemorySegment.copy(bytes, 0, sockaddr, JAVA_BYTE, Abi.SOCKADDR_IN_ADDR, bytes.length);
            return new Address(Family.INET, sockaddr);
        }
        MemorySegment sockaddr = allocate(Abi.AF_INET6, Abi.SOCKADDR_IN6_BYTES);
        sockaddr.set(PORT, Abi.SOCKADDR_IN6_PORT, (short) port);
        MemorySegment.copy(bytes, 0, sockaddr, JAVA_BYTE, Abi.SOCKADDR_IN6_ADDR, bytes.length);
        sockaddr.set(JAVA_INT, Abi.SOCKADDR_IN6_SCOPE_ID, ((Inet6Address) host).getScopeId());
        return new Address(Family.INET6, sockaddr);
    }

    /** 127.0.0.1 and a port, 0 to 65535. */
    public static Address loopback(int port) {
        try {
            return of(InetAddress.getByAddress(new byte[] {127, 0, 0, 1}), port);
        } catch (UnknownHostException e) {
            throw new AssertionError(e);
        }
    }

    /**
     * A Unix socket bound to a path.
     *
     * @throws IllegalArgumentException if the path is empty, has a NUL in it, or takes more than 107 bytes in UTF-8
     */
    public static Address unix(String path) {
        PathName.check(path);
        return unix(path.getBytes(StandardCharsets.UTF_8), 0, "path", path);
    }

    /**
     * A Unix socket with an abstract name, which is in no file system and goes with the socket.
     *
     * @throws IllegalArgumentException if the name is empty or takes more than 107 bytes in UTF-8
     */
    public static Address unixAbstract(String name) {
        return unix(name.getBytes(StandardCharsets.UTF_8), 1, "name", name);
    }

    private static Address unix(byte[] bytes, int before, String argument, String value) {
        int room = Abi.SOCKADDR_UN_BYTES - Abi.SOCKADDR_UN_PATH - 1;
        if (bytes.length == 0 || bytes.length > room) {
            throw new IllegalArgumentException(
                    argument + ": '" + value + "' takes " + bytes.length + " bytes; 1 to " + room + " are possible");
        }
        // A path ends in a NUL, which counts; an abstract name begins with one, and its length is what tells its end.
        MemorySegment sockaddr = allocate(Abi.AF_UNIX, Abi.SOCKADDR_UN_PATH + bytes.length + 1);
        MemorySegment.copy(bytes, 0, sockaddr, JAVA_BYTE, Abi.SOCKADDR_UN_PATH + before, bytes.length);
        return new Address(Family.UNIX, sockaddr);
    }

    /**
     * A copy of an address in the kernel's form.
     *
     * @param lengthBytes what the kernel said its length is
     * @throws IllegalArgumentException if it is of no family that this class knows
     */
    public static Address of(MemorySegment sockaddr, int lengthBytes) {
        int length = Math.min(lengthBytes, (int) Math.min(sockaddr.byteSize(), SOCKADDR_BYTES));
        if (length < Short.BYTES) {
            throw new IllegalArgumentException("lengthBytes: " + lengthBytes + ": not even a family");
        }
        int number = sockaddr.get(JAVA_SHORT, 0);
        Family family = switch (number) {
            case Abi.AF_UNIX -> Family.UNIX;
            case Abi.AF_INET -> Family.INET;
            case Abi.AF_INET6 -> Family.INET6;
            default -> throw new IllegalArgumentException("sockaddr is of family " + number);
        };
        int needed = switch (family) {
            case UNIX -> Abi.SOCKADDR_UN_PATH;
            case INET -> Abi.SOCKADDR_IN_BYTES;
            case INET6 -> Abi.SOCKADDR_IN6_BYTES;
        };
        if (length < needed) {
            throw new IllegalArgumentException("lengthBytes: " + lengthBytes + ": too short for family " + family);
        }
        MemorySegment copy = allocate(number, length);
        MemorySegment.copy(sockaddr, 0, copy, 0, length);
        return new Address(family, copy);
    }

    private static MemorySegment allocate(int family, int bytes) {
        MemorySegment sockaddr = Arena.ofAuto().allocate(bytes, Long.BYTES);
        sockaddr.set(JAVA_SHORT, 0, (short) family);
        return sockaddr;
    }

    /** Its kind. */
    public Family family() {
        return family;
    }

    /** Host and port; empty for a Unix address. */
    public Optional<InetSocketAddress> inet() {
        byte[] bytes = switch (family) {
            case UNIX -> null;
            case INET -> bytes(Abi.SOCKADDR_IN_ADDR, Abi.SOCKADDR_IN_ADDR + 4);
            case INET6 -> bytes(Abi.SOCKADDR_IN6_ADDR, Abi.SOCKADDR_IN6_ADDR + 16);
        };
        if (bytes == null) {
            return Optional.empty();
        }
        try {
            InetAddress host = InetAddress.getByAddress(bytes);
            if (family == Family.INET6 && host instanceof Inet6Address) {
                int scope = sockaddr.get(JAVA_INT_UNALIGNED, Abi.SOCKADDR_IN6_SCOPE_ID);
                host = scope == 0 ? host : Inet6Address.getByAddress(null, bytes, scope);
            }
            return Optional.of(new InetSocketAddress(host, port()));
        } catch (UnknownHostException e) {
            throw new AssertionError(e);
        }
    }

    /** The port, 0 to 65535; 0 for a Unix address. */
    public int port() {
        return family == Family.UNIX ? 0 : Short.toUnsignedInt(sockaddr.get(PORT, Abi.SOCKADDR_IN_PORT));
    }

    /** For drivers: the sockaddr in memory that lives as long as this object, and may only be read. */
    public long sockaddrAddress() {
        return sockaddr.address();
    }

    /** For drivers: the sockaddr's length. */
    public int sockaddrLengthBytes() {
        return (int) sockaddr.byteSize();
    }

    @Override
    public boolean equals(@Nullable Object other) {
        return other instanceof Address address && sockaddr.mismatch(address.sockaddr) == -1;
    }

    @Override
    public int hashCode() {
        return Arrays.hashCode(sockaddr.toArray(JAVA_BYTE));
    }

    /** As in {@code 127.0.0.1:80}, {@code [::1]:80}, {@code unix:/run/a.sock}, {@code unix:@abstract}, {@code unix:}. */
    @Override
    public String toString() {
        Optional<InetSocketAddress> inet = inet();
        if (inet.isPresent()) {
            String host = inet.get().getAddress().getHostAddress();
            return (family == Family.INET6 ? "[" + host + "]" : host) + ":" + port();
        }
        byte[] name = bytes(Abi.SOCKADDR_UN_PATH, (int) sockaddr.byteSize());
        if (name.length == 0) {
            return "unix:";
        }
        if (name[0] == 0) {
            return "unix:@" + new String(name, 1, name.length - 1, StandardCharsets.UTF_8);
        }
        String path = new String(name, StandardCharsets.UTF_8);
        int end = path.indexOf('\0');
        return "unix:" + (end < 0 ? path : path.substring(0, end));
    }

    private byte[] bytes(int from, int to) {
        byte[] bytes = new byte[Math.max(0, to - from)];
        MemorySegment.copy(sockaddr, JAVA_BYTE, from, bytes, 0, bytes.length);
        return bytes;
    }
}
