/* SPDX-License-Identifier: Apache-2.0 */

/*
 * The system headers that jextract reads. What it takes from them is listed in symbols.args.
 * _GNU_SOURCE: glibc shows statx, MSG_*, O_PATH and others only with it.
 */
#define _GNU_SOURCE

#include <errno.h>
#include <fcntl.h>
#include <linux/io_uring.h>
#include <netinet/in.h>
#include <netinet/tcp.h>
#include <poll.h>
#include <sys/epoll.h>
#include <sys/eventfd.h>
#include <sys/mman.h>
#include <sys/resource.h>
#include <sys/socket.h>
#include <sys/stat.h>
#include <sys/syscall.h>
#include <sys/un.h>
#include <time.h>
#include <unistd.h>
