// SPDX-License-Identifier: Apache-2.0

package dev.ringtail.io.tests.conformance;

import java.lang.annotation.Documented;
import java.lang.annotation.ElementType;
import java.lang.annotation.Retention;
import java.lang.annotation.RetentionPolicy;
import java.lang.annotation.Target;

/** Which point of {@code semantics.md} a test proves, or a part of. */
@Documented
@Retention(RetentionPolicy.RUNTIME)
@Target({ElementType.METHOD, ElementType.TYPE})
public @interface Promise {
    /** The point's number, such as {@code 2.1}; several, if the test is about how they go together. */
    String[] value();
}
