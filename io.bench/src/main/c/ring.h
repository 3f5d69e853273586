// SPDX-License-Identifier: Apache-2.0
//
// A ring as the C peers have it: the flags that Ringtail uses too, as far as this liburing knows them.

#ifndef RINGTAIL_RING_H
#define RINGTAIL_RING_H

#include "bench.h"
#include <liburing.h>

// Debian 12's liburing 2.3 writes to the index array whatever the flags say, so it must have one: NO_SQARRAY is left out.
#define RING_FLAGS                                                                                                     \
  (IORING_SETUP_CLAMP | IORING_SETUP_SUBMIT_ALL | IORING_SETUP_COOP_TASKRUN | IORING_SETUP_TASKRUN_FLAG |              \
   IORING_SETUP_SINGLE_ISSUER | IORING_SETUP_DEFER_TASKRUN | IORING_SETUP_CQSIZE)

static struct io_uring ring;

static void open_ring(unsigned entries) {
  struct io_uring_params params = {.flags = RING_FLAGS, .cq_entries = entries * 4 < 1024 ? 1024 : entries * 4};
  int result = io_uring_queue_init_params(entries, &ring, &params);
  if (result < 0) {
    errno = -result;
    fail("io_uring_queue_init_params");
  }
  if (io_uring_register_ring_fd(&ring) != 1) fail("io_uring_register_ring_fd");
}

#endif
