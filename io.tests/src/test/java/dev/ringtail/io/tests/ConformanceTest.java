// SPDX-License-Identifier: Apache-2.0

package dev.ringtail.io.tests;

import org.junit.platform.suite.api.IncludeClassNamePatterns;
import org.junit.platform.suite.api.SelectPackages;
import org.junit.platform.suite.api.Suite;

/** The conformance suite, on the providers of this project. */
@Suite
@SelectPackages("dev.ringtail.io.tests.conformance")
@IncludeClassNamePatterns(".*Test")
final class ConformanceTest {}
