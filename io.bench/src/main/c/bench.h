// SPDX-License-Identifier: Apache-2.0
//
// What the C peers have in common: clocks, windows, and the conversation with the harness. The harness starts a peer, which
// says "ready"; then it writes a line of words, and the peer answers with one line of name=value. Measuring is windowed, as
// virtual processors vanish for 5 to 150 ms at a time: a median of many windows of about a millisecond doesn't see that.

#ifndef RINGTAIL_BENCH_H
#define RINGTAIL_BENCH_H

#define _GNU_SOURCE
#include <errno.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/resource.h>
#include <time.h>
#include <unistd.h>

#define WINDOWS_MAX 65536

static inline uint64_t clock_nanos(clockid_t clock) {
  struct timespec t;
  clock_gettime(clock, &t);
  return (uint64_t)t.tv_sec * 1000000000u + t.tv_nsec;
}

static inline uint64_t now_nanos(void) { return clock_nanos(CLOCK_MONOTONIC); }

// The processor time of another process, all its threads, those that ended included: see clock_getcpuclockid(3).
static inline uint64_t cpu_nanos(int pid) { return clock_nanos(((~(clockid_t)pid) << 3) | 2); }

static inline void fail(const char *what) {
  fprintf(stderr, "%s: %s\n", what, strerror(errno));
  exit(1);
}

static inline int compare_doubles(const void *a, const void *b) {
  double x = *(const double *)a, y = *(const double *)b;
  return x < y ? -1 : x > y;
}

static inline double quantile(double *sorted, int count, double q) {
  return count == 0 ? 0 : sorted[(int)(q * (count - 1) + 0.5)];
}

// What is measured: at least that many operations; says how many it were.
typedef uint64_t (*body_t)(uint64_t operations);

static __attribute__((unused)) double windows[WINDOWS_MAX];

// Longer where completions come in bursts.
static __attribute__((unused)) uint64_t window_nanos = 1000000;

// Runs a body in windows for that long, and prints what came out, without the end of the line.
static inline void measure_part(body_t body, uint64_t least, double millis) {
  uint64_t size = least, start, end;
  while (1) {
    start = now_nanos();
    uint64_t done = body(size);
    if (now_nanos() - start >= window_nanos || size > (1u << 30)) break;
    size = done * 2;
  }
  uint64_t total = 0, cpu = clock_nanos(CLOCK_PROCESS_CPUTIME_ID), deadline;
  int count = 0;
  start = end = now_nanos();
  deadline = start + (uint64_t)(millis * 1e6);
  while (end < deadline && count < WINDOWS_MAX) {
    uint64_t begin = end, done = body(size);
    end = now_nanos();
    total += done;
    windows[count++] = (double)(end - begin) / done;
  }
  cpu = clock_nanos(CLOCK_PROCESS_CPUTIME_ID) - cpu;
  qsort(windows, count, sizeof *windows, compare_doubles);
  printf("nanos=%.3f mean=%.3f low=%.3f high=%.3f cpu=%.3f operations=%llu", quantile(windows, count, 0.5),
         (double)(end - start) / total, quantile(windows, count, 0.1), quantile(windows, count, 0.9),
         (double)cpu / total, (unsigned long long)total);
}

static inline void measure(body_t body, uint64_t least, double millis) {
  measure_part(body, least, millis);
  puts("");
  fflush(stdout);
}

// The next command's words; 0 at the end of the conversation.
static inline int command(char **words, int capacity) {
  static char line[1024];
  if (!fgets(line, sizeof line, stdin)) return 0;
  int count = 0;
  for (char *word = strtok(line, " \n"); word && count < capacity; word = strtok(NULL, " \n")) words[count++] = word;
  return count;
}

static inline void say(const char *text) {
  puts(text);
  fflush(stdout);
}

#endif
