/* SPDX-License-Identifier: GPL-2.0-or-later */
/* Runs a command and prints the peak of its resident memory, in KiB, on fd 3.
 *
 * The kernel counts what a process had before its execve as well, so that the parent of the
 * measured program has to be smaller than anything that is measured: hence no C library. The peak
 * is that of the command and of what it waited for. */
#include <linux/resource.h>
#include <linux/signal.h>
#include <asm/unistd.h>

#include "bare.h"

static void number_print(long value)
{
	char buf[24];
	unsigned long i = sizeof(buf);

	buf[--i] = '\n';
	do {
		buf[--i] = (char)('0' + value % 10);
		value /= 10;
	} while (value > 0);
	CALL(write, 3, buf + i, sizeof(buf) - i, 0, 0);
}

int bare_main(long *stack)
{
	char **argv = (char **)(stack + 1);
	char **envp = argv + stack[0] + 1;
	struct rusage usage = {0};
	int status = 0;
	long pid;

	if (stack[0] < 2)
		return 2;
	pid = CALL(clone, SIGCHLD, 0, 0, 0, 0);
	if (pid == 0) {
		CALL(close, 3, 0, 0, 0, 0);
		CALL(execve, argv[1], argv + 1, envp, 0, 0);
		return 127;
	}
	if (pid < 0 || CALL(wait4, pid, &status, 0, &usage, 0) != pid)
		return 2;
	number_print(usage.ru_maxrss);
	return status == 0 ? 0 : 1;
}
