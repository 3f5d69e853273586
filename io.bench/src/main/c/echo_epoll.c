// SPDX-License-Identifier: Apache-2.0
//
// TCP echo on epoll, one thread, level-triggered: receive, send at once. Prints its port. Argument: buffer size in bytes.
// A connection that doesn't take all of a reply is waited for to be writable.

#include "bench.h"
#include <netinet/in.h>
#include <netinet/tcp.h>
#include <sys/epoll.h>
#include <sys/socket.h>

struct connection {
  int fd;
  int length;
  int sent;
  char *buffer;
};

static int listener, epoll, size;

static void control(int operation, int fd, unsigned events, void *data) {
  struct epoll_event event = {.events = events, .data.ptr = data};
  if (epoll_ctl(epoll, operation, fd, &event)) fail("epoll_ctl");
}

static void accept_next(void) {
  int one = 1, fd = accept4(listener, NULL, NULL, SOCK_CLOEXEC | SOCK_NONBLOCK);
  if (fd < 0) return;
  struct connection *c = calloc(1, sizeof *c);
  setsockopt(fd, IPPROTO_TCP, TCP_NODELAY, &one, sizeof one);
  c->fd = fd;
  c->buffer = malloc(size);
  control(EPOLL_CTL_ADD, fd, EPOLLIN, c);
}

static void close_connection(struct connection *c) {
  close(c->fd);
  free(c->buffer);
  free(c);
}

static void ready(struct connection *c) {
  int was_waiting = c->sent < c->length;
  if (!was_waiting) {
    int received = recv(c->fd, c->buffer, size, 0);
    if (received < 0 && errno == EAGAIN) return;
    if (received <= 0) {
      close_connection(c);
      return;
    }
    c->length = received;
    c->sent = 0;
  }
  int sent = send(c->fd, c->buffer + c->sent, c->length - c->sent, MSG_NOSIGNAL);
  if (sent < 0 && errno != EAGAIN) {
    close_connection(c);
    return;
  }
  c->sent += sent < 0 ? 0 : sent;
  int is_waiting = c->sent < c->length;
  if (is_waiting != was_waiting) control(EPOLL_CTL_MOD, c->fd, is_waiting ? EPOLLOUT : EPOLLIN, c);
}

int main(int argc, char **argv) {
  size = argc > 1 ? atoi(argv[1]) : 16384;
  struct sockaddr_in address = {.sin_family = AF_INET, .sin_addr.s_addr = htonl(INADDR_LOOPBACK)};
  socklen_t length = sizeof address;
  listener = socket(AF_INET, SOCK_STREAM | SOCK_CLOEXEC | SOCK_NONBLOCK, 0);
  if (bind(listener, (struct sockaddr *)&address, length) || listen(listener, 4096)) fail("listen");
  getsockname(listener, (struct sockaddr *)&address, &length);
  epoll = epoll_create1(EPOLL_CLOEXEC);
  control(EPOLL_CTL_ADD, listener, EPOLLIN, NULL);
  printf("port=%d\n", ntohs(address.sin_port));
  fflush(stdout);
  struct epoll_event events[1024];
  while (1) {
    int count = epoll_wait(epoll, events, 1024, -1);
    for (int i = 0; i < count; i++) {
      if (events[i].data.ptr) ready(events[i].data.ptr);
      else accept_next();
    }
  }
}
