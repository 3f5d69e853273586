// SPDX-License-Identifier: Apache-2.0
package dev.ringtail.io.linux;

/**
 * Constants of the kernel that the headers which the bindings are made from, those of Linux 6.1, don't have yet.
 *
 * <p>All are from {@code linux/io_uring.h}. Each says which Linux brought it; the headings name the manual page. A
 * running kernel is to be asked before one is used: by a feature bit, by the probe, or by trying. A test compares them
 * with the headers it finds, as far as those are new enough. When the bindings move to newer headers, what those have
 * moves there.
 *
 * <p>Three fields have got a name since, which the bindings still show as padding: {@code min_wait_usec} is the field
 * {@code pad} of {@code io_uring_getevents_arg}, {@code flags} is {@code pad} of {@code io_uring_buf_reg}, and
 * {@code user_addr} is {@code resv2} of {@code io_sqring_offsets} and {@code io_cqring_offsets}.
 */
public final class NewerThanHeaders {
    // io_uring_setup(2): flags.

    /** Linux 6.5. The caller brings the memory of the rings, at {@code user_addr} of the two structs of offsets. */
    public static final int IORING_SETUP_NO_MMAP = 1 << 14;

    /** Linux 6.5. Set-up gives a registered index instead of a descriptor. Needs {@link #IORING_SETUP_NO_MMAP}. */
    public static final int IORING_SETUP_REGISTERED_FD_ONLY = 1 << 15;

    /**
     * Linux 6.6. Entries are taken in the order they lie in: there is no array of indices between, {@code array} is 0.
     */
    public static final int IORING_SETUP_NO_SQARRAY = 1 << 16;

    /** Linux 7.0. Entries are taken from the first on at every call; head and tail stay 0. Needs NO_SQARRAY. */
    public static final int IORING_SETUP_SQ_REWIND = 1 << 20;

    // io_uring_setup(2): features.

    /** Linux 6.3. io_uring_register(2) takes a registered index: {@link #IORING_REGISTER_USE_REGISTERED_RING}. */
    public static final int IORING_FEAT_REG_REG_RING = 1 << 13;

    /** Linux 6.10. {@link #IORING_RECVSEND_BUNDLE} works, and provided buffers work for sends. */
    public static final int IORING_FEAT_RECVSEND_BUNDLE = 1 << 14;

    /** Linux 6.12. A wait can have a shortest time too, {@code min_wait_usec}: io_uring_wait_cqes_min_timeout(3). */
    public static final int IORING_FEAT_MIN_TIMEOUT = 1 << 15;

    /** Linux 6.15. {@link #IORING_ENTER_NO_IOWAIT} works. */
    public static final int IORING_FEAT_NO_IOWAIT = 1 << 17;

    // io_uring_enter(2): flags.

    /** Linux 6.12. The timeout is a point in time, of the clock chosen by {@link #IORING_REGISTER_CLOCK}. */
    public static final int IORING_ENTER_ABS_TIMER = 1 << 5;

    /** Linux 6.13. The argument is an index into a registered region of wait arguments, io_uring_enter(2). */
    public static final int IORING_ENTER_EXT_ARG_REG = 1 << 6;

    /** Linux 6.15. Waiting doesn't count as I/O wait, neither in the load average nor for the processor's frequency. */
    public static final int IORING_ENTER_NO_IOWAIT = 1 << 7;

    // io_uring_register(2): operations.

    /** Linux 6.8. How far the kernel has got in a ring of provided buffers. */
    public static final int IORING_REGISTER_PBUF_STATUS = 26;

    /** Linux 6.9. Busy polling of network queues: on. */
    public static final int IORING_REGISTER_NAPI = 27;

    /** Linux 6.9. Busy polling of network queues: off. */
    public static final int IORING_UNREGISTER_NAPI = 28;

    /** Linux 6.12. The clock of the timeouts of waits. */
    public static final int IORING_REGISTER_CLOCK = 29;

    /** Linux 6.12. The registered buffers of another ring, shared with this one. */
    public static final int IORING_REGISTER_CLONE_BUFFERS = 30;

    /** Linux 6.13. A message to a ring, without a ring of one's own. */
    public static final int IORING_REGISTER_SEND_MSG_RING = 31;

    /** Linux 6.13. Rings of another size, in the place of those there are. Needs {@code IORING_SETUP_DEFER_TASKRUN}. */
    public static final int IORING_REGISTER_RESIZE_RINGS = 33;

    /** Linux 6.13. A region of memory shared with the kernel, for {@link #IORING_ENTER_EXT_ARG_REG}. */
    public static final int IORING_REGISTER_MEM_REGION = 34;

    /** Linux 6.3. A bit added to the operation: the ring is given by its registered index. */
    public static final int IORING_REGISTER_USE_REGISTERED_RING = 1 << 31;

    // io_uring_enter(2): operations.

    /** Linux 6.7. Read again and again into provided buffers. Not for regular files. */
    public static final int IORING_OP_READ_MULTISHOT = 49;

    /** Linux 6.8. A registered file gets a descriptor. */
    public static final int IORING_OP_FIXED_FD_INSTALL = 54;

    /** Linux 6.9. ftruncate(2). */
    public static final int IORING_OP_FTRUNCATE = 55;

    /** Linux 6.11. bind(2). */
    public static final int IORING_OP_BIND = 56;

    /** Linux 6.11. listen(2). */
    public static final int IORING_OP_LISTEN = 57;

    // io_uring_enter(2): flags of one operation.

    /** Linux 6.10. One receive or send takes as many provided buffers as it needs. io_uring_prep_send_bundle(3). */
    public static final int IORING_RECVSEND_BUNDLE = 1 << 4;

    /** Linux 6.10. Accept fails with {@code EAGAIN} instead of waiting. */
    public static final int IORING_ACCEPT_DONTWAIT = 1 << 1;

    /** Linux 6.10. Accept waits for readiness before its first try. */
    public static final int IORING_ACCEPT_POLL_FIRST = 1 << 2;

    // Completions.

    /** Linux 6.12. The buffer of this completion will get more: {@link #IOU_PBUF_RING_INC}. */
    public static final int IORING_CQE_F_BUF_MORE = 1 << 4;

    // Rings of provided buffers: io_uring_setup_buf_ring(3).

    /** Linux 6.4. The kernel allocates the ring; it is mapped at {@link #IORING_OFF_PBUF_RING}. */
    public static final int IOU_PBUF_RING_MMAP = 1;

    /** Linux 6.12. A buffer is consumed piece by piece: {@link #IORING_CQE_F_BUF_MORE}. */
    public static final int IOU_PBUF_RING_INC = 2;

    /** Linux 6.4. The offset for mmap(2), plus the group shifted by {@link #IORING_OFF_PBUF_SHIFT}. */
    public static final long IORING_OFF_PBUF_RING = 0x8000_0000L;

    /** Linux 6.4. See {@link #IORING_OFF_PBUF_RING}. */
    public static final int IORING_OFF_PBUF_SHIFT = 16;

    private NewerThanHeaders() {}
}
