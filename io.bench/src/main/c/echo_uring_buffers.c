// SPDX-License-Identifier: Apache-2.0
//
// TCP echo on liburing with everything that saves the kernel work: multishot accept and receive, a ring of buffers, registered
// files. One thread. Prints its port. Argument: buffer size in bytes.

#include "ring.h"
#include <netinet/in.h>
#include <netinet/tcp.h>
#include <sys/socket.h>

#define BUFFERS 1024
#define FILES 16384
#define PIECES 64
#define SENDING 1ull

struct connection {
  int fd;
  unsigned first, count;
  int sent, is_ended, is_receiving;
  struct { int length, id; } pieces[PIECES];
};

static int listener, size;
static struct io_uring_buf_ring *buffers;
static char *memory;

static struct io_uring_sqe *entry(void) {
  struct io_uring_sqe *sqe;
  while (!(sqe = io_uring_get_sqe(&ring))) io_uring_submit(&ring);
  return sqe;
}

static void give_back(int id) {
  io_uring_buf_ring_add(buffers, memory + (size_t)id * size, size, id, BUFFERS - 1, 0);
  io_uring_buf_ring_advance(buffers, 1);
}

static void receive(struct connection *c) {
  struct io_uring_sqe *sqe = entry();
  io_uring_prep_recv_multishot(sqe, c->fd, NULL, 0, 0);
  sqe->flags |= IOSQE_BUFFER_SELECT | IOSQE_FIXED_FILE;
  sqe->buf_group = 0;
  io_uring_sqe_set_data(sqe, c);
  c->is_receiving = 1;
}

static void send_first(struct connection *c) {
  struct io_uring_sqe *sqe = entry();
  int id = c->pieces[c->first % PIECES].id;
  io_uring_prep_send(sqe, c->fd, memory + (size_t)id * size + c->sent, c->pieces[c->first % PIECES].length - c->sent,
                     MSG_NOSIGNAL);
  sqe->flags |= IOSQE_FIXED_FILE;
  sqe->user_data = (uintptr_t)c | SENDING;
}

static void close_if_idle(struct connection *c) {
  if (!c->is_ended || c->count || c->is_receiving) return;
  int none = -1;
  io_uring_register_files_update(&ring, c->fd, &none, 1);
  close(c->fd);
  free(c);
}

static void accepted(int fd) {
  int one = 1;
  struct connection *c = calloc(1, sizeof *c);
  setsockopt(fd, IPPROTO_TCP, TCP_NODELAY, &one, sizeof one);
  // The number in the kernel's table is the descriptor's own.
  if (fd >= FILES || io_uring_register_files_update(&ring, fd, &fd, 1) != 1) fail("io_uring_register_files_update");
  c->fd = fd;
  receive(c);
}

static void received(struct connection *c, struct io_uring_cqe *cqe) {
  if (!(cqe->flags & IORING_CQE_F_MORE)) c->is_receiving = 0;
  if (cqe->res == -ENOBUFS) {
    receive(c);
    return;
  }
  if (cqe->res <= 0) {
    if (cqe->flags & IORING_CQE_F_BUFFER) give_back(cqe->flags >> IORING_CQE_BUFFER_SHIFT);
    c->is_ended = 1;
    close_if_idle(c);
    return;
  }
  if (c->count == PIECES) fail("too many pieces");
  c->pieces[(c->first + c->count) % PIECES].length = cqe->res;
  c->pieces[(c->first + c->count++) % PIECES].id = cqe->flags >> IORING_CQE_BUFFER_SHIFT;
  if (c->count == 1) {
    c->sent = 0;
    send_first(c);
  }
  if (!c->is_receiving) receive(c);
}

static void sent(struct connection *c, int result) {
  if (result < 0) {
    c->is_ended = 1;
    for (; c->count; c->count--) give_back(c->pieces[c->first++ % PIECES].id);
  } else {
    c->sent += result;
    if (c->sent == c->pieces[c->first % PIECES].length) {
      give_back(c->pieces[c->first++ % PIECES].id);
      c->count--;
      c->sent = 0;
    }
  }
  if (c->count) send_first(c);
  else close_if_idle(c);
}

static void accept_all(void) {
  struct io_uring_sqe *sqe = entry();
  io_uring_prep_multishot_accept(sqe, listener, NULL, NULL, SOCK_CLOEXEC);
  io_uring_sqe_set_data(sqe, NULL);
}

static void open_buffers(void) {
  struct io_uring_buf_reg reg = {.ring_entries = BUFFERS, .bgid = 0};
  if (posix_memalign((void **)&buffers, 4096, BUFFERS * sizeof(struct io_uring_buf))) fail("posix_memalign");
  memory = malloc((size_t)BUFFERS * size);
  reg.ring_addr = (uintptr_t)buffers;
  if (io_uring_register_buf_ring(&ring, &reg, 0)) fail("io_uring_register_buf_ring");
  io_uring_buf_ring_init(buffers);
  for (int i = 0; i < BUFFERS; i++) give_back(i);
}

int main(int argc, char **argv) {
  size = argc > 1 ? atoi(argv[1]) : 16384;
  struct sockaddr_in address = {.sin_family = AF_INET, .sin_addr.s_addr = htonl(INADDR_LOOPBACK)};
  socklen_t length = sizeof address;
  listener = socket(AF_INET, SOCK_STREAM | SOCK_CLOEXEC, 0);
  if (bind(listener, (struct sockaddr *)&address, length) || listen(listener, 4096)) fail("listen");
  getsockname(listener, (struct sockaddr *)&address, &length);
  open_ring(1024);
  open_buffers();
  if (io_uring_register_files_sparse(&ring, FILES)) fail("io_uring_register_files_sparse");
  accept_all();
  printf("port=%d\n", ntohs(address.sin_port));
  fflush(stdout);
  while (1) {
    int result = io_uring_submit_and_wait(&ring, 1);
    if (result < 0 && result != -EINTR && result != -EBUSY && result != -EAGAIN) {
      errno = -result;
      fail("io_uring_submit_and_wait");
    }
    unsigned head, count = 0;
    struct io_uring_cqe *cqe;
    io_uring_for_each_cqe(&ring, head, cqe) {
      uintptr_t data = cqe->user_data;
      if (!data) {
        if (cqe->res >= 0) accepted(cqe->res);
        if (!(cqe->flags & IORING_CQE_F_MORE)) accept_all();
      } else if (data & SENDING) sent((struct connection *)(data & ~SENDING), cqe->res);
      else received((struct connection *)data, cqe);
      count++;
    }
    io_uring_cq_advance(&ring, count);
  }
}
