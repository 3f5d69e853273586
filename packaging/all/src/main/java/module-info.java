// SPDX-License-Identifier: Apache-2.0

/** The API and both providers: requiring this module resolves them all. */
module dev.ringtail {
    requires transitive dev.ringtail.io;
    requires dev.ringtail.io.uring;
    requires dev.ringtail.io.epoll;
}
