// SPDX-License-Identifier: Apache-2.0
//
// Entry cost: nops through liburing, a batch at a time. Command: nop BATCH MILLIS.

#include "ring.h"

static unsigned batch;
static uint64_t failures;

static uint64_t nops(uint64_t operations) {
  uint64_t done = 0;
  while (done < operations) {
    for (unsigned i = 0; i < batch; i++) {
      struct io_uring_sqe *sqe = io_uring_get_sqe(&ring);
      io_uring_prep_nop(sqe);
      sqe->user_data = i;
    }
    int result = io_uring_submit_and_wait(&ring, batch);
    if (result < 0) fail("io_uring_submit_and_wait");
    unsigned head, count = 0;
    struct io_uring_cqe *cqe;
    io_uring_for_each_cqe(&ring, head, cqe) {
      failures += cqe->res != 0 || cqe->user_data >= batch;
      count++;
    }
    io_uring_cq_advance(&ring, count);
    done += count;
  }
  return done;
}

int main(void) {
  char *words[8];
  open_ring(256);
  say("ready");
  while (command(words, 8) == 3) {
    batch = atoi(words[1]);
    measure(nops, batch, atof(words[2]));
    if (failures) fail("a nop failed");
  }
  return 0;
}
