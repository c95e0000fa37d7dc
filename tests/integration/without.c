/* SPDX-License-Identifier: GPL-2.0-or-later */
/* Runs a command where some system calls do not exist, as on an older kernel.
 *
 *   without CALL[,CALL...] [--flag CALL:ARGUMENT:MASK]... -- COMMAND [ARGUMENT...]
 *
 * A call that is named fails with ENOSYS; one of --flag fails with EINVAL if its argument of that number
 * (from 0) has a bit of the mask, which is what kernels say that do not know a flag. "none" is no call: the
 * filter that nobody notices, for comparison. The filter passes on to all that the command starts.
 *
 * Runs in: the host, as root (without no_new_privs, which a container would inherit).
 * Relies on: the numbers of newer calls, which are the same on all architectures (Linux 5.1 and later). */
#include <errno.h>
#include <linux/audit.h>
#include <linux/filter.h>
#include <linux/seccomp.h>
#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/prctl.h>
#include <sys/syscall.h>
#include <unistd.h>

#define ARRAY_SIZE(x) (sizeof(x) / sizeof((x)[0]))
#define RULES_MAX     32

struct rule {
	uint32_t number;
	unsigned argument;
	uint32_t mask; /* 0: whatever the arguments are */
};

static const struct {
	const char *name;
	uint32_t number;
} calls[] = {
	{"none", 0xfffff},
	{"pidfd_send_signal", 424},
	{"open_tree", 428},
	{"move_mount", 429},
	{"fsopen", 430},
	{"fsconfig", 431},
	{"fsmount", 432},
	{"fspick", 433},
	{"pidfd_open", 434},
	{"clone3", 435},
	{"close_range", 436},
	{"openat2", 437},
	{"pidfd_getfd", 438},
	{"faccessat2", 439},
	{"mount_setattr", 442},
	{"memfd_create", __NR_memfd_create},
	{"execveat", __NR_execveat},
	{"statx", __NR_statx},
	{"bpf", __NR_bpf},
	{"keyctl", __NR_keyctl},
	{"add_key", __NR_add_key},
	{"seccomp", __NR_seccomp},
	{"set_mempolicy", __NR_set_mempolicy},
	{"sched_setattr", __NR_sched_setattr},
	{"prlimit64", __NR_prlimit64},
	{"inotify_init1", __NR_inotify_init1},
	{"unshare", __NR_unshare},
	{"prctl", __NR_prctl},
};

static void die(const char *what, const char *object)
{
	fprintf(stderr, "without: %s%s%s\n", what, object ? ": " : "", object ? object : "");
	exit(125);
}

static uint32_t number_of(const char *name, size_t length)
{
	for (size_t i = 0; i < ARRAY_SIZE(calls); i++)
		if (strlen(calls[i].name) == length && !strncmp(calls[i].name, name, length))
			return calls[i].number;
	die("not in the table of calls", name);
	return 0;
}

static size_t calls_parse(const char *list, struct rule *rules, size_t count)
{
	while (*list) {
		size_t length = strcspn(list, ",");

		if (count == RULES_MAX)
			die("too many calls", NULL);
		rules[count++] = (struct rule){.number = number_of(list, length)};
		list += length + (list[length] == ',');
	}
	return count;
}

static struct rule flag_parse(const char *text)
{
	size_t length = strcspn(text, ":");
	struct rule rule = {.number = number_of(text, length)};

	if (sscanf(text + length, ":%u:%i", &rule.argument, (int *)&rule.mask) != 2 ||
		rule.argument > 5 || !rule.mask)
		die("not CALL:ARGUMENT:MASK", text);
	return rule;
}

/* Loads the number, compares, and for a flag loads the argument's lower half. */
static void filter_load(const struct rule *rules, size_t count)
{
	struct sock_filter code[2 + 5 * RULES_MAX];
	struct sock_fprog program = {.filter = code};
	size_t n = 0;

	for (size_t i = 0; i < count; i++) {
		const struct rule *r = &rules[i];
		size_t at = offsetof(struct seccomp_data, args) + 8 * r->argument;

		if (__BYTE_ORDER__ == __ORDER_BIG_ENDIAN__)
			at += 4;
		code[n++] = (struct sock_filter)BPF_STMT(
			BPF_LD | BPF_W | BPF_ABS, offsetof(struct seccomp_data, nr));
		code[n++] = (struct sock_filter)BPF_JUMP(
			BPF_JMP | BPF_JEQ | BPF_K, r->number, 0, r->mask ? 3 : 1);
		if (r->mask) {
			code[n++] = (struct sock_filter)BPF_STMT(BPF_LD | BPF_W | BPF_ABS, at);
			code[n++] = (struct sock_filter)BPF_JUMP(
				BPF_JMP | BPF_JSET | BPF_K, r->mask, 0, 1);
		}
		code[n++] = (struct sock_filter)BPF_STMT(
			BPF_RET | BPF_K, SECCOMP_RET_ERRNO | (r->mask ? EINVAL : ENOSYS));
	}
	code[n++] = (struct sock_filter)BPF_STMT(BPF_RET | BPF_K, SECCOMP_RET_ALLOW);
	program.len = (unsigned short)n;
	if (prctl(PR_SET_SECCOMP, SECCOMP_MODE_FILTER, &program, 0, 0))
		die("cannot load the filter", strerror(errno));
}

int main(int argc, char **argv)
{
	struct rule rules[RULES_MAX];
	size_t count;
	int i = 2;

	if (argc < 4)
		die("usage: without CALL[,CALL...] [--flag CALL:ARGUMENT:MASK]... -- COMMAND",
			NULL);
	count = calls_parse(argv[1], rules, 0);
	for (; i + 1 < argc && !strcmp(argv[i], "--flag"); i += 2) {
		if (count == RULES_MAX)
			die("too many calls", NULL);
		rules[count++] = flag_parse(argv[i + 1]);
	}
	if (!argv[i] || strcmp(argv[i], "--") || !argv[i + 1])
		die("where is the command?", NULL);
	filter_load(rules, count);
	execv(argv[i + 1], argv + i + 1);
	die(argv[i + 1], strerror(errno));
}
