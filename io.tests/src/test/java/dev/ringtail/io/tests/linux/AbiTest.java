// SPDX-License-Identifier: Apache-2.0

package dev.ringtail.io.tests.linux;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.ringtail.io.Errno;
import dev.ringtail.io.linux.bindings.Headers;
import dev.ringtail.io.linux.bindings.sockaddr_in;
import dev.ringtail.io.linux.bindings.sockaddr_in6;
import dev.ringtail.io.linux.bindings.sockaddr_un;
import dev.ringtail.io.linux.bindings.statx;
import java.lang.reflect.Field;
import java.util.Map;
import java.util.TreeMap;
import org.junit.jupiter.api.Test;

/** The few of the kernel's numbers that io.api writes down itself are those of the bindings, which LayoutTest compares. */
final class AbiTest {
    private static Map<String, Integer> constants(Class<?> type) throws IllegalAccessException {
        Map<String, Integer> constants = new TreeMap<>();
        for (Field field : type.getDeclaredFields()) {
            if (field.getType() == int.class) {
                field.setAccessible(true);
                constants.put(field.getName(), field.getInt(type));
            }
        }
        assertTrue(constants.size() > 10, () -> type + ": " + constants);
        return constants;
    }

    @Test
    void every_errno_has_the_headers_number_and_its_name() throws ReflectiveOperationException {
        for (Map.Entry<String, Integer> errno : constants(Errno.class).entrySet()) {
            String name = errno.getKey();
            assertEquals(Headers.class.getMethod(name).invoke(Headers.class), errno.getValue(), name);
            assertEquals(name, Errno.name(errno.getValue()));
        }
    }

    @Test
    void addresses_and_statx_answers_lie_as_the_headers_say() throws ReflectiveOperationException {
        Map<String, Number> expected = new TreeMap<>();
        expected.put("AF_UNIX", Headers.AF_UNIX());
        expected.put("AF_INET", Headers.AF_INET());
        expected.put("AF_INET6", Headers.AF_INET6());
        expected.put("SOCKADDR_IN_BYTES", sockaddr_in.sizeof());
        expected.put("SOCKADDR_IN_PORT", sockaddr_in.sin_port$offset());
        expected.put("SOCKADDR_IN_ADDR", sockaddr_in.sin_addr$offset());
        expected.put("SOCKADDR_IN6_BYTES", sockaddr_in6.sizeof());
        expected.put("SOCKADDR_IN6_PORT", sockaddr_in6.sin6_port$offset());
        expected.put("SOCKADDR_IN6_ADDR", sockaddr_in6.sin6_addr$offset());
        expected.put("SOCKADDR_IN6_SCOPE_ID", sockaddr_in6.sin6_scope_id$offset());
        expected.put("SOCKADDR_UN_BYTES", sockaddr_un.sizeof());
        expected.put("SOCKADDR_UN_PATH", sockaddr_un.sun_path$offset());
        expected.put("STATX_BYTES", statx.sizeof());
        expected.put("STATX_MASK", statx.stx_mask$offset());
        expected.put("STATX_NLINK", statx.stx_nlink$offset());
        expected.put("STATX_UID", statx.stx_uid$offset());
        expected.put("STATX_GID", statx.stx_gid$offset());
        expected.put("STATX_MODE", statx.stx_mode$offset());
        expected.put("STATX_INO", statx.stx_ino$offset());
        expected.put("STATX_SIZE", statx.stx_size$offset());
        expected.put("STATX_BLOCKS", statx.stx_blocks$offset());
        expected.put("STATX_MTIME", statx.stx_mtime$offset());
        expected.put("STATX_DEV_MAJOR", statx.stx_dev_major$offset());
        expected.put("STATX_DEV_MINOR", statx.stx_dev_minor$offset());
        expected.put("STATX_DIO_MEM_ALIGN", statx.stx_dio_mem_align$offset());
        expected.put("STATX_DIO_OFFSET_ALIGN", statx.stx_dio_offset_align$offset());
        expected.put("STATX_BASIC_STATS", Headers.STATX_BASIC_STATS());
        expected.put("STATX_BTIME", Headers.STATX_BTIME());
        expected.put("STATX_DIOALIGN", Headers.STATX_DIOALIGN());
        Map<String, Integer> found = constants(Class.forName("dev.ringtail.io.Abi"));
        assertEquals(expected.keySet(), found.keySet());
        found.forEach((name, value) -> assertEquals(number(expected, name), value.longValue(), name));
    }

    private static long number(Map<String, Number> numbers, String name) {
        Number number = numbers.get(name);
        return number == null ? -1 : number.longValue();
    }
}
