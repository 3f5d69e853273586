// SPDX-License-Identifier: Apache-2.0

package dev.ringtail.io.tests.epoll;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertInstanceOf;

import dev.ringtail.io.Errno;
import dev.ringtail.io.KernelOperation;
import dev.ringtail.io.Nop;
import dev.ringtail.io.Options;
import dev.ringtail.io.epoll.EpollProvider;
import dev.ringtail.io.spi.Driver;
import java.lang.reflect.Field;
import java.lang.reflect.Method;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CopyOnWriteArrayList;
import org.junit.jupiter.api.Test;

final class WorkerErrorTest extends OnEpoll {
    private static final long STEP_NANOS = 10_000_000;
    private static final int STEP_COUNT = 2_000;
    private static final int OPERATION_COUNT = 10;

    /** More of them than there are threads: each must survive the bug. */
    @Test
    void a_bug_in_a_worker_completes_its_operation_and_comes_to_light() throws Exception {
        List<Throwable> uncaught = new CopyOnWriteArrayList<>();
        List<String> results = new ArrayList<>();
        Thread.UncaughtExceptionHandler before = Thread.getDefaultUncaughtExceptionHandler();
        Thread.setDefaultUncaughtExceptionHandler((thread, error) -> uncaught.add(error));
        try (Driver driver = new EpollProvider().open(Options.defaults())) {
            for (int i = 0; i < OPERATION_COUNT; i++) {
                giveToWorkers(driver, i, new Nop(loop, done -> {}));
            }
            for (int i = 0; i < STEP_COUNT && results.size() < OPERATION_COUNT; i++) {
                driver.await(STEP_NANOS, (token, result, flags) -> results.add(Errno.name(-result)));
            }
        } finally {
            Thread.setDefaultUncaughtExceptionHandler(before);
        }
        assertEquals(java.util.Collections.nCopies(OPERATION_COUNT, "EIO"), results);
        assertEquals(OPERATION_COUNT, uncaught.size());
        uncaught.forEach(error -> assertInstanceOf(AssertionError.class, error));
    }

    /** Past the driver, which gives them what they can do: nothing that a caller submits makes one fail. */
    private static void giveToWorkers(Driver driver, long token, KernelOperation operation) throws Exception {
        Field workers = driver.getClass().getDeclaredField("workers");
        workers.setAccessible(true);
        Method start = workers.getType().getDeclaredMethod("start", long.class, KernelOperation.class, int.class);
        start.setAccessible(true);
        start.invoke(workers.get(driver), token, operation, 0);
    }
}
