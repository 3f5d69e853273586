// SPDX-License-Identifier: Apache-2.0

package dev.ringtail.io.tests.conformance;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertNull;

import dev.ringtail.io.IoLoop;
import dev.ringtail.io.Nop;

final class NopTest {
    @Promise("2.2")
    @OnEveryProvider
    void a_nop_completes_exactly_once(IoLoop loop) {
        int[] count = {0};
        Nop nop = new Nop(loop, done -> count[0]++);
        nop.submit();
        assertNull(Bounded.complete(loop, nop).error());
        loop.tick();
        assertEquals(1, count[0]);
    }
}
