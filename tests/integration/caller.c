/* SPDX-License-Identifier: GPL-2.0-or-later */
/* Makes the system calls that its arguments name and prints what each returns, a line each.
 *
 *   caller [trap] [[32:|thread:]NUMBER[,ARGUMENT]...]... [exec FILE]
 *
 * Numbers as strtoull(3) takes them. A result is a number, negative for an errno. With 32: the call is made
 * as a process of x86 makes it, on x86_64. With thread: another thread makes it. After "trap" SIGSYS is
 * caught and told. The caller itself needs few calls: write and exit_group, beside what a static program
 * needs to start. */
#include <errno.h>
#include <pthread.h>
#include <signal.h>
#include <stdbool.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/syscall.h>
#include <unistd.h>

#define WORDS 7

struct call {
	bool narrow, in_thread;
	uint64_t words[WORDS]; /* the number, and up to six arguments */
};

static char line[256];

static void tell(const char *format, long value)
{
	int length = snprintf(line, sizeof(line), format, value);

	if (write(1, line, (size_t)length) != length)
		_exit(99);
}

static void caught(int signal_number, siginfo_t *info, void *context)
{
	(void)signal_number;
	(void)context;
	tell("SIGSYS of call %ld\n", info->si_syscall);
}

static long call_wide(const uint64_t *w)
{
	long r = syscall((long)w[0], w[1], w[2], w[3], w[4], w[5], w[6]);

	return r == -1 ? -errno : r;
}

static long call_narrow(const uint64_t *w)
{
#ifdef __x86_64__
	long result;

	__asm__ volatile("int $0x80"
			 : "=a"(result)
			 : "0"(w[0]), "b"(w[1]), "c"(w[2]), "d"(w[3]), "S"(w[4]), "D"(w[5])
			 : "r8", "r9", "r10", "r11", "memory");
	return (int)result;
#else
	(void)w;
	return -38;
#endif
}

static void *call_make(void *arg)
{
	const struct call *call = arg;

	tell("%ld\n", call->narrow ? call_narrow(call->words) : call_wide(call->words));
	return NULL;
}

static void call_parse(char *word, struct call *call)
{
	*call = (struct call){0};
	if (!strncmp(word, "32:", 3)) {
		call->narrow = true;
		word += 3;
	} else if (!strncmp(word, "thread:", 7)) {
		call->in_thread = true;
		word += 7;
	}
	for (int i = 0; i < WORDS && word; i++) {
		char *end;

		call->words[i] = strtoull(word, &end, 0);
		word = *end == ',' ? end + 1 : NULL;
	}
}

int main(int argc, char **argv)
{
	struct sigaction action = {.sa_sigaction = caught, .sa_flags = SA_SIGINFO};
	struct call call;
	pthread_t thread;

	for (int i = 1; i < argc; i++) {
		if (!strcmp(argv[i], "trap")) {
			sigaction(SIGSYS, &action, NULL);
			continue;
		}
		if (!strcmp(argv[i], "exec")) {
			execv(argv[i + 1], argv + i + 1);
			return 98;
		}
		call_parse(argv[i], &call);
		if (!call.in_thread) {
			call_make(&call);
			continue;
		}
		if (pthread_create(&thread, NULL, call_make, &call))
			return 97;
		pthread_join(thread, NULL);
		tell("joined %ld\n", 1);
	}
	_exit(0);
}
