// SPDX-License-Identifier: Apache-2.0

/** The operating system, for the providers: system calls, memory by address, what differs between machines. No API. */
@Version("0.1.0")
package dev.ringtail.io.linux;

import org.osgi.annotation.versioning.Version;
