// SPDX-License-Identifier: Apache-2.0

package dev.ringtail.io.tool.http;

import dev.ringtail.io.IoLoop;
import java.io.IOException;
import java.nio.file.Path;
import java.time.Duration;
import java.util.HashMap;
import java.util.Iterator;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.concurrent.TimeUnit;

/**
 * The directory that is served, by path. What was looked up is kept, and looked up again when it is asked for after
 * {@link #FRESH_NANOS}: no answer is older than that. Used on the loop's thread.
 */
final class Resources {
    /** How long a resource is served without asking the file system about it. */
    private static final long FRESH_NANOS = TimeUnit.SECONDS.toNanos(1);

    /**
     * A file younger than this isn't kept: it can change once more within the same tick of the file system's clock, which
     * nobody could tell from its times.
     */
    static final Duration SETTLED = Duration.ofSeconds(2);

    /** Each may be a megabyte or two. */
    private static final int PAGES_MAX = 16;

    private static final System.Logger LOGGER = System.getLogger(Resources.class.getName());

    private final IoLoop loop;
    private final Closing closing;
    private final Path root;
    private final String prefix;

    /** Each may hold a descriptor, or up to {@link ResourceLoad#SMALL_BYTES}. */
    private final int keptMax;

    /** The least recently used first. */
    private final Map<String, Kept> kept = new LinkedHashMap<>(16, 0.75f, true);

    /** Listings of directories: so often as they are asked for, they are made once in {@link #FRESH_NANOS} at most. */
    private final Map<String, Kept> pages = new LinkedHashMap<>();

    private final Map<String, ResourceLoad> loads = new HashMap<>();

    /** @param checkedNanos when the file system was last asked about it, by System.nanoTime */
    private record Kept(Resource resource, long checkedNanos) {}

    /** Who waits for a resource. Called once, now or later. */
    interface Waiter {
        /** The waiter releases it. */
        void found(Resource resource);

        /** A status of 301 means a directory whose path lacks its slash; else there is nothing to be had. */
        void refused(int status);
    }

    /**
     * The root is an absolute path without links in it.
     *
     * @throws IOException if it isn't UTF-8
     */
    Resources(IoLoop loop, Closing closing, Path root, int keptMax) throws IOException {
        this.loop = loop;
        this.closing = closing;
        this.root = root;
        prefix = root.getNameCount() == 0 ? "" : PathText.of(root);
        this.keptMax = keptMax;
    }

    /** Looks a decoded path up. What is known is answered at once. */
    void find(String path, Waiter waiter) {
        Kept known = kept.get(path);
        Kept fresh = known == null ? pages.get(path) : known;
        if (fresh != null && System.nanoTime() - fresh.checkedNanos() < FRESH_NANOS) {
            waiter.found(fresh.resource().retain());
            return;
        }
        ResourceLoad load = loads.get(path);
        if (load != null) {
            load.join(waiter);
            return;
        }
        load = new ResourceLoad(loop, closing, this, root, prefix, path);
        loads.put(path, load);
        load.join(waiter);
        if (known == null) {
            load.start();
        } else {
            load.confirm(known.resource());
        }
    }

    /** Still what it was. */
    void keep(String path, Resource resource) {
        Kept before = kept.put(path, new Kept(resource.retain(), System.nanoTime()));
        if (before != null) {
            before.resource().release();
        }
        if (kept.size() > keptMax) {
            drop(kept.keySet().iterator().next());
        }
    }

    /** Made just now. */
    void keepPage(String path, Resource page) {
        pages.remove(path);
        pages.put(path, new Kept(page, System.nanoTime()));
        if (pages.size() > PAGES_MAX) {
            pages.remove(pages.keySet().iterator().next());
        }
    }

    /** No longer what it was. */
    void drop(String path) {
        Kept before = kept.remove(path);
        if (before != null) {
            before.resource().release();
        }
    }

    /** Gives back what descriptors it can. */
    void dropAll() {
        Iterator<Kept> all = kept.values().iterator();
        while (all.hasNext()) {
            all.next().resource().release();
            all.remove();
        }
    }

    /** A mistake of this program's, which is to be known, and to cost no more than it must. */
    void failed(RuntimeException mistake) {
        LOGGER.log(System.Logger.Level.WARNING, "a request failed", mistake);
    }

    void ended(String path) {
        loads.remove(path);
    }
}
