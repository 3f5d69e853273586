// SPDX-License-Identifier: Apache-2.0

package dev.ringtail.io.tool;

import dev.ringtail.io.Capability;
import dev.ringtail.io.IoLoop;
import dev.ringtail.io.Options;
import dev.ringtail.io.Providers;
import dev.ringtail.io.spi.Availability;
import dev.ringtail.io.spi.Provider;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.TreeSet;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * What is to be known about Ringtail on this machine.
 *
 * @param system facts by name, in the order to show them in
 * @param providers every provider found, the preferred one first
 */
record Diagnosis(Map<String, String> system, List<Finding> providers) {
    /** Two or more blanks separate the columns of /proc/self/limits; a limit's name has single ones in it. */
    private static final Pattern LIMIT = Pattern.compile("(.+?) {2,}(\\S+) +(\\S+)(?: +(\\S+))? *");

    /**
     * What was found about one provider.
     *
     * @param trouble empty if it works, else why it doesn't, as a person can act on it
     * @param capabilities empty unless a loop could be opened
     * @param operations by name: what {@link SelfTest} says of them
     */
    record Finding(
            String name, int priority, String trouble, List<String> capabilities, Map<String, String> operations) {
        boolean works() {
            return trouble.isEmpty()
                    && operations.values().stream()
                            .allMatch(outcome -> outcome.equals(SelfTest.OK) || outcome.startsWith(SelfTest.NOT_TRIED));
        }
    }

    static Diagnosis make() throws IOException {
        List<Finding> findings = new ArrayList<>();
        for (Providers.Candidate candidate : Providers.find()) {
            findings.add(examine(candidate));
        }
        return new Diagnosis(examineSystem(), findings);
    }

    boolean hasWorkingProvider() {
        return providers.stream().anyMatch(Finding::works);
    }

    private static Finding examine(Providers.Candidate candidate) {
        List<String> capabilities = new ArrayList<>();
        Map<String, String> operations = Map.of();
        String trouble = "";
        if (candidate.availability() instanceof Availability.Unavailable unavailable) {
            trouble = unavailable.reason();
        } else {
            Provider provider = candidate.provider().orElseThrow();
            try (IoLoop loop = IoLoop.open(provider, Options.defaults())) {
                for (Capability capability : new TreeSet<>(loop.capabilities())) {
                    capabilities.add(capability.name());
                }
                operations = SelfTest.run(loop);
            } catch (IOException | RuntimeException | LinkageError e) {
                // Whatever it is, it belongs into the report, and the next provider is examined too.
                trouble = "available, but fails: " + e;
            }
        }
        return new Finding(candidate.name(), candidate.priority(), trouble, capabilities, operations);
    }

    private static Map<String, String> examineSystem() throws IOException {
        Map<String, String> system = new LinkedHashMap<>();
        system.put("ringtail", Main.Version.text());
        system.put("kernel", property("os.name") + " " + property("os.version") + " " + property("os.arch"));
        system.put("java", property("java.vendor.version", "java.vendor") + " " + Runtime.version());
        system.put("processors", String.valueOf(Runtime.getRuntime().availableProcessors()));
        system.put("native access", nativeAccess());
        system.put("kernel.io_uring_disabled", ioUringDisabled());
        system.put("seccomp", seccomp());
        system.put("nofile", limit("Max open files"));
        system.put("memlock", limit("Max locked memory"));
        system.put(Providers.PROPERTY, String.valueOf(System.getProperty(Providers.PROPERTY, "not set")));
        return system;
    }

    private static String property(String... names) {
        for (String name : names) {
            String value = System.getProperty(name);
            if (value != null) {
                return value;
            }
        }
        return "?";
    }

    private static String nativeAccess() {
        String name = "dev.ringtail.io.linux";
        Module module = ModuleLayer.boot().findModule(name).orElse(Main.class.getModule());
        String flag = module.isNamed() ? name : "ALL-UNNAMED";
        return module.isNativeAccessEnabled() ? "enabled for " + flag : "not enabled: --enable-native-access=" + flag;
    }

    private static String ioUringDisabled() {
        String value = read("/proc/sys/kernel/io_uring_disabled").strip();
        return switch (value) {
            case "" -> "no such setting (kernel before 6.6)";
            case "0" -> "0 (everybody may use io_uring)";
            case "1" -> "1 (only CAP_SYS_ADMIN and the group kernel.io_uring_group may use io_uring)";
            case "2" -> "2 (nobody may use io_uring)";
            default -> value;
        };
    }

    private static String seccomp() {
        Matcher matcher = Pattern.compile("(?m)^Seccomp:\\s*(\\d)").matcher(read("/proc/self/status"));
        String mode = matcher.find() ? matcher.group(1) : "";
        return switch (mode) {
            case "0" -> "off";
            case "1" -> "strict";
            case "2" -> "a filter is active (typical of containers)";
            default -> "unknown";
        };
    }

    /** How many descriptors this process may have open. */
    static long descriptorsMax() {
        Matcher number = Pattern.compile("\\d{1,18}").matcher(limit("Max open files"));
        return number.lookingAt() ? Long.parseLong(number.group()) : Long.MAX_VALUE;
    }

    private static String limit(String name) {
        for (String line : read("/proc/self/limits").lines().toList()) {
            Matcher matcher = LIMIT.matcher(line);
            if (matcher.matches() && matcher.group(1).equals(name)) {
                return matcher.group(2) + " (at most " + matcher.group(3) + ") " + matcher.group(4);
            }
        }
        return "unknown";
    }

    private static String read(String path) {
        try {
            return Files.readString(Path.of(path));
        } catch (IOException e) {
            return "";
        }
    }
}
