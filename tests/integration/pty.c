/* SPDX-License-Identifier: GPL-2.0-or-later */
/* Runs a command on a terminal of its own and plays a user who types, resizes and looks.
 *
 *   pty [STEP...] -- COMMAND [ARGUMENT...]
 *
 *   expect:TEXT     wait until the command has printed TEXT (after what was expected before)
 *   send:TEXT       type TEXT; \n, \r, \3 and \4 (control C and D) are understood
 *   resize:RxC      change the window
 *   raw, cooked     wait until the terminal is in that mode
 *   signal:NUMBER   send a signal to the command
 *   pause:MS        do nothing for a while
 *   slow:MS         from now on wait before each look at what the command has printed
 *
 * Copies what the command printed to stdout. The last line on stderr says whether the settings of
 * the terminal are what they were before. The exit status is the command's, 128 + n for a signal,
 * and 99 if a step could not be done in five seconds.
 *
 * Runs in: the host. Kills no process but its own child. */
#include <errno.h>
#include <fcntl.h>
#include <poll.h>
#include <signal.h>
#include <stdbool.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/ioctl.h>
#include <sys/wait.h>
#include <termios.h>
#include <time.h>
#include <unistd.h>

#define DEADLINE_MS 5000
#define SEEN_MAX    (1 << 20)

struct user {
	int master_fd;
	int slave_fd;
	pid_t child;
	char *seen;
	size_t len;
	size_t matched;
	int slow_ms;
};

static long now_ms(void)
{
	struct timespec ts;

	clock_gettime(CLOCK_MONOTONIC, &ts);
	return ts.tv_sec * 1000L + ts.tv_nsec / 1000000L;
}

static int pty_open(struct user *u)
{
	char name[64];
	struct winsize size = {.ws_row = 24, .ws_col = 80};

	u->master_fd = posix_openpt(O_RDWR | O_NOCTTY | O_CLOEXEC);
	if (u->master_fd < 0 || grantpt(u->master_fd) < 0 || unlockpt(u->master_fd) < 0)
		return -1;
	if (ptsname_r(u->master_fd, name, sizeof(name)) != 0)
		return -1;
	u->slave_fd = open(name, O_RDWR | O_NOCTTY | O_CLOEXEC);
	if (u->slave_fd < 0)
		return -1;
	return ioctl(u->master_fd, TIOCSWINSZ, &size);
}

static void child_exec(const struct user *u, char **argv)
{
	setsid();
	ioctl(u->slave_fd, TIOCSCTTY, 0);
	for (int fd = 0; fd < 3; fd++)
		dup2(u->slave_fd, fd);
	signal(SIGINT, SIG_DFL);
	signal(SIGQUIT, SIG_DFL);
	execvp(argv[0], argv);
	_exit(127);
}

/* Takes what the command has printed, waiting at most so long. */
static bool take_output(struct user *u, int timeout_ms)
{
	struct pollfd p = {.fd = u->master_fd, .events = POLLIN};
	char buf[4096];
	ssize_t n;

	if (poll(&p, 1, timeout_ms) <= 0)
		return false;
	poll(NULL, 0, u->slow_ms);
	n = read(u->master_fd, buf, sizeof(buf));
	if (n <= 0)
		return false;
	(void)!write(STDOUT_FILENO, buf, (size_t)n);
	if (u->len + (size_t)n < SEEN_MAX) {
		memcpy(u->seen + u->len, buf, (size_t)n);
		u->len += (size_t)n;
		u->seen[u->len] = '\0';
	}
	return true;
}

static bool step_expect(struct user *u, const char *text)
{
	long end = now_ms() + DEADLINE_MS;

	for (;;) {
		char *at = strstr(u->seen + u->matched, text);

		if (at) {
			u->matched = (size_t)(at - u->seen) + strlen(text);
			return true;
		}
		if (now_ms() > end)
			return false;
		take_output(u, 50);
	}
}

static bool step_send(struct user *u, const char *text)
{
	for (; *text; text++) {
		char c = *text;

		if (c == '\\' && text[1] != '\0') {
			text++;
			c = *text == 'n' ? '\n' : *text == 'r' ? '\r' : (char)(*text - '0');
		}
		if (write(u->master_fd, &c, 1) != 1)
			return false;
	}
	return true;
}

static bool step_resize(struct user *u, const char *text)
{
	struct winsize size = {0};

	if (sscanf(text, "%hux%hu", &size.ws_row, &size.ws_col) != 2)
		return false;
	return ioctl(u->master_fd, TIOCSWINSZ, &size) == 0;
}

static bool step_mode(struct user *u, bool raw)
{
	long end = now_ms() + DEADLINE_MS;
	struct termios t;

	while (now_ms() <= end) {
		if (tcgetattr(u->master_fd, &t) == 0 && raw == !(t.c_lflag & (ICANON | ECHO)))
			return true;
		take_output(u, 20);
	}
	return false;
}

static bool step_do(struct user *u, const char *step)
{
	if (strncmp(step, "expect:", 7) == 0)
		return step_expect(u, step + 7);
	if (strncmp(step, "send:", 5) == 0)
		return step_send(u, step + 5);
	if (strncmp(step, "resize:", 7) == 0)
		return step_resize(u, step + 7);
	if (strncmp(step, "pause:", 6) == 0)
		return poll(NULL, 0, (int)strtol(step + 6, NULL, 10)) == 0;
	if (strncmp(step, "slow:", 5) == 0)
		return (u->slow_ms = (int)strtol(step + 5, NULL, 10)) > 0;
	if (strncmp(step, "signal:", 7) == 0)
		return kill(u->child, (int)strtol(step + 7, NULL, 10)) == 0;
	if (strcmp(step, "raw") == 0 || strcmp(step, "cooked") == 0)
		return step_mode(u, step[0] == 'r');
	return false;
}

static int child_wait(struct user *u)
{
	long end = now_ms() + 4L * DEADLINE_MS;
	int status = 0;

	while (waitpid(u->child, &status, WNOHANG) == 0) {
		if (now_ms() > end) {
			kill(u->child, SIGKILL);
			waitpid(u->child, &status, 0);
			return 99;
		}
		take_output(u, 20);
	}
	while (take_output(u, 0))
		;
	return WIFSIGNALED(status) ? 128 + WTERMSIG(status) : WEXITSTATUS(status);
}

int main(int argc, char **argv)
{
	struct user u = {.seen = calloc(1, SEEN_MAX + 1)};
	struct termios before = {0}, after = {0};
	int first = 1, code;

	while (first < argc && strcmp(argv[first], "--") != 0)
		first++;
	if (first + 1 >= argc || u.seen == NULL || pty_open(&u) < 0) {
		fprintf(stderr, "usage: pty [STEP...] -- COMMAND [ARGUMENT...]\n");
		return 98;
	}
	tcgetattr(u.master_fd, &before);
	u.child = fork();
	if (u.child == 0)
		child_exec(&u, argv + first + 1);
	for (int i = 1; i < first; i++) {
		if (step_do(&u, argv[i]))
			continue;
		fprintf(stderr, "pty: step not done: %s\n", argv[i]);
		kill(u.child, SIGKILL);
		child_wait(&u);
		return 99;
	}
	code = child_wait(&u);
	/* Asked of the master: the end of the session has hung up the other side. */
	tcgetattr(u.master_fd, &after);
	fprintf(stderr, "settings %s\n",
		memcmp(&before, &after, sizeof(before)) == 0 ? "restored" : "changed");
	free(u.seen);
	return code;
}
