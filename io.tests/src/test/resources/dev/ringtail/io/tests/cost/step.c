// SPDX-License-Identifier: Apache-2.0
// Counts the instructions that a thread executes in user space from one sched_yield to the next, by stepping over each: for
// machines that have no counter. x86-64. No root.
//
//   step MOST PASSES COMMAND [ARGUMENT...]
//
// Starts the command, whose output is to begin with the number of the thread, once that is to be measured. Prints the count
// of each pass, a line each, until one is at most so much, and of no more than so many passes. Kills the command. It is the
// command's parent, as Yama may want a tracer to be. Ends with 125 if it may not trace. ptrace(2).
#define _GNU_SOURCE
#include <errno.h>
#include <sched.h>
#include <signal.h>
#include <stddef.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/prctl.h>
#include <sys/ptrace.h>
#include <sys/syscall.h>
#include <sys/user.h>
#include <sys/wait.h>
#include <unistd.h>

// Then the kernel ends this program, and with it the command.
#define PATIENCE_SECONDS 40

static pid_t command;
static pid_t thread;

// A virtual machine uses signals: SIGSEGV at a safepoint, say.
static int signal_to_pass_on;

static void end(int status) {
    if (command > 0)
        kill(command, SIGKILL);
    // The thread too has to be fetched: the process isn't gone before.
    while (waitpid(-1, NULL, __WALL) > 0)
        ;
    exit(status);
}

static void refuse(const char *what, int status) {
    fprintf(stderr, "step: %s: %s\n", what, strerror(errno));
    end(status);
}

// Its output comes out of the descriptor returned.
static int start(char **words) {
    int ends[2];
    if (pipe(ends) != 0)
        refuse("pipe", 1);
    pid_t parent = getpid();
    command = fork();
    if (command < 0)
        refuse("fork", 1);
    if (command == 0) {
        // This outlives execve. Who has lost its parent already would never get the signal.
        prctl(PR_SET_PDEATHSIG, SIGKILL);
        if (getppid() != parent)
            _exit(1);
        dup2(ends[1], STDOUT_FILENO);
        close(ends[0]);
        close(ends[1]);
        execvp(words[0], words);
        refuse(words[0], 1);
    }
    close(ends[1]);
    return ends[0];
}

static void read_thread(int output) {
    FILE *lines = fdopen(output, "r");
    if (lines == NULL || fscanf(lines, "%d", &thread) != 1)
        refuse("the command named no thread", 1);
}

// The two run in turn, never together: on one processor they go faster.
static void share_a_processor(void) {
    int processor = sched_getcpu();
    cpu_set_t set;
    CPU_ZERO(&set);
    CPU_SET(processor < 0 ? 0 : (size_t)processor, &set);
    // Without it the counts are the same, just later.
    if (sched_setaffinity(0, sizeof set, &set) == 0)
        sched_setaffinity(thread, sizeof set, &set);
}

static void wait_until_stopped(void) {
    int status;
    if (waitpid(thread, &status, __WALL) != thread || !WIFSTOPPED(status))
        refuse("the thread is gone", 1);
    // An event is the answer to this program; so is a trap.
    int is_signal = status >> 16 == 0 && WSTOPSIG(status) != SIGTRAP;
    signal_to_pass_on = is_signal ? WSTOPSIG(status) : 0;
}

static void attach(void) {
    if (ptrace(PTRACE_SEIZE, thread, 0, 0) != 0)
        refuse("ptrace", 125);
    if (ptrace(PTRACE_INTERRUPT, thread, 0, 0) != 0)
        refuse("PTRACE_INTERRUPT", 1);
    wait_until_stopped();
}

// The call's number is there when the thread has stopped in one or by a step over the instruction: else it is -1.
static int is_at_yield(void) {
    errno = 0;
    long number = ptrace(PTRACE_PEEKUSER, thread, offsetof(struct user, regs.orig_rax), 0);
    if (errno != 0)
        refuse("PTRACE_PEEKUSER", 1);
    return number == SYS_sched_yield;
}

static long count_until_yield(enum __ptrace_request request) {
    for (long count = 1;; count++) {
        if (ptrace(request, thread, 0, signal_to_pass_on) != 0)
            refuse("the thread doesn't go on", 1);
        wait_until_stopped();
        if (signal_to_pass_on == 0 && is_at_yield())
            return count;
    }
}

int main(int argc, char **argv) {
    if (argc < 4)
        refuse("no command", 1);
    long most = atol(argv[1]);
    int passes = atoi(argv[2]);
    alarm(PATIENCE_SECONDS);
    read_thread(start(argv + 3));
    share_a_processor();
    attach();
    // At full speed to the call's beginning, by a step to its end: what is counted begins there.
    count_until_yield(PTRACE_SYSCALL);
    count_until_yield(PTRACE_SINGLESTEP);
    for (long count = most + 1; passes > 0 && count > most; passes--) {
        count = count_until_yield(PTRACE_SINGLESTEP);
        printf("%ld\n", count);
    }
    fflush(stdout);
    end(0);
}
