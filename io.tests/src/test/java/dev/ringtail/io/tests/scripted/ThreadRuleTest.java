// SPDX-License-Identifier: Apache-2.0

package dev.ringtail.io.tests.scripted;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertInstanceOf;
import static org.junit.jupiter.api.Assertions.assertNull;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.ringtail.io.Address;
import dev.ringtail.io.Event;
import dev.ringtail.io.Family;
import dev.ringtail.io.IoLoop;
import dev.ringtail.io.OpenFlags;
import dev.ringtail.io.Shutdown;
import dev.ringtail.io.SocketOption;
import dev.ringtail.io.Statistics;
import dev.ringtail.io.SystemCallException;
import dev.ringtail.io.tests.conformance.Promise;
import java.io.IOException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.function.Executable;

/** Which calls are for the loop's thread alone, and what they do on others. */
@Promise("1.1")
class ThreadRuleTest extends OnScriptedLoop {
    /** Every call that the loop's thread alone may make, but for {@code close}. */
    static Map<String, Executable> calls(IoLoop loop, Event event) {
        Map<String, Executable> calls = new TreeMap<>();
        calls.put("tick", loop::tick);
        calls.put("runFor", () -> loop.runFor(0));
        calls.put("runFor duration", () -> loop.runFor(Duration.ZERO));
        calls.put("stop", loop::stop);
        calls.put("arena", loop::arena);
        calls.put("provider", loop::provider);
        calls.put("capabilities", loop::capabilities);
        calls.put("inFlightCount", loop::inFlightCount);
        calls.put("new Event", () -> new Event(loop, () -> {}));
        calls.put("listen", event::listen);
        for (Submission submission : Submission.all(loop, done -> {})) {
            calls.put("submit " + submission, submission.submit()::run);
        }
        calls.putAll(socketCalls(loop));
        return calls;
    }

    private static Map<String, Executable> socketCalls(IoLoop loop) {
        Map<String, Executable> calls = new TreeMap<>();
        Address address = Address.loopback(1);
        calls.put("sockets", () -> loop.sockets().openStream(Family.INET));
        calls.put("openDatagram", () -> loop.sockets().openDatagram(Family.INET));
        calls.put("openPair", () -> loop.sockets().openPair());
        calls.put("openListening", () -> loop.sockets().openListening(address, 1));
        calls.put("bind", () -> loop.sockets().bind(5, address));
        calls.put("listen on socket", () -> loop.sockets().listen(5, 1));
        calls.put("setOption", () -> loop.sockets().setOption(5, SocketOption.REUSE_ADDRESS, 1));
        calls.put("option", () -> loop.sockets().option(5, SocketOption.REUSE_ADDRESS));
        calls.put("localAddress", () -> loop.sockets().localAddress(5));
        calls.put("peerAddress", () -> loop.sockets().peerAddress(5));
        calls.put("shutdown", () -> loop.sockets().shutdown(5, Shutdown.BOTH));
        calls.put("close socket", () -> loop.sockets().close(5));
        calls.put("files", () -> loop.files().open("file", OpenFlags.READ, 0));
        calls.put("openPipe", () -> loop.files().openPipe());
        calls.put("close file", () -> loop.files().close(5));
        return calls;
    }

    @Test
    void any_call_from_another_thread_fails_naming_both_threads_and_changes_nothing() throws SystemCallException {
        Event event = new Event(loop, () -> {});
        Map<String, Executable> calls = new TreeMap<>(calls(loop, event));
        calls.put("close", loop::close);
        calls.put("close event", event::close);
        Statistics before = loop.statistics();
        List<String> callsBefore = List.copyOf(driver.calls.log);
        List<String> wrong = new ArrayList<>();

        calls.forEach((name, call) -> {
            Throwable thrown = onAnotherThread("stranger", () -> sneak(call));
            String message = String.valueOf(thrown);
            if (!(thrown instanceof IllegalStateException)
                    || !message.contains("stranger")
                    || !message.contains(Thread.currentThread().getName())) {
                wrong.add(name + ": " + message);
            }
        });

        assertEquals(List.of(), wrong);
        assertEquals(before, loop.statistics());
        assertEquals(List.of(), driver.log);
        assertEquals(callsBefore, driver.calls.log);
    }

    @Test
    void sockets_and_files_had_before_are_the_loops_threads_too() {
        var sockets = loop.sockets();
        var files = loop.files();

        assertInstanceOf(IllegalStateException.class, onAnotherThread("stranger", () -> sneak(() -> sockets.close(5))));
        assertInstanceOf(IllegalStateException.class, onAnotherThread("stranger", () -> sneak(() -> files.close(5))));
        assertEquals(List.of(), driver.calls.log);
    }

    @Test
    void a_submission_refused_to_another_thread_leaves_the_one_in_flight_undisturbed() {
        var recv = recv("recv");
        recv.submit(5, buffer, 0, 16);

        onAnotherThread("stranger", () -> recv.submit(6, buffer, 8, 8));

        assertEquals(5, recv.fd());
        assertEquals(16, recv.lengthBytes());
        loop.tick();
        driver.complete(recv, 7);
        loop.tick();
        assertEquals(7, recv.bytes());
    }

    @Test
    void wakeup_execute_and_statistics_are_for_any_thread() {
        Runnable any = () -> {
            loop.wakeup();
            loop.execute(() -> seen.add("task"));
            loop.statistics();
        };

        assertNull(onAnotherThread("stranger", any));
        loop.tick();

        assertEquals(List.of("task"), seen);
    }

    @Test
    void an_event_is_triggered_by_any_thread() throws SystemCallException {
        Event event = new Event(loop, () -> {});

        assertNull(onAnotherThread("stranger", () -> sneak(event::trigger)));

        assertEquals(List.of("openEvent()", "triggerEvent(1000)"), driver.calls.log);
    }

    @Test
    void a_virtual_thread_cant_open_a_loop() throws InterruptedException {
        List<String> messages = new ArrayList<>();
        Thread thread = Thread.ofVirtual().start(() -> {
            IllegalStateException e = assertThrows(IllegalStateException.class, () -> new ScriptedDriver().open());
            messages.add(String.valueOf(e.getMessage()));
        });
        thread.join();

        assertEquals(1, messages.size());
        assertTrue(messages.getFirst().contains("virtual"), messages.getFirst());
    }

    /** Checked exceptions go out as they are. */
    static void sneak(Executable call) {
        try {
            call.execute();
        } catch (IOException e) {
            throw new AssertionError(e);
        } catch (RuntimeException | Error e) {
            throw e;
        } catch (Throwable e) {
            throw new AssertionError(e);
        }
    }
}
