// SPDX-License-Identifier: Apache-2.0
package dev.ringtail.io.tests.linux;

import dev.ringtail.io.linux.Architecture;
import dev.ringtail.io.linux.NewerThanHeaders;
import dev.ringtail.io.linux.bindings.Headers;
import java.io.IOException;
import java.lang.foreign.GroupLayout;
import java.lang.foreign.MemoryLayout;
import java.lang.foreign.MemoryLayout.PathElement;
import java.lang.foreign.PaddingLayout;
import java.lang.foreign.SequenceLayout;
import java.lang.foreign.UnionLayout;
import java.lang.reflect.Field;
import java.lang.reflect.Method;
import java.lang.reflect.Modifier;
import java.net.URISyntaxException;
import java.nio.file.FileSystem;
import java.nio.file.FileSystems;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Deque;
import java.util.List;
import java.util.regex.Pattern;
import java.util.stream.Stream;

/**
 * Every {@link Fact} that module io.linux has from C headers, found by reflection: what is added there is checked at
 * once.
 */
final class Facts {
    /**
     * Fields that no one may use. The kernel renames them when it gives them a meaning, so C can't be asked for them.
     */
    private static final Pattern UNUSED_FIELD = Pattern.compile("_*(pad|resv|spare|reserved|empty)\\w*");

    private Facts() {}

    /** What the generated bindings say. It is the same on every architecture. */
    static List<Fact> ofBindings() {
        List<Fact> facts = new ArrayList<>(ofConstants(Headers.class));
        for (Class<?> struct : structs()) {
            GroupLayout layout = (GroupLayout) call(method(struct, "layout"), struct);
            facts.addAll(ofGroup(struct.getSimpleName(), struct.getSimpleName(), layout));
        }
        return facts;
    }

    /** The constants written by hand because the headers of the bindings don't have them. */
    static List<Fact> ofNewerConstants() {
        List<Fact> facts = new ArrayList<>();
        for (Field field : NewerThanHeaders.class.getFields()) {
            try {
                Number value = (Number) field.get(NewerThanHeaders.class);
                facts.add(new Fact("NewerThanHeaders", field.getName(), field.getName(), value));
            } catch (IllegalAccessException impossible) {
                throw new AssertionError(field.toString(), impossible);
            }
        }
        return facts;
    }

    /**
     * What differs between architectures: the methods of {@link Architecture} that are named as the kernel's things.
     */
    static List<Fact> of(Architecture architecture) {
        List<Fact> facts = new ArrayList<>();
        for (Method method : Architecture.class.getDeclaredMethods()) {
            if (Modifier.isStatic(method.getModifiers()) || method.getParameterCount() > 0) {
                continue;
            }
            if (method.getReturnType() == int.class) {
                Number value = (Number) call(method, architecture);
                facts.add(new Fact(architecture.toString(), method.getName(), method.getName(), value));
            } else if (call(method, architecture) instanceof GroupLayout layout) {
                facts.addAll(ofGroup(architecture.toString(), method.getName(), layout));
            }
        }
        return facts;
    }

    private static List<Fact> ofConstants(Class<?> generated) {
        List<Fact> facts = new ArrayList<>();
        for (Method method : generated.getDeclaredMethods()) {
            if (Modifier.isPublic(method.getModifiers()) && method.getParameterCount() == 0) {
                Number value = (Number) call(method, generated);
                facts.add(new Fact(generated.getSimpleName(), method.getName(), method.getName(), value));
            }
        }
        return facts;
    }

    /**
     * Size and alignment of a struct or union; offset and size of each member, those of named inner structs included.
     */
    private static List<Fact> ofGroup(String origin, String name, GroupLayout whole) {
        String type = (whole instanceof UnionLayout ? "union " : "struct ") + name;
        List<Fact> facts = new ArrayList<>();
        facts.add(new Fact(origin, name, "sizeof(" + type + ")", whole.byteSize()));
        facts.add(new Fact(origin, name, "_Alignof(" + type + ")", whole.byteAlignment()));

        record Place(String path, long offset, GroupLayout group) {}
        Deque<Place> places = new ArrayDeque<>(List.of(new Place("", 0, whole)));
        while (!places.isEmpty()) {
            Place place = places.remove();
            List<MemoryLayout> members = place.group().memberLayouts();
            for (int index = 0; index < members.size(); index++) {
                MemoryLayout member = members.get(index);
                String field = member.name().orElse("$anon");
                long offset = place.offset() + place.group().byteOffset(PathElement.groupElement(index));
                boolean anonymous = field.startsWith("$anon");
                String path = anonymous ? place.path() : place.path() + field;
                if (member instanceof PaddingLayout
                        || UNUSED_FIELD.matcher(field).matches()) {
                    continue;
                }
                if (!anonymous) {
                    facts.add(new Fact(origin, name, "__builtin_offsetof(" + type + ", " + path + ")", offset));
                    facts.addAll(sizes(origin, name, "((" + type + " *) 0)->" + path, member));
                }
                if (member instanceof GroupLayout inner) {
                    places.add(new Place(anonymous ? path : path + ".", offset, inner));
                }
            }
        }
        return facts;
    }

    private static List<Fact> sizes(String origin, String name, String field, MemoryLayout member) {
        Fact all = new Fact(origin, name, "sizeof(" + field + ")", member.byteSize());
        if (!(member instanceof SequenceLayout array)) {
            return List.of(all);
        }
        long elementBytes = array.elementLayout().byteSize();
        Fact element = new Fact(origin, name, "sizeof(" + field + "[0])", elementBytes);
        // A flexible array at the end of a struct has elements, but no size.
        return array.elementCount() == 0 ? List.of(element) : List.of(all, element);
    }

    /** The generated classes that stand for a struct or union of their own, from a folder of classes or from a jar. */
    private static List<Class<?>> structs() {
        String packageName = Headers.class.getPackageName();
        try {
            Path origin = Path.of(Headers.class
                    .getProtectionDomain()
                    .getCodeSource()
                    .getLocation()
                    .toURI());
            if (Files.isDirectory(origin)) {
                return structs(origin.resolve(packageName.replace('.', '/')), packageName);
            }
            try (FileSystem jar = FileSystems.newFileSystem(origin)) {
                return structs(jar.getPath(packageName.replace('.', '/')), packageName);
            }
        } catch (IOException | URISyntaxException | ClassNotFoundException e) {
            throw new AssertionError("where are the classes of " + packageName + "?", e);
        }
    }

    private static List<Class<?>> structs(Path folder, String packageName) throws IOException, ClassNotFoundException {
        List<Class<?>> structs = new ArrayList<>();
        try (Stream<Path> files = Files.list(folder)) {
            for (Path file : files.sorted().toList()) {
                String name = file.getFileName().toString().replace(".class", "");
                if (!name.contains("$") && !name.equals(Headers.class.getSimpleName())) {
                    structs.add(Class.forName(packageName + "." + name));
                }
            }
        }
        return structs;
    }

    private static Method method(Class<?> type, String name) {
        try {
            return type.getMethod(name);
        } catch (NoSuchMethodException e) {
            throw new AssertionError(type + " is generated, but for no struct", e);
        }
    }

    private static Object call(Method method, Object target) {
        try {
            return method.invoke(target);
        } catch (ReflectiveOperationException e) {
            throw new LinkageError(method.toString(), e);
        }
    }
}
