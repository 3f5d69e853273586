// SPDX-License-Identifier: Apache-2.0
package dev.ringtail.io.tests.linux;

/**
 * A number that our Java code has from C headers, and the C expression that it has to be equal to.
 *
 * @param origin where the Java code has it, for messages
 * @param name what a header has to define for the expression to mean anything: a constant, or the name of a struct
 * @param expression a constant expression in C
 * @param value the number in Java
 */
record Fact(String origin, String name, String expression, Number value) {
    /** Whether C's number is ours. An int in Java may hold what is unsigned in C: {@code EPOLLET} is the sign bit. */
    boolean agreesWith(long c) {
        return c == value.longValue() || (value instanceof Integer && c == Integer.toUnsignedLong(value.intValue()));
    }

    /** {@link #agreesWith} in C. */
    String condition() {
        String number = "(long long) (" + expression + ")";
        String equal = number + " == " + value + "LL";
        return value instanceof Integer
                ? equal + " || " + number + " == " + Integer.toUnsignedLong(value.intValue()) + "LL"
                : equal;
    }

    @Override
    public String toString() {
        return origin + ": " + expression + " is " + value;
    }
}
