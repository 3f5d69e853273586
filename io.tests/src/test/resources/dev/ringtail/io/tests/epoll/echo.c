// SPDX-License-Identifier: Apache-2.0

// The plain epoll loop that CostTest compares with: both ends of a socket pair echo, level-triggered, each registered once.
// Prints how many system calls that took.

#include <stdio.h>
#include <stdlib.h>
#include <sys/epoll.h>
#include <sys/socket.h>

int main(int argc, char **argv) {
  long rounds = argc > 1 ? atol(argv[1]) : 1000;
  long calls = 0;
  char buffer[4096] = {0};
  int pair[2];
  if (socketpair(AF_UNIX, SOCK_STREAM | SOCK_NONBLOCK, 0, pair) < 0) {
    return 1;
  }
  int loop = epoll_create1(0);
  for (int i = 0; i < 2; i++) {
    struct epoll_event interest = {.events = EPOLLIN, .data.fd = pair[i]};
    if (epoll_ctl(loop, EPOLL_CTL_ADD, pair[i], &interest) < 0) {
      return 1;
    }
    calls++;
  }
  send(pair[0], buffer, 64, MSG_NOSIGNAL);
  calls++;
  long done = 0;
  while (done < rounds) {
    struct epoll_event events[64];
    int count = epoll_wait(loop, events, 64, -1);
    calls++;
    for (int i = 0; i < count; i++) {
      int fd = events[i].data.fd;
      ssize_t bytes = recv(fd, buffer, sizeof buffer, MSG_DONTWAIT);
      calls++;
      if (bytes <= 0) {
        return 1;
      }
      done += fd == pair[0];
      send(fd, buffer, bytes, MSG_NOSIGNAL);
      calls++;
    }
  }
  printf("%ld\n", calls);
  return 0;
}
