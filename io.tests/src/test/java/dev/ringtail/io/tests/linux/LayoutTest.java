// SPDX-License-Identifier: Apache-2.0
package dev.ringtail.io.tests.linux;

import static org.junit.jupiter.api.Assertions.assertEquals;

import dev.ringtail.io.linux.Architecture;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;
import java.util.TreeSet;
import java.util.stream.Collectors;
import org.junit.jupiter.api.Assumptions;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/**
 * Every size, offset and constant that module io.linux has from C headers, compared with C: by a program compiled and
 * run here, and for each architecture by its cross compiler. Without a compiler, nothing is compared and a line says
 * so.
 */
class LayoutTest {
    @TempDir
    private Path folder;

    @Test
    void sizes_offsets_and_constants_are_those_of_a_program_compiled_here() throws IOException, InterruptedException {
        CCompiler compiler = compiler("gcc");
        List<Fact> facts = known(compiler, facts(Architecture.current()));

        List<Long> values = compiler.values(facts);

        List<String> wrong = new ArrayList<>();
        for (int i = 0; i < facts.size(); i++) {
            if (!facts.get(i).agreesWith(values.get(i))) {
                wrong.add(facts.get(i) + ", in C " + values.get(i));
            }
        }
        assertEquals(facts.size(), values.size());
        assertEquals(List.of(), wrong);
        print(compiler + " agrees: " + count(facts));
    }

    @ParameterizedTest
    @EnumSource
    void sizes_offsets_and_constants_are_those_of_a_cross_compiler(Architecture architecture)
            throws IOException, InterruptedException {
        CCompiler compiler = compiler(architecture.machine() + "-linux-gnu-gcc");
        List<Fact> facts = known(compiler, facts(architecture));

        List<Fact> refuted = compiler.refuted(facts);

        assertEquals(List.of(), refuted);
        print(compiler + " agrees: " + count(facts));
    }

    @Test
    void whatever_is_asked_of_jextract_is_compared() throws IOException {
        Path symbols = headers().resolveSibling("symbols.args");
        Set<String> asked = Files.readAllLines(symbols).stream()
                .filter(line -> line.startsWith("--include-"))
                .map(line -> line.substring(line.indexOf(' ') + 1))
                .collect(Collectors.toCollection(TreeSet::new));

        Set<String> compared =
                Facts.ofBindings().stream().map(Fact::name).collect(Collectors.toCollection(TreeSet::new));

        assertEquals(asked, compared);
    }

    @Test
    void a_wrong_number_is_found_either_way() throws IOException, InterruptedException {
        CCompiler compiler = compiler("gcc");
        Fact right = new Fact("test", "EPERM", "EPERM", 1);
        Fact wrong = new Fact("test", "EPERM", "EPERM", 2);

        assertEquals(List.of(wrong), compiler.refuted(List.of(right, wrong)));
        assertEquals(List.of(1L, 1L), compiler.values(List.of(right, wrong)));
        assertEquals(List.of(true, false), List.of(right.agreesWith(1), wrong.agreesWith(1)));
    }

    @Test
    void the_sign_of_an_int_is_not_a_difference_but_any_other_bit_is() {
        Fact signBit = new Fact("test", "EPOLLET", "EPOLLET", 1 << 31);

        assertEquals(
                List.of(true, true, false),
                List.of(signBit.agreesWith(1L << 31), signBit.agreesWith(-1L << 31), signBit.agreesWith(1L << 32)));
    }

    private static List<Fact> facts(Architecture architecture) {
        List<Fact> facts = new ArrayList<>(Facts.ofBindings());
        facts.addAll(Facts.of(architecture));
        facts.addAll(Facts.ofNewerConstants());
        return facts;
    }

    /** Without the newer constants that these headers don't have. All else is to be there. */
    private static List<Fact> known(CCompiler compiler, List<Fact> facts) {
        List<Fact> newer = Facts.ofNewerConstants();
        List<Fact> unknown = facts.stream()
                .filter(fact -> newer.contains(fact) && !compiler.knows(fact))
                .toList();
        print(compiler + ": not in these headers: " + unknown.size() + " of the " + newer.size()
                + " constants of NewerThanHeaders "
                + unknown.stream().map(Fact::name).toList());
        List<Fact> known = new ArrayList<>(facts);
        known.removeAll(unknown);
        return known;
    }

    private static String count(List<Fact> facts) {
        long constants = facts.stream()
                .filter(fact -> fact.name().equals(fact.expression()))
                .count();
        long structs = facts.stream()
                .filter(fact -> fact.expression().equals("sizeof(struct " + fact.name() + ")"))
                .count();
        return structs + " structs with " + (facts.size() - constants) + " sizes, alignments and offsets, " + constants
                + " constants.";
    }

    private CCompiler compiler(String command) throws IOException, InterruptedException {
        if (!CCompiler.isThere(command)) {
            skip("there is no " + command);
        }
        CCompiler compiler = new CCompiler(command, folder, headers());
        if (!compiler.hasHeadersOf(6, 1)) {
            skip(compiler + ": older than those of the bindings");
        }
        return compiler;
    }

    /** What jextract reads too. */
    private static Path headers() {
        Path folder = Path.of("").toAbsolutePath();
        while (!Files.exists(folder.resolve("io.linux/bindings/headers.h"))) {
            Path parent = folder.getParent();
            if (parent == null) {
                throw new AssertionError(
                        "run in a folder of the checkout, not in " + Path.of("").toAbsolutePath());
            }
            folder = parent;
        }
        return folder.resolve("io.linux/bindings/headers.h");
    }

    /** A skip that is seen: what JUnit says of it is in the reports only. */
    private static void skip(String reason) {
        print("SKIPPED, nothing is compared: " + reason);
        Assumptions.abort(reason);
    }

    private static void print(String line) {
        System.out.println("LayoutTest: " + line);
    }
}
