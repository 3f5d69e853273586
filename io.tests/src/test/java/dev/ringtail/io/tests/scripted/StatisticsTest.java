// SPDX-License-Identifier: Apache-2.0

package dev.ringtail.io.tests.scripted;

import static org.junit.jupiter.api.Assertions.assertEquals;

import dev.ringtail.io.NextTick;
import dev.ringtail.io.Statistics;
import dev.ringtail.io.tests.conformance.Promise;
import org.junit.jupiter.api.Test;

/** What statistics() counts. */
@Promise("1.7")
class StatisticsTest extends OnScriptedLoop {
    @Test
    void a_new_loop_has_done_nothing() {
        assertEquals(new Statistics(0, 0, 0, 0, 0, 0, 0, 0), loop.statistics());
    }

    @Test
    void submitted_and_completed_count_every_kind_of_completion_once() {
        answerAll();
        nop("nop").submit();
        nextTick("tick").submit();
        timeout("timeout").submit(0);
        cancel("cancel").submit(nop("never"));
        assertEquals(4, loop.inFlightCount());
        assertEquals(4, loop.statistics().submitted());
        assertEquals(0, loop.statistics().completed());

        loop.tick();

        assertEquals(0, loop.inFlightCount());
        assertEquals(4, loop.statistics().completed());
        assertEquals(1, loop.statistics().passes());
    }

    @Test
    void a_completion_whose_callback_runs_isnt_in_flight() {
        new NextTick(loop, done -> seen.add("in flight " + loop.inFlightCount())).submit();
        loop.tick();

        assertEquals("in flight 0", seen.getFirst());
    }

    @Test
    void what_waits_for_room_counts_as_submission_overflow() {
        driver.room = 2;
        for (int i = 0; i < 6; i++) {
            nop("nop").submit();
        }

        loop.tick();

        assertEquals(2, loop.statistics().submissionOverflows());
    }

    @Test
    void the_drivers_own_counts_are_passed_on() {
        driver.overflows = 7;
        nop("nop").submit();
        loop.tick();

        assertEquals(7, loop.statistics().completionOverflows());
        assertEquals(driver.submitCount + driver.awaitCount, loop.statistics().kernelEntries());
    }

    @Test
    void time_is_split_into_waiting_and_callbacks() {
        new NextTick(loop, done -> driver.now += 300).submit();
        loop.runFor(1000);

        assertEquals(300, loop.statistics().callbackNanos());
        assertEquals(700, loop.statistics().kernelNanos());
    }

    @Test
    void after_close_they_are_still_there() {
        nop("nop").submit();
        loop.close();

        assertEquals(1, loop.statistics().completed());
    }
}
