// SPDX-License-Identifier: Apache-2.0
//
// Load for an echo server, one thread on epoll: each connection sends a message, waits until all of it is back, and sends the
// next. Arguments: PORT CONNECTIONS BYTES WARMUP_MILLIS MILLIS SERVER_PID. Prints, as medians over windows of 50 ms: round
// trips per second, the server's processor time per round trip, and its own; latencies over all. For the growth of a server
// with its connections, only ACTIVE (a seventh argument) of them talk.

#include "bench.h"
#include <netinet/in.h>
#include <netinet/tcp.h>
#include <sys/epoll.h>
#include <sys/socket.h>

#define WINDOW (50 * 1000000)
#define BUCKETS (64 * 64)

struct connection {
  int fd;
  int received;
  int sent;
  uint64_t start;
};

static int epoll, size;
static char *message, *sink;
static uint64_t round_trips, histogram[BUCKETS];

// 64 buckets to a power of two: 1.6 % at most between one and the next.
static int bucket(uint64_t nanos) {
  if (nanos < 64) return nanos;
  int shift = 63 - __builtin_clzll(nanos) - 6;
  return (shift + 1) * 64 + (int)((nanos >> shift) & 63);
}

static double bucket_nanos(int index) {
  if (index < 64) return index;
  int shift = index / 64 - 1;
  return (double)((64ull + index % 64) << shift) + (double)(1ull << shift) / 2;
}

static double latency(double q) {
  uint64_t total = 0, seen = 0;
  for (int i = 0; i < BUCKETS; i++) total += histogram[i];
  for (int i = 0; i < BUCKETS; i++) {
    seen += histogram[i];
    if (seen >= q * total && seen) return bucket_nanos(i);
  }
  return 0;
}

static void send_rest(struct connection *c) {
  while (c->sent < size) {
    ssize_t sent = send(c->fd, message + c->sent, size - c->sent, MSG_NOSIGNAL | MSG_DONTWAIT);
    if (sent < 0) {
      if (errno == EAGAIN) break;
      fail("send");
    }
    c->sent += sent;
  }
}

static void start(struct connection *c) {
  c->received = c->sent = 0;
  c->start = now_nanos();
  send_rest(c);
}

static void ready(struct connection *c) {
  if (c->sent < size) send_rest(c);
  ssize_t received = recv(c->fd, sink, size, MSG_DONTWAIT);
  if (received == 0 || (received < 0 && errno != EAGAIN)) fail("recv");
  if (received < 0) return;
  if (sink[received - 1] != message[c->received + received - 1]) fail("what came back is something else");
  c->received += received;
  if (c->received == size) {
    histogram[bucket(now_nanos() - c->start)]++;
    round_trips++;
    start(c);
  }
}

static void run(uint64_t until) {
  struct epoll_event events[256];
  while (now_nanos() < until) {
    int count = epoll_wait(epoll, events, 256, 10);
    for (int i = 0; i < count; i++) ready(events[i].data.ptr);
  }
}

int main(int argc, char **argv) {
  if (argc < 7) return 2;
  int port = atoi(argv[1]), connections = atoi(argv[2]), pid = atoi(argv[6]);
  int active = argc > 7 ? atoi(argv[7]) : connections;
  size = atoi(argv[3]);
  message = malloc(size);
  sink = malloc(size);
  for (int i = 0; i < size; i++) message[i] = (char)(i * 31 + 7);
  struct rlimit limit;
  getrlimit(RLIMIT_NOFILE, &limit);
  limit.rlim_cur = limit.rlim_max;
  setrlimit(RLIMIT_NOFILE, &limit);

  epoll = epoll_create1(0);
  struct connection *all = calloc(connections, sizeof *all);
  struct sockaddr_in address = {
      .sin_family = AF_INET, .sin_addr.s_addr = htonl(INADDR_LOOPBACK), .sin_port = htons(port)};
  int one = 1;
  for (int i = 0; i < connections; i++) {
    all[i].fd = socket(AF_INET, SOCK_STREAM, 0);
    if (all[i].fd < 0 || connect(all[i].fd, (struct sockaddr *)&address, sizeof address)) fail("connect");
    setsockopt(all[i].fd, IPPROTO_TCP, TCP_NODELAY, &one, sizeof one);
    if (i >= active) continue;
    // Edge-triggered, so that EPOLLOUT can stay on: it comes only after a send that found no room.
    struct epoll_event event = {.events = EPOLLIN | (size > 4096 ? EPOLLOUT | EPOLLET : 0), .data.ptr = &all[i]};
    if (epoll_ctl(epoll, EPOLL_CTL_ADD, all[i].fd, &event)) fail("epoll_ctl");
  }
  for (int i = 0; i < active; i++) start(&all[i]);
  run(now_nanos() + (uint64_t)(atof(argv[4]) * 1e6));

  memset(histogram, 0, sizeof histogram);
  static double rates[WINDOWS_MAX], servers[WINDOWS_MAX], clients[WINDOWS_MAX];
  int count = 0;
  uint64_t begin = now_nanos(), deadline = begin + (uint64_t)(atof(argv[5]) * 1e6), from = round_trips;
  uint64_t first = begin, server = cpu_nanos(pid), server_first = server, client = cpu_nanos(getpid());
  // On a machine that stands still there may be windows without a round trip: they don't count.
  while ((begin < deadline || (count < 3 && begin < deadline + 20ull * WINDOW)) && count < WINDOWS_MAX) {
    uint64_t before = round_trips;
    run(begin + WINDOW);
    uint64_t end = now_nanos(), server_end = cpu_nanos(pid), client_end = cpu_nanos(getpid());
    double done = round_trips - before;
    if (done > 0) {
      rates[count] = done * 1e9 / (end - begin);
      servers[count] = (server_end - server) / done;
      clients[count] = (client_end - client) / done;
      count++;
    }
    begin = end;
    server = server_end;
    client = client_end;
  }
  double total = round_trips - from;
  if (count == 0) fail("no round trips");
  qsort(rates, count, sizeof *rates, compare_doubles);
  qsort(servers, count, sizeof *servers, compare_doubles);
  qsort(clients, count, sizeof *clients, compare_doubles);
  printf("rate=%.1f mean=%.1f cpu=%.1f cpu_mean=%.1f client_cpu=%.1f p50=%.0f p99=%.0f p999=%.0f operations=%.0f\n",
         quantile(rates, count, 0.5), total * 1e9 / (begin - first), quantile(servers, count, 0.5),
         (server - server_first) / total, quantile(clients, count, 0.5), latency(0.5), latency(0.99), latency(0.999),
         total);
  return 0;
}
