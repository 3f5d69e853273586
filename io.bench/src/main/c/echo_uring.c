// SPDX-License-Identifier: Apache-2.0
//
// TCP echo on liburing, one thread: receive, send what came, receive. Prints its port. Argument: buffer size in bytes.

#include "ring.h"
#include <netinet/in.h>
#include <netinet/tcp.h>
#include <sys/socket.h>

struct connection {
  int fd;
  int sending;
  int length;
  int sent;
  char *buffer;
};

static int listener, size;

static struct io_uring_sqe *entry(void) {
  struct io_uring_sqe *sqe;
  while (!(sqe = io_uring_get_sqe(&ring))) io_uring_submit(&ring);
  return sqe;
}

static void receive(struct connection *c) {
  struct io_uring_sqe *sqe = entry();
  c->sending = 0;
  io_uring_prep_recv(sqe, c->fd, c->buffer, size, 0);
  // It will wait: what came was echoed just now.
  sqe->ioprio = IORING_RECVSEND_POLL_FIRST;
  io_uring_sqe_set_data(sqe, c);
}

static void send_rest(struct connection *c) {
  struct io_uring_sqe *sqe = entry();
  c->sending = 1;
  io_uring_prep_send(sqe, c->fd, c->buffer + c->sent, c->length - c->sent, MSG_NOSIGNAL);
  io_uring_sqe_set_data(sqe, c);
}

static void accept_next(void) {
  struct io_uring_sqe *sqe = entry();
  io_uring_prep_accept(sqe, listener, NULL, NULL, SOCK_CLOEXEC);
  io_uring_sqe_set_data(sqe, NULL);
}

static void accepted(int fd) {
  int one = 1;
  if (fd >= 0) {
    struct connection *c = calloc(1, sizeof *c);
    setsockopt(fd, IPPROTO_TCP, TCP_NODELAY, &one, sizeof one);
    c->fd = fd;
    c->buffer = malloc(size);
    receive(c);
  }
  accept_next();
}

static void completed(struct connection *c, int result) {
  if (result <= 0) {
    close(c->fd);
    free(c->buffer);
    free(c);
  } else if (!c->sending) {
    c->length = result;
    c->sent = 0;
    send_rest(c);
  } else {
    c->sent += result;
    if (c->sent < c->length) send_rest(c);
    else receive(c);
  }
}

int main(int argc, char **argv) {
  size = argc > 1 ? atoi(argv[1]) : 16384;
  struct sockaddr_in address = {.sin_family = AF_INET, .sin_addr.s_addr = htonl(INADDR_LOOPBACK)};
  socklen_t length = sizeof address;
  listener = socket(AF_INET, SOCK_STREAM | SOCK_CLOEXEC, 0);
  if (bind(listener, (struct sockaddr *)&address, length) || listen(listener, 4096)) fail("listen");
  getsockname(listener, (struct sockaddr *)&address, &length);
  open_ring(1024);
  accept_next();
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
      struct connection *c = io_uring_cqe_get_data(cqe);
      if (c) completed(c, cqe->res);
      else accepted(cqe->res);
      count++;
    }
    io_uring_cq_advance(&ring, count);
  }
}
