// SPDX-License-Identifier: Apache-2.0

package example;

import dev.ringtail.io.IoLoop;
import dev.ringtail.io.Nop;
import org.osgi.framework.BundleActivator;
import org.osgi.framework.BundleContext;

/** Opens a loop when its bundle is started, and says on which provider. */
public final class Activator implements BundleActivator {
    /** For the framework. */
    public Activator() {}

    @Override
    public void start(BundleContext context) throws Exception {
        try (IoLoop loop = IoLoop.open()) {
            Nop nop = new Nop(loop, done -> System.out.println("a loop on " + loop.provider()));
            nop.submit();
            while (nop.isInFlight()) {
                loop.runFor(1_000_000);
            }
        }
        if (Boolean.getBoolean("example.stop")) {
            // So that the example ends. Stopping is asynchronous.
            context.getBundle(0).stop();
        }
    }

    @Override
    public void stop(BundleContext context) {}
}
