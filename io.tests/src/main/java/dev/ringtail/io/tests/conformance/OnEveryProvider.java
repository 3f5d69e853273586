// SPDX-License-Identifier: Apache-2.0

package dev.ringtail.io.tests.conformance;

import java.lang.annotation.ElementType;
import java.lang.annotation.Retention;
import java.lang.annotation.RetentionPolicy;
import java.lang.annotation.Target;
import org.junit.jupiter.api.TestTemplate;
import org.junit.jupiter.api.extension.ExtendWith;

/**
 * A test that runs once for every available provider that the service loader finds. It may take an
 * {@link dev.ringtail.io.IoLoop}, opened for it and closed after it, and the {@link dev.ringtail.io.spi.Provider}. It fails
 * if a descriptor or a mapping of a ring is left behind once the loop is closed.
 */
@Retention(RetentionPolicy.RUNTIME)
@Target(ElementType.METHOD)
@TestTemplate
@ExtendWith(EachProvider.class)
public @interface OnEveryProvider {}
