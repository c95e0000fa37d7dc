/* SPDX-License-Identifier: GPL-2.0-or-later */
/* Signal names: those of signal(7) and their numbers on this architecture. Pure. */
#include "cli/signals.h"

#include <errno.h>
#include <signal.h>
#include <stddef.h>
#include <stdint.h>
#include <strings.h>

#include "base/number.h"

/* The kernel's range; the C library keeps 32 and 33 for itself and moves SIGRTMIN. */
#define KERNEL_SIGRTMIN 34
#define KERNEL_SIGRTMAX 64

static const struct {
	const char *name;
	int number;
} names[] = {
	{"HUP", SIGHUP},
	{"INT", SIGINT},
	{"QUIT", SIGQUIT},
	{"ILL", SIGILL},
	{"TRAP", SIGTRAP},
	{"ABRT", SIGABRT},
	{"IOT", SIGABRT},
	{"BUS", SIGBUS},
	{"FPE", SIGFPE},
	{"KILL", SIGKILL},
	{"USR1", SIGUSR1},
	{"SEGV", SIGSEGV},
	{"USR2", SIGUSR2},
	{"PIPE", SIGPIPE},
	{"ALRM", SIGALRM},
	{"TERM", SIGTERM},
	{"STKFLT", SIGSTKFLT},
	{"CHLD", SIGCHLD},
	{"CLD", SIGCHLD},
	{"CONT", SIGCONT},
	{"STOP", SIGSTOP},
	{"TSTP", SIGTSTP},
	{"TTIN", SIGTTIN},
	{"TTOU", SIGTTOU},
	{"URG", SIGURG},
	{"XCPU", SIGXCPU},
	{"XFSZ", SIGXFSZ},
	{"VTALRM", SIGVTALRM},
	{"PROF", SIGPROF},
	{"WINCH", SIGWINCH},
	{"IO", SIGIO},
	{"POLL", SIGIO},
	{"PWR", SIGPWR},
	{"SYS", SIGSYS},
	{"RTMIN", KERNEL_SIGRTMIN},
	{"RTMAX", KERNEL_SIGRTMAX},
};

/* "+3" behind RTMIN, "-2" behind RTMAX. */
static int realtime_parse(const char *text, int *ret_signal)
{
	int up = !strncasecmp(text, "RTMIN+", 6);
	uint64_t offset;

	if ((!up && strncasecmp(text, "RTMAX-", 6)) ||
		number_u64(text + 6, KERNEL_SIGRTMAX - KERNEL_SIGRTMIN, &offset))
		return -EINVAL;
	*ret_signal = up ? KERNEL_SIGRTMIN + (int)offset : KERNEL_SIGRTMAX - (int)offset;
	return 0;
}

int signal_parse(const char *text, int *ret_signal)
{
	uint64_t number;

	if (!number_u64(text, KERNEL_SIGRTMAX, &number)) {
		*ret_signal = (int)number;
		return 0;
	}
	if (!strncasecmp(text, "SIG", 3))
		text += 3;
	for (size_t i = 0; i < sizeof(names) / sizeof(names[0]); i++) {
		if (!strcasecmp(text, names[i].name)) {
			*ret_signal = names[i].number;
			return 0;
		}
	}
	return realtime_parse(text, ret_signal);
}
