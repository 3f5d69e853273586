// SPDX-License-Identifier: Apache-2.0
// Starts a command under a seccomp filter, as containers do, or under the system call table of an older kernel. No root.
//
//   launch RULE... -- COMMAND [ARGUMENT...]
//
//   EPERM=425,427:20   system call 425 gives EPERM, and 427 where its second argument is 20
//   ENOSYS=425         system call 425 gives ENOSYS; so with ENOMEM
//   above=440,425      every system call above 440 gives ENOSYS, except 425
//
// The first rule that fits is the one that counts. Ends with 125 if the filter can't be had. seccomp(2), bpf(4).
#include <errno.h>
#include <linux/audit.h>
#include <linux/filter.h>
#include <linux/seccomp.h>
#include <stddef.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/prctl.h>
#include <unistd.h>

#if defined(__x86_64__)
#define NATIVE AUDIT_ARCH_X86_64
#elif defined(__aarch64__)
#define NATIVE AUDIT_ARCH_AARCH64
#endif

#define CAPACITY 512
#define GIVE(error) (SECCOMP_RET_ERRNO | (error))

static struct sock_filter filter[CAPACITY];
static unsigned short length;

static void refuse(const char *what, const char *which) {
    fprintf(stderr, "launch: %s: %s\n", what, which);
    exit(125);
}

static void statement(unsigned short code, unsigned k) {
    if (length == CAPACITY)
        refuse("too many rules", "");
    filter[length++] = (struct sock_filter)BPF_STMT(code, k);
}

// The next statement, or the one after it: jumps are relative, by statements to pass over.
static void jump(unsigned short code, unsigned k, unsigned char if_so, unsigned char if_not) {
    statement(code, 0);
    filter[length - 1] = (struct sock_filter)BPF_JUMP(code, k, if_so, if_not);
}

static void load(size_t offset) { statement(BPF_LD | BPF_W | BPF_ABS, (unsigned)offset); }

static void when_number_is(unsigned number, unsigned answer) {
    jump(BPF_JMP | BPF_JEQ | BPF_K, number, 0, 1);
    statement(BPF_RET | BPF_K, answer);
}

// An opcode is 32 bits, the lower half of the argument: its first half on a little-endian machine.
static void when_second_argument_is(unsigned number, unsigned argument, unsigned answer) {
    jump(BPF_JMP | BPF_JEQ | BPF_K, number, 0, 4);
    load(offsetof(struct seccomp_data, args[1]));
    jump(BPF_JMP | BPF_JEQ | BPF_K, argument, 0, 1);
    statement(BPF_RET | BPF_K, answer);
    load(offsetof(struct seccomp_data, nr));
}

static unsigned number_at(char **text, const char *rule) {
    char *end;
    unsigned long number = strtoul(*text, &end, 10);
    if (end == *text)
        refuse("not a number in", rule);
    *text = end;
    return (unsigned)number;
}

static void add_list(char *list, unsigned answer, const char *rule) {
    while (*list != 0) {
        unsigned number = number_at(&list, rule);
        if (*list == ':') {
            list++;
            when_second_argument_is(number, number_at(&list, rule), answer);
        } else {
            when_number_is(number, answer);
        }
        if (*list == ',')
            list++;
        else if (*list != 0)
            refuse("neither comma nor end in", rule);
    }
}

static void add_table(char *list, const char *rule) {
    unsigned last = number_at(&list, rule);
    if (*list == ',')
        add_list(list + 1, SECCOMP_RET_ALLOW, rule);
    jump(BPF_JMP | BPF_JGT | BPF_K, last, 0, 1);
    statement(BPF_RET | BPF_K, GIVE(ENOSYS));
}

static void add(char *rule) {
    if (strncmp(rule, "EPERM=", 6) == 0)
        add_list(rule + 6, GIVE(EPERM), rule);
    else if (strncmp(rule, "ENOSYS=", 7) == 0)
        add_list(rule + 7, GIVE(ENOSYS), rule);
    else if (strncmp(rule, "ENOMEM=", 7) == 0)
        add_list(rule + 7, GIVE(ENOMEM), rule);
    else if (strncmp(rule, "above=", 6) == 0)
        add_table(rule + 6, rule);
    else
        refuse("no such rule", rule);
}

int main(int argc, char **argv) {
    // Numbers mean something else to a program of another architecture, such as a 32-bit one: it isn't filtered.
    load(offsetof(struct seccomp_data, arch));
    jump(BPF_JMP | BPF_JEQ | BPF_K, NATIVE, 1, 0);
    statement(BPF_RET | BPF_K, SECCOMP_RET_ALLOW);
    load(offsetof(struct seccomp_data, nr));

    int i = 1;
    for (; i < argc && strcmp(argv[i], "--") != 0; i++)
        add(argv[i]);
    if (i + 1 >= argc)
        refuse("no command", "after --");
    statement(BPF_RET | BPF_K, SECCOMP_RET_ALLOW);

    struct sock_fprog program = {.len = length, .filter = filter};
    if (prctl(PR_SET_NO_NEW_PRIVS, 1, 0, 0, 0) != 0 || prctl(PR_SET_SECCOMP, SECCOMP_MODE_FILTER, &program) != 0)
        refuse("no filter can be had", strerror(errno));
    execvp(argv[i + 1], argv + i + 1);
    refuse(argv[i + 1], strerror(errno));
}
