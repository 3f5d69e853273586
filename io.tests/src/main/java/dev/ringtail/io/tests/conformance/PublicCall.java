// SPDX-License-Identifier: Apache-2.0

package dev.ringtail.io.tests.conformance;

import dev.ringtail.io.Address;
import dev.ringtail.io.BufferRing;
import dev.ringtail.io.Callback;
import dev.ringtail.io.Completion;
import dev.ringtail.io.Files;
import dev.ringtail.io.IoLoop;
import dev.ringtail.io.Nop;
import dev.ringtail.io.OpenFlags;
import dev.ringtail.io.Sockets;
import java.io.IOException;
import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.lang.reflect.InvocationTargetException;
import java.lang.reflect.Method;
import java.lang.reflect.Modifier;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.stream.Stream;

/**
 * Every public call that does something with a loop, found by reflection, so that none is forgotten: of the loop, its sockets
 * and files, and each submission of each completion. With arguments that would do no harm.
 */
record PublicCall(Object target, Method method, BufferRing ring) {
    /** What is documented as thread-safe; {@link IoLoop#close} is a case of its own. */
    private static final Set<String> OTHERS = Set.of("wakeup", "execute", "statistics", "open", "close");

    static List<PublicCall> all(IoLoop loop) throws IOException {
        List<PublicCall> calls = new ArrayList<>();
        BufferRing ring = new BufferRing(loop, 1, 1);
        add(calls, loop, IoLoop.class, ring);
        add(calls, loop.sockets(), Sockets.class, ring);
        add(calls, loop.files(), Files.class, ring);
        completions(Completion.class).forEach(type -> add(calls, completion(type, loop), type, ring));
        return calls;
    }

    private static void add(List<PublicCall> calls, Object target, Class<?> type, BufferRing ring) {
        boolean isCompletion = target instanceof Completion;
        for (Method method : type.getDeclaredMethods()) {
            boolean isMeant = isCompletion
                    ? method.getName().startsWith("submit")
                    : !(target instanceof IoLoop && OTHERS.contains(method.getName()));
            int modifiers = method.getModifiers();
            if (isMeant && Modifier.isPublic(modifiers) && !Modifier.isStatic(modifiers)) {
                calls.add(new PublicCall(target, method, ring));
            }
        }
    }

    private static Stream<Class<?>> completions(Class<?> type) {
        Class<?>[] permitted = type.getPermittedSubclasses();
        return permitted == null ? Stream.of(type) : Arrays.stream(permitted).flatMap(PublicCall::completions);
    }

    private static Object completion(Class<?> type, IoLoop loop) {
        Callback<Completion> none = done -> {};
        try {
            return type.getConstructor(IoLoop.class, Callback.class).newInstance(loop, none);
        } catch (ReflectiveOperationException e) {
            throw new LinkageError(type + " isn't made like every other completion", e);
        }
    }

    /** Makes it; throws what it throws. */
    void make() throws Throwable {
        try {
            method.invoke(
                    target,
                    Arrays.stream(method.getParameterTypes())
                            .map(this::argument)
                            .toArray());
        } catch (InvocationTargetException e) {
            throw e.getTargetException();
        }
    }

    private Object argument(Class<?> type) {
        if (type.isEnum()) {
            return type.getEnumConstants()[0];
        }
        if (type == Completion.class) {
            return new Nop(((Completion) target).loop(), done -> {});
        }
        if (type == BufferRing.class) {
            return ring;
        }
        Object argument = Map.<Class<?>, Object>of(
                        int.class,
                        Descriptors.NOT_OPEN,
                        long.class,
                        0L,
                        String.class,
                        "/dev/null",
                        MemorySegment.class,
                        Arena.ofAuto().allocate(8),
                        Address.class,
                        Address.loopback(0),
                        OpenFlags.class,
                        OpenFlags.READ,
                        Duration.class,
                        Duration.ZERO)
                .get(type);
        if (argument == null) {
            throw new AssertionError(method + ": say here what to give as a " + type.getSimpleName());
        }
        return argument;
    }

    @Override
    public String toString() {
        return method.toString();
    }
}
