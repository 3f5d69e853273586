// SPDX-License-Identifier: Apache-2.0

package dev.ringtail.io.tests.differential;

import dev.ringtail.io.SystemCallException;
import java.util.List;

/** Things of one kind in a program's world, and the steps that are about them. */
interface Subject {
    /**
     * Performs a step, if it is about these things.
     *
     * @param number the step's, under which its result is kept
     * @return whether it is
     */
    boolean perform(Step step, int number) throws SystemCallException;

    /** Adds the descriptors that are open still. */
    void addOpen(List<Integer> fds);
}
