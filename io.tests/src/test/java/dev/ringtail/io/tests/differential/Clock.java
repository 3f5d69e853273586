// SPDX-License-Identifier: Apache-2.0

package dev.ringtail.io.tests.differential;

import dev.ringtail.io.IoLoop;
import dev.ringtail.io.NextTick;
import dev.ringtail.io.Nop;
import dev.ringtail.io.Timeout;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** What waits for nothing but time, or for nothing at all. */
final class Clock implements Subject {
    private static final int TIMEOUT_COUNT = 3;
    private static final int SHORT_NANOS_MAX = 500_000;
    private static final long HOUR_NANOS = 3_600_000_000_000L;

    private final World world;
    private final IoLoop loop;
    private final @Nullable Timeout[] timeouts = new Timeout[TIMEOUT_COUNT];

    Clock(World world) {
        this.world = world;
        loop = world.loop();
    }

    @Override
    public boolean perform(Step step, int number) {
        int timer = Math.floorMod(step.object(), timeouts.length);
        switch (step.kind()) {
            case TIMEOUT_SHORT -> {
                Timeout timeout = timeout(number, timer);
                if (timeout != null) {
                    timeout.submit(Math.floorMod(step.bytes(), SHORT_NANOS_MAX));
                    world.expect(timeout);
                }
            }
            case TIMEOUT_LONG -> {
                Timeout timeout = timeout(number, timer);
                if (timeout != null) {
                    timeout.submit(HOUR_NANOS);
                }
            }
            case CANCEL_TIMEOUT -> world.cancel(number, timeouts[timer], "timeout" + timer);
            case TIMEOUT_AND_CANCEL -> {
                Timeout timeout = timeout(number, timer);
                if (timeout != null) {
                    timeout.submit(HOUR_NANOS);
                    world.cancelNow(number, timeout);
                }
            }
            case NEXT_TICK -> {
                NextTick tick = new NextTick(loop, done -> world.observe(number, done));
                tick.submit();
                world.expect(tick);
            }
            case NOP -> {
                Nop nop = new Nop(loop, done -> world.observe(number, done));
                nop.submit();
                world.expect(nop);
            }
            default -> {
                return false;
            }
        }
        return true;
    }

    /** One that may be submitted, or null. */
    private @Nullable Timeout timeout(int number, int timer) {
        if (timeouts[timer] != null || !world.touch(number, "timeout" + timer)) {
            return null;
        }
        Timeout timeout = new Timeout(loop, done -> {
            timeouts[timer] = null;
            world.observe(number, done);
        });
        timeouts[timer] = timeout;
        return timeout;
    }

    @Override
    public void addOpen(List<Integer> fds) {
        // Time has no descriptors.
    }
}
