// SPDX-License-Identifier: Apache-2.0

package dev.ringtail.io.tests.epoll;

import dev.ringtail.io.IoLoop;
import dev.ringtail.io.Options;
import dev.ringtail.io.epoll.EpollProvider;
import java.io.IOException;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;

/** A loop on epoll for each test. */
abstract class OnEpoll {
    IoLoop loop;

    @BeforeEach
    void open() throws IOException {
        loop = IoLoop.open(new EpollProvider(), Options.defaults());
    }

    @AfterEach
    void close() {
        loop.close();
    }

    MemorySegment bytes(int... values) {
        MemorySegment segment = loop.arena().allocate(values.length);
        for (int i = 0; i < values.length; i++) {
            segment.set(ValueLayout.JAVA_BYTE, i, (byte) values[i]);
        }
        return segment;
    }

    static int first(MemorySegment segment) {
        return segment.get(ValueLayout.JAVA_BYTE, 0);
    }
}
