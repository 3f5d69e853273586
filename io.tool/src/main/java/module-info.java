// SPDX-License-Identifier: Apache-2.0

import org.jspecify.annotations.NullMarked;

/** The ringtail command. It uses the library as anybody would: the API at compile time, providers at run time. */
@NullMarked
module dev.ringtail.io.tool {
    requires static org.jspecify;
    requires dev.ringtail.io;
    requires info.picocli;
    requires java.logging;
    requires me.tongfei.progressbar;
    requires org.apache.httpcomponents.core5.httpcore5;
    requires tools.jackson.jr.ob;

    // picocli fills the commands' fields.
    opens dev.ringtail.io.tool to
            info.picocli;
}
