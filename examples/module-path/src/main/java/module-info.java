// SPDX-License-Identifier: Apache-2.0

module example {
    requires dev.ringtail.io;
}
