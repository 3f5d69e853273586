// SPDX-License-Identifier: Apache-2.0

package dev.ringtail.io;

/** What the error enums of all operations have in common. The enum is the mapping: each constant names its errnos. */
public sealed interface OperationError
        permits AcceptError,
                CancelError,
                CloseError,
                ConnectError,
                FsyncError,
                NopError,
                OpenatError,
                ReadError,
                RecvError,
                SendError,
                StatxError,
                TimeoutError,
                WriteError {
    /** The constant's name. */
    String name();

    /** The numbers that arrive as this error; none for {@code UNEXPECTED}, which stands for all that no other names. */
    int[] errnos();
}
