// SPDX-License-Identifier: Apache-2.0

package dev.ringtail.io.tests.conformance;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertNotEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.ringtail.io.Address;
import dev.ringtail.io.Family;
import dev.ringtail.io.IoLoop;
import dev.ringtail.io.SystemCallException;
import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;
import java.net.Inet6Address;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.nio.file.Path;
import java.util.Optional;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

final class AddressTest {
    @Promise("3.4")
    @Test
    void an_address_gives_back_what_it_was_made_of() throws Exception {
        InetSocketAddress four = new InetSocketAddress("192.0.2.1", 65535);
        InetSocketAddress six = new InetSocketAddress("2001:db8::5", 80);
        assertEquals(Optional.of(four), Address.of(four).inet());
        assertEquals(Optional.of(six), Address.of(six).inet());
        assertEquals(65535, Address.of(four).port());
        assertEquals(Family.INET, Address.of(four).family());
        assertEquals(Family.INET6, Address.of(six).family());
        Inet6Address scoped = Inet6Address.getByAddress("x", six.getAddress().getAddress(), 3);
        InetAddress back = Address.of(scoped, 1).inet().orElseThrow().getAddress();
        assertEquals(3, ((Inet6Address) back).getScopeId());
    }

    @Promise("3.4")
    @Test
    void it_reads_as_people_write_it() {
        assertEquals("127.0.0.1:80", Address.loopback(80).toString());
        assertEquals("unix:/run/a", Address.unix("/run/a").toString());
        assertEquals("unix:@a", Address.unixAbstract("a").toString());
        assertTrue(Descriptors.loopback6(80).toString().endsWith("]:80"));
    }

    @Promise("3.4")
    @Test
    void equal_ones_are_equal() {
        assertEquals(Address.loopback(1), Address.loopback(1));
        assertEquals(Address.loopback(1).hashCode(), Address.loopback(1).hashCode());
        assertNotEquals(Address.loopback(1), Address.loopback(2));
        assertNotEquals(Address.unix("a"), Address.unixAbstract("a"));
    }

    @Promise("3.9")
    @Test
    void what_is_no_address_is_refused() {
        assertThrows(
                IllegalArgumentException.class, () -> Address.of(InetSocketAddress.createUnresolved("nowhere", 1)));
        assertThrows(IllegalArgumentException.class, () -> Address.loopback(65536));
        assertThrows(IllegalArgumentException.class, () -> Address.loopback(-1));
        assertThrows(IllegalArgumentException.class, () -> Address.unix(""));
        assertThrows(IllegalArgumentException.class, () -> Address.unix("a\0b"));
        assertThrows(IllegalArgumentException.class, () -> Address.unix("x".repeat(108)));
        assertThrows(IllegalArgumentException.class, () -> Address.unixAbstract("x".repeat(108)));
        assertEquals(Family.UNIX, Address.unix("x".repeat(107)).family());
    }

    @Promise("3.9")
    @Test
    void an_unknown_family_is_refused() {
        try (Arena arena = Arena.ofConfined()) {
            MemorySegment sockaddr = arena.allocate(128, 8);
            sockaddr.set(ValueLayout.JAVA_SHORT, 0, (short) 99);
            assertThrows(IllegalArgumentException.class, () -> Address.of(sockaddr, 16));
            sockaddr.set(ValueLayout.JAVA_SHORT, 0, (short) 2);
            assertThrows(IllegalArgumentException.class, () -> Address.of(sockaddr, 8));
            assertThrows(IllegalArgumentException.class, () -> Address.of(sockaddr, 1));
        }
    }

    @Promise("3.4")
    @OnEveryProvider
    void the_longest_unix_names_work(IoLoop loop, @TempDir Path folder) throws SystemCallException {
        try (Descriptors open = new Descriptors(loop)) {
            String path = folder + "/" + "x".repeat(107 - folder.toString().length() - 1);
            Address longest = Address.unix(path);
            open.connection(longest);
            assertEquals("unix:" + path, longest.toString());
            Address name =
                    Address.unixAbstract("ringtail-" + "\u00e4".repeat(48) + "%2d".formatted(System.nanoTime() % 100));
            Descriptors.Connection connection = open.connection(name);
            assertEquals(name, loop.sockets().peerAddress(connection.clientFd()));
        }
    }
}
