// SPDX-License-Identifier: Apache-2.0

package dev.ringtail.io.linux;

import dev.ringtail.io.spi.Availability;

/**
 * Whether this module can make native calls at all: what every provider asks first, before it touches a class whose
 * initialisation needs them. Any thread.
 */
public final class NativeAccess {
    private NativeAccess() {}

    /** Available, or the reason why not, with the flag to add. */
    public static Availability availability() {
        String os = System.getProperty("os.name", "");
        if (!os.equals("Linux")) {
            return new Availability.Unavailable("this is " + os + ", not Linux");
        }
        try {
            Architecture.current();
        } catch (UnsupportedOperationException e) {
            return new Availability.Unavailable("this processor isn't supported: " + e.getMessage());
        }
        Module module = NativeAccess.class.getModule();
        if (!module.isNativeAccessEnabled()) {
            return new Availability.Unavailable("native access isn't enabled: add --enable-native-access="
                    + (module.isNamed() ? module.getName() : "ALL-UNNAMED") + " to the java command");
        }
        try {
            new Linux().getrlimit(0, 0);
            return new Availability.Available();
        } catch (LinkageError e) {
            Throwable cause = e.getCause() == null ? e : e.getCause();
            return new Availability.Unavailable("native calls don't work here: " + cause);
        }
    }
}
