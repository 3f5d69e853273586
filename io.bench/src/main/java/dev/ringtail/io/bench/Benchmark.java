// SPDX-License-Identifier: Apache-2.0
package dev.ringtail.io.bench;

/** One of the benchmarks, which can be run by its name. */
interface Benchmark {
    /** What it is asked for by. */
    String name();

    /** What the report calls it. */
    String title();

    /** Measures, and returns its part of the report in Markdown. */
    String run(Plan plan, Report report) throws Exception;
}
