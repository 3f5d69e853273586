// SPDX-License-Identifier: Apache-2.0

package dev.ringtail.io.tests.conformance;

import java.lang.annotation.Documented;
import java.lang.annotation.ElementType;
import java.lang.annotation.Retention;
import java.lang.annotation.RetentionPolicy;
import java.lang.annotation.Target;

/** Which rows of {@code errors.tsv} a test makes the real kernel produce. */
@Documented
@Retention(RetentionPolicy.RUNTIME)
@Target(ElementType.METHOD)
public @interface Provokes {
    /** Operation and errno, such as {@code accept EBADF}. */
    String[] value();
}
