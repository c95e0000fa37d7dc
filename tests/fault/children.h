/* SPDX-License-Identifier: GPL-2.0-or-later */
/* The children of a subreaper: scripts that it runs, and whoever is left in the end. */
#ifndef CHILDREN_H
#define CHILDREN_H

#include <errno.h>
#include <signal.h>
#include <stdbool.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/wait.h>
#include <time.h>
#include <unistd.h>

static long now_ms(void)
{
	struct timespec ts;

	clock_gettime(CLOCK_MONOTONIC, &ts);
	return ts.tv_sec * 1000L + ts.tv_nsec / 1000000L;
}

static void sleep_ms(long ms)
{
	struct timespec ts = {.tv_sec = ms / 1000, .tv_nsec = (ms % 1000) * 1000000L};

	nanosleep(&ts, NULL);
}

static void die(const char *what)
{
	fprintf(stderr, "sweep: %s: %s\n", what, strerror(errno));
	exit(2);
}

/* Waits for one child of ours; reaps whatever else is handed to us meanwhile. Its exit status,
 * 128 + n for a signal, or 124 when the time is over (it is killed then). */
static int child_wait(pid_t child, long limit_ms)
{
	long end = now_ms() + limit_ms;
	int status, code = 124;
	bool killed = false;

	for (;;) {
		pid_t pid = waitpid(-1, &status, killed ? 0 : WNOHANG);

		if (pid == child) {
			if (!killed)
				code = WIFSIGNALED(status) ? 128 + WTERMSIG(status)
							   : WEXITSTATUS(status);
			return code;
		}
		if (pid < 0 && errno == ECHILD)
			return code;
		if (pid == 0 && now_ms() > end) {
			kill(child, SIGKILL);
			killed = true;
		} else if (pid == 0) {
			sleep_ms(1);
		}
	}
}

static int script_run(const char *script, long limit_s)
{
	pid_t pid;

	if (script == NULL)
		return 0;
	pid = fork();
	if (pid < 0)
		die("fork");
	if (pid == 0) {
		execl("/bin/sh", "sh", "-c", script, (char *)NULL);
		_exit(127);
	}
	return child_wait(pid, limit_s * 1000);
}

/* Calls `each` for every child of ours. */
static int for_children(void (*each)(pid_t pid))
{
	char path[64];
	int pid, n = 0;
	FILE *f;

	snprintf(path, sizeof(path), "/proc/self/task/%d/children", getpid());
	f = fopen(path, "re");
	if (f == NULL)
		return 0;
	while (fscanf(f, "%d", &pid) == 1) {
		n++;
		each(pid);
	}
	fclose(f);
	return n;
}

static void child_name(pid_t pid)
{
	char path[64], line[512] = "";
	FILE *f;

	snprintf(path, sizeof(path), "/proc/%d/cmdline", pid);
	f = fopen(path, "re");
	if (f == NULL)
		return;
	for (size_t i = 0, n = fread(line, 1, sizeof(line) - 1, f); i < n; i++)
		if (line[i] == '\0')
			line[i] = ' ';
	fclose(f);
	fprintf(stderr, "sweep: left: process %d: %s\n", pid, line);
}

static void child_kill(pid_t pid)
{
	kill(pid, SIGKILL);
}

/* Gives the processes of the command five seconds to end, counts, names and kills the rest. */
static int left_count(void)
{
	long end = now_ms() + 5000;
	int left;

	for (;;) {
		pid_t pid = waitpid(-1, NULL, WNOHANG);

		if (pid < 0)
			return 0;
		if (pid == 0 && now_ms() > end)
			break;
		if (pid == 0)
			sleep_ms(2);
	}
	left = for_children(child_name);
	/* The end of one process can hand us its children; a frozen one does not die at all. */
	for (end = now_ms() + 1000; now_ms() < end;) {
		for_children(child_kill);
		sleep_ms(5);
		while (waitpid(-1, NULL, WNOHANG) > 0)
			;
		if (waitpid(-1, NULL, WNOHANG) < 0)
			break;
	}
	return left;
}

#endif
