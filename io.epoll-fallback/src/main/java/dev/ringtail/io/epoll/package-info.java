// SPDX-License-Identifier: Apache-2.0

/** The driver on epoll and worker threads. Only its provider is seen from outside, as a service. */
package dev.ringtail.io.epoll;
