/* SPDX-License-Identifier: GPL-2.0-or-later */
/* The identity of processes.
 *
 * Runs in: the runtime, with /proc of its own pid namespace.
 * Relies on: /proc/PID/stat: the state is field 3 and the start time, in clock ticks since
 *          boot, field 22; field 2 is in parentheses and may hold anything. In a time namespace that time is shifted by
 *          the reader's offset, which /proc/self/timens_offsets has; the first one has a fixed inode. */
#include "state/process.h"

#include <errno.h>
#include <poll.h>
#include <string.h>

#include "base/number.h"
#include "base/text.h"
#include "sys/file.h"
#include "sys/process.h"

#define STATE_FIELD 3
#define START_FIELD 22

#define FIRST_TIME_NAMESPACE 0xEFFFFFFAU /* PROC_TIME_INIT_INO */
#define TICKS		     100	 /* USER_HZ */

void process_print(const struct state_process *process, char *ret_text)
{
	text_print(ret_text, STATE_PROCESS_TEXT, "%d %llu", process->pid,
		(unsigned long long)process->start_time);
}

int process_parse(const char *text, struct state_process *ret_process)
{
	const char *space = strchr(text, ' ');
	uint64_t pid, start_time;
	char digits[12];

	if (!space || !text_print(digits, sizeof(digits), "%.*s", (int)(space - text), text))
		return -EINVAL;
	if (number_u64(digits, INT32_MAX, &pid) ||
		number_u64(space + 1, UINT64_MAX, &start_time))
		return -EINVAL;
	ret_process->pid = (int)pid;
	ret_process->start_time = start_time;
	return 0;
}

int process_stat_parse(const char *stat, uint64_t *ret_start_time, char *ret_state)
{
	const char *at = strrchr(stat, ')');
	char digits[24];
	char state;

	if (!at || at[1] != ' ' || !at[2])
		return -EINVAL;
	at += 2;
	state = *at;
	for (int field = STATE_FIELD; field < START_FIELD; field++) {
		at = strchr(at, ' ');
		if (!at)
			return -EINVAL;
		at++;
	}
	if (!text_print(digits, sizeof(digits), "%.*s", (int)strcspn(at, " \n"), at) ||
		number_u64(digits, UINT64_MAX, ret_start_time))
		return -EINVAL;
	*ret_state = state;
	return 0;
}

int process_offset_parse(const char *offsets, int64_t *ret_ticks)
{
	static const char name[] = "boottime";
	const char *at = strstr(offsets, name);
	char digits[24];
	int64_t seconds, nanoseconds;

	if (!at)
		return -EINVAL;
	for (int part = 0; part < 2; part++) {
		at += part ? strcspn(at, " \n") : sizeof(name) - 1;
		at += strspn(at, " ");
		if (!text_print(digits, sizeof(digits), "%.*s", (int)strcspn(at, " \n"), at) ||
			number_i64(digits, part ? &nanoseconds : &seconds))
			return -EINVAL;
	}
	if (seconds > INT32_MAX || seconds < INT32_MIN)
		return -EINVAL;
	*ret_ticks = seconds * TICKS + nanoseconds / (1000000000 / TICKS);
	return 0;
}

/* By how much the start times that we read are later than those of the first time namespace. */
static int64_t own_offset(void)
{
	char offsets[256];
	int64_t ticks = 0;
	struct statx status;
	ssize_t n;
	int fd;

	if (sys_statx(AT_FDCWD, "/proc/self/ns/time", 0, STATX_INO, &status) ||
		status.stx_ino == FIRST_TIME_NAMESPACE)
		return 0;
	fd = sys_openat(AT_FDCWD, "/proc/self/timens_offsets", O_RDONLY, 0);
	n = fd < 0 ? fd : sys_read(fd, offsets, sizeof(offsets) - 1);
	if (fd >= 0)
		sys_close(fd);
	offsets[n > 0 ? n : 0] = '\0';
	process_offset_parse(offsets, &ticks);
	return ticks;
}

/* As our own time namespace has it. */
static int start_time_read(int pid, uint64_t *ret_start_time)
{
	char path[32], stat[1024], state;
	ssize_t n;
	int fd, r;

	text_print(path, sizeof(path), "/proc/%d/stat", pid);
	fd = sys_openat(AT_FDCWD, path, O_RDONLY, 0);
	if (fd < 0)
		return fd == -ENOENT ? -ESRCH : fd;
	n = sys_read(fd, stat, sizeof(stat) - 1);
	sys_close(fd);
	if (n < 0)
		return (int)n;
	stat[n] = '\0';
	r = process_stat_parse(stat, ret_start_time, &state);
	if (r)
		return r;
	return state == 'Z' || state == 'X' ? -ESRCH : 0;
}

int process_start_time(int pid, uint64_t *ret_start_time)
{
	int r = start_time_read(pid, ret_start_time);

	if (!r)
		*ret_start_time -= (uint64_t)own_offset();
	return r;
}

/* To ask for our time namespace costs more than everything else here, and nearly always it is the first one. An offset need not
 * be of whole ticks. */
static bool same_time(uint64_t recorded, uint64_t found)
{
	int64_t offset;

	if (found == recorded)
		return true;
	offset = own_offset();
	return offset && found - (uint64_t)offset - recorded + 1 <= 2;
}

static int process_compare(const struct state_process *process)
{
	uint64_t start_time;
	int r = process->pid > 0 ? start_time_read(process->pid, &start_time) : -ESRCH;

	if (r)
		return r;
	/* Where nobody has recorded the start time the number alone must do. */
	return !process->start_time || same_time(process->start_time, start_time) ? 0 : -ESRCH;
}

bool process_alive(const struct state_process *process)
{
	int r = process_compare(process);

	/* What cannot be read is not known to be dead. */
	return r != -ESRCH;
}

int process_open(const struct state_process *process)
{
	int fd = process->pid > 0 ? sys_pidfd_open(process->pid, 0) : -ESRCH;
	int r;

	if (fd < 0)
		return fd;
	/* Compared after opening: from now on the number cannot be another's. */
	r = process_compare(process);
	if (r) {
		sys_close(fd);
		return r;
	}
	return fd;
}

int process_end_wait(int pidfd, int milliseconds)
{
	struct pollfd end = {.fd = pidfd, .events = POLLIN};
	int r;

	do
		r = sys_poll(&end, 1, milliseconds);
	while (r == -EINTR);
	return r;
}
