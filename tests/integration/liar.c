/* SPDX-License-Identifier: GPL-2.0-or-later */
/* Runs a program for which one system call says that it has done what it has not.
 *
 *   liar NAME COMMAND...
 *
 * NAME is of the table below. Runs in: the host, as root; the filter is inherited by the runtime and all that it makes. */
#include <errno.h>
#include <linux/filter.h>
#include <linux/prctl.h>
#include <linux/seccomp.h>
#include <stddef.h>
#include <stdio.h>
#include <string.h>
#include <sys/syscall.h>
#include <unistd.h>

#define ANY 0xffffffff

static const struct lie {
	const char *name;
	unsigned number;
	unsigned arguments[2]; /* the first two, if they matter */
} lies[] = {
	{"setgroups", SYS_setgroups, {ANY, ANY}},
	{"setresgid", SYS_setresgid, {ANY, ANY}},
	{"setresuid", SYS_setresuid, {ANY, ANY}},
	{"capset", SYS_capset, {ANY, ANY}},
	{"bounding", SYS_prctl, {PR_CAPBSET_DROP, ANY}},
	{"ambient", SYS_prctl, {PR_CAP_AMBIENT, PR_CAP_AMBIENT_CLEAR_ALL}},
	{"securebits", SYS_prctl, {PR_SET_SECUREBITS, ANY}},
	{"no_new_privs", SYS_prctl, {PR_SET_NO_NEW_PRIVS, ANY}},
};

#define LOAD(field) BPF_STMT(BPF_LD | BPF_W | BPF_ABS, offsetof(struct seccomp_data, field))
#define UNLESS(value, skip)                                                                    \
	BPF_JUMP(BPF_JMP | ((value) == ANY ? BPF_JGE : BPF_JEQ) | BPF_K,                       \
		(value) == ANY ? 0 : (value), 0, skip)

static int lie_load(const struct lie *lie)
{
	struct sock_filter code[] = {
		LOAD(nr),
		UNLESS(lie->number, 5),
		LOAD(args[0]),
		UNLESS(lie->arguments[0], 3),
		LOAD(args[1]),
		UNLESS(lie->arguments[1], 1),
		BPF_STMT(BPF_RET | BPF_K, SECCOMP_RET_ERRNO),
		BPF_STMT(BPF_RET | BPF_K, SECCOMP_RET_ALLOW),
	};
	struct sock_fprog program = {sizeof(code) / sizeof(*code), code};

	return (int)syscall(SYS_seccomp, SECCOMP_SET_MODE_FILTER, 0, &program);
}

int main(int argc, char **argv)
{
	for (size_t i = 0; argc > 2 && i < sizeof(lies) / sizeof(*lies); i++) {
		if (strcmp(argv[1], lies[i].name) != 0)
			continue;
		if (lie_load(&lies[i])) {
			perror("liar");
			return 2;
		}
		execv(argv[2], argv + 2);
		perror("liar");
		return 2;
	}
	return 2;
}
