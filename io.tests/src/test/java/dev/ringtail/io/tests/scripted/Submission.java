// SPDX-License-Identifier: Apache-2.0

package dev.ringtail.io.tests.scripted;

import dev.ringtail.io.Accept;
import dev.ringtail.io.Address;
import dev.ringtail.io.Cancel;
import dev.ringtail.io.Close;
import dev.ringtail.io.Completion;
import dev.ringtail.io.Connect;
import dev.ringtail.io.Fsync;
import dev.ringtail.io.IoLoop;
import dev.ringtail.io.NextTick;
import dev.ringtail.io.Nop;
import dev.ringtail.io.OpenFlags;
import dev.ringtail.io.Openat;
import dev.ringtail.io.Read;
import dev.ringtail.io.Recv;
import dev.ringtail.io.Send;
import dev.ringtail.io.Statx;
import dev.ringtail.io.Timeout;
import dev.ringtail.io.Write;
import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.function.Consumer;

/** A completion and one of the ways to submit it, with valid arguments. */
record Submission(String name, Completion completion, Runnable submit) {
    /** Every way to submit something to the kernel: on descriptor 5, if it takes one. */
    static List<Submission> toKernel(IoLoop loop, Consumer<Completion> callback) {
        MemorySegment buffer = Arena.ofAuto().allocate(64);
        List<Submission> all = new ArrayList<>();
        Accept accept = new Accept(loop, callback::accept);
        all.add(new Submission("accept", accept, () -> accept.submit(5)));
        Close close = new Close(loop, callback::accept);
        all.add(new Submission("close", close, () -> close.submit(5)));
        Connect connect = new Connect(loop, callback::accept);
        Address address = Address.loopback(1);
        all.add(new Submission("connect", connect, () -> connect.submit(5, address)));
        Fsync fsync = new Fsync(loop, callback::accept);
        all.add(new Submission("fsync", fsync, () -> fsync.submit(5)));
        all.add(new Submission("fsync data only", fsync, () -> fsync.submitDataOnly(5)));
        Nop nop = new Nop(loop, callback::accept);
        all.add(new Submission("nop", nop, nop::submit));
        Openat openat = new Openat(loop, callback::accept);
        all.add(new Submission("openat", openat, () -> openat.submit("file", OpenFlags.READ, 0)));
        all.add(new Submission("openat from folder", openat, () -> openat.submit(5, "file", OpenFlags.READ, 0)));
        Read read = new Read(loop, callback::accept);
        all.add(new Submission("read", read, () -> read.submit(5, buffer, 0)));
        all.add(new Submission("read part", read, () -> read.submit(5, buffer, 8, 8, -1)));
        Recv recv = new Recv(loop, callback::accept);
        all.add(new Submission("recv", recv, () -> recv.submit(5, buffer)));
        all.add(new Submission("recv part", recv, () -> recv.submit(5, buffer, 8, 8)));
        Send send = new Send(loop, callback::accept);
        all.add(new Submission("send", send, () -> send.submit(5, buffer)));
        all.add(new Submission("send part", send, () -> send.submit(5, buffer, 8, 8)));
        Statx statx = new Statx(loop, callback::accept);
        all.add(new Submission("statx", statx, () -> statx.submit("file")));
        all.add(new Submission("statx from folder", statx, () -> statx.submit(5, "file")));
        all.add(new Submission("statx of link", statx, () -> statx.submitNoFollow("file")));
        all.add(new Submission("statx of descriptor", statx, () -> statx.submit(5)));
        Write write = new Write(loop, callback::accept);
        all.add(new Submission("write", write, () -> write.submit(5, buffer, 0)));
        all.add(new Submission("write part", write, () -> write.submit(5, buffer, 8, 8, -1)));
        return all;
    }

    /** Every way to submit something. */
    static List<Submission> all(IoLoop loop, Consumer<Completion> callback) {
        List<Submission> all = new ArrayList<>(toKernel(loop, callback));
        Timeout timeout = new Timeout(loop, callback::accept);
        all.add(new Submission("timeout", timeout, () -> timeout.submit(1000)));
        all.add(new Submission("timeout by duration", timeout, () -> timeout.submit(Duration.ofNanos(1000))));
        NextTick nextTick = new NextTick(loop, callback::accept);
        all.add(new Submission("next tick", nextTick, nextTick::submit));
        Cancel cancel = new Cancel(loop, callback::accept);
        all.add(new Submission("cancel", cancel, () -> cancel.submit(timeout)));
        return all;
    }

    @Override
    public String toString() {
        return name;
    }
}
