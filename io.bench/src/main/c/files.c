// SPDX-License-Identifier: Apache-2.0
//
// File I/O on liburing, one thread. Commands:
//   files FILE read|write cached|direct random|sequential DEPTH BLOCK_BYTES MILLIS
//   log FILE READ_FILE GROUP MILLIS cached|direct|direct-synced: appends 4 KiB records, an fdatasync each GROUP of them (synced:
//   O_DSYNC instead), while a reader has one random 4 KiB O_DIRECT read of READ_FILE in flight

#include "ring.h"
#include <fcntl.h>
#include <sys/stat.h>

#define DEPTH_MAX 128
#define MEMORY_BYTES (8 << 20)
#define RECORD 4096
#define LOG_BYTES (64l << 20)

static int file, is_writing, is_random, is_registered;
static unsigned depth;
static size_t block;
static uint64_t blocks, next_block, seed = 88172645463325252ull, in_flight;
static char *buffers[DEPTH_MAX], *memory;

static uint64_t random_number(void) {
  seed ^= seed << 13;
  seed ^= seed >> 7;
  return seed ^= seed << 17;
}

static void submit(unsigned i) {
  uint64_t at = is_random ? random_number() % blocks : next_block++ % blocks;
  struct io_uring_sqe *sqe = io_uring_get_sqe(&ring);
  if (is_registered) {
    if (is_writing) io_uring_prep_write_fixed(sqe, 0, buffers[i], block, at * block, 0);
    else io_uring_prep_read_fixed(sqe, 0, buffers[i], block, at * block, 0);
    sqe->flags |= IOSQE_FIXED_FILE;
  } else if (is_writing) io_uring_prep_write(sqe, file, buffers[i], block, at * block);
  else io_uring_prep_read(sqe, file, buffers[i], block, at * block);
  sqe->user_data = i;
  in_flight++;
}

static uint64_t reap(int is_resubmitting) {
  uint64_t done = 0;
  unsigned head, count = 0;
  struct io_uring_cqe *cqe;
  int result = io_uring_submit_and_wait(&ring, 1);
  if (result < 0 && result != -EINTR) fail("io_uring_submit_and_wait");
  io_uring_for_each_cqe(&ring, head, cqe) {
    if (cqe->res != (int)block) {
      errno = cqe->res < 0 ? -cqe->res : 0;
      fail("a transfer");
    }
    in_flight--;
    if (is_resubmitting) submit(cqe->user_data);
    count++;
    done++;
  }
  io_uring_cq_advance(&ring, count);
  return done;
}

static uint64_t transfers(uint64_t operations) {
  uint64_t done = 0;
  while (done < operations) done += reap(1);
  return done;
}

static void files(char **words) {
  struct stat status;
  is_writing = !strcmp(words[2], "write");
  is_random = !strcmp(words[4], "random");
  file = open(words[1], (is_writing ? O_WRONLY : O_RDONLY) | O_CLOEXEC | (!strcmp(words[3], "direct") ? O_DIRECT : 0));
  if (file < 0 || fstat(file, &status)) fail(words[1]);
  depth = atoi(words[5]);
  block = atol(words[6]);
  blocks = status.st_size / block;
  next_block = 0;
  if (is_registered && io_uring_register_files_update(&ring, 0, &file, 1) != 1) fail("io_uring_register_files_update");
  for (unsigned i = 0; i < depth; i++) {
    buffers[i] = memory + i * block;
    memset(buffers[i], 'x', block);
    submit(i);
  }
  window_nanos = !strcmp(words[3], "direct") || is_writing ? 25000000 : 1000000;
  measure(transfers, 1, atof(words[7]));
  while (in_flight) reap(0);
  int none = -1;
  if (is_registered) io_uring_register_files_update(&ring, 0, &none, 1);
  close(file);
}

// ---------------------------------------------------------------------------------------------------- the log

#define COMMIT 1000
#define READER 1001

static double latencies[1 << 20];
static int log_file, read_file, group, is_synced, log_pending, latency_count;
static uint64_t log_offset, read_start, read_blocks, commits;
static char *log_buffer, *read_buffer;

static void append_group(void) {
  for (int i = 0; i < group; i++) {
    struct io_uring_sqe *sqe = io_uring_get_sqe(&ring);
    io_uring_prep_write(sqe, log_file, log_buffer, RECORD, log_offset);
    sqe->user_data = i;
    in_flight++;
    log_offset = (log_offset + RECORD) % LOG_BYTES;
  }
  log_pending = group;
}

static void read_one(void) {
  struct io_uring_sqe *sqe = io_uring_get_sqe(&ring);
  read_start = now_nanos();
  io_uring_prep_read(sqe, read_file, read_buffer, RECORD, random_number() % read_blocks * RECORD);
  sqe->user_data = READER;
  in_flight++;
}

static uint64_t commit_some(uint64_t operations) {
  uint64_t target = commits + operations, before = commits;
  while (commits < target) {
    unsigned head, count = 0;
    struct io_uring_cqe *cqe;
    io_uring_submit_and_wait(&ring, 1);
    io_uring_for_each_cqe(&ring, head, cqe) {
      if (cqe->res < 0) {
        errno = -cqe->res;
        fail("the log");
      }
      if (cqe->user_data == READER) {
        if (latency_count < (1 << 20)) latencies[latency_count++] = now_nanos() - read_start;
        read_one();
      } else if (cqe->user_data == COMMIT) {
        commits++;
        append_group();
      } else if (--log_pending == 0 && is_synced) {
        commits++;
        append_group();
      } else if (log_pending == 0) {
        struct io_uring_sqe *sqe = io_uring_get_sqe(&ring);
        io_uring_prep_fsync(sqe, log_file, IORING_FSYNC_DATASYNC);
        sqe->user_data = COMMIT;
        in_flight++;
      }
      in_flight--;
      count++;
    }
    io_uring_cq_advance(&ring, count);
  }
  return commits - before;
}

static void drain(void) {
  struct io_uring_cqe *cqe;
  for (; in_flight > 0; in_flight--) {
    if (io_uring_submit_and_wait(&ring, 1) < 0 || io_uring_wait_cqe(&ring, &cqe)) fail("draining");
    io_uring_cqe_seen(&ring, cqe);
  }
}

static void append_log(char **words) {
  struct stat status;
  is_synced = !strcmp(words[5], "direct-synced");
  log_file = open(words[1], O_WRONLY | O_CLOEXEC | (strcmp(words[5], "cached") ? O_DIRECT : 0)
                                | (is_synced ? O_DSYNC : 0));
  read_file = open(words[2], O_RDONLY | O_DIRECT | O_CLOEXEC);
  if (log_file < 0 || read_file < 0 || fstat(read_file, &status)) fail(words[1]);
  if (posix_memalign((void **)&log_buffer, 4096, RECORD) || posix_memalign((void **)&read_buffer, 4096, RECORD))
    fail("posix_memalign");
  memset(log_buffer, 'l', RECORD);
  read_blocks = status.st_size / RECORD;
  group = atoi(words[3]);
  log_offset = 0;
  latency_count = 0;
  append_group();
  read_one();
  window_nanos = 25000000;
  // The figures of the commits, and on the same line those of the reads.
  measure_part(commit_some, 1, atof(words[4]));
  qsort(latencies, latency_count, sizeof *latencies, compare_doubles);
  printf(" read_p50=%.0f read_p99=%.0f reads=%d\n", quantile(latencies, latency_count, 0.5),
         quantile(latencies, latency_count, 0.99), latency_count);
  fflush(stdout);
  drain();
  close(log_file);
  close(read_file);
  free(log_buffer);
  free(read_buffer);
}

// With an argument, files and buffers are registered.
int main(int argc, char **argv) {
  char *words[16];
  int count;
  (void)argv;
  open_ring(256);
  if (posix_memalign((void **)&memory, 4096, MEMORY_BYTES)) fail("posix_memalign");
  if (argc > 1) {
    struct iovec all = {memory, MEMORY_BYTES};
    if (io_uring_register_buffers(&ring, &all, 1)) fail("io_uring_register_buffers");
    if (io_uring_register_files_sparse(&ring, 1)) fail("io_uring_register_files_sparse");
    is_registered = 1;
  }
  say("ready");
  while ((count = command(words, 16)) > 0) {
    if (!strcmp(words[0], "files") && count == 8) files(words);
    else if (!strcmp(words[0], "log") && count == 6) append_log(words);
    else return 2;
  }
  return 0;
}
