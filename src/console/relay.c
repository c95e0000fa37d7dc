/* SPDX-License-Identifier: GPL-2.0-or-later */
/* The foreground of `run`.
 *
 * Runs in: the runtime, as a plain copier: what passes is the container's and the caller's.
 * Never:   interprets what it copies.
 * Relies on: signalfd, pidfd (5.3), tty_ioctl(4), pty(7): a master reads EIO when the last
 *          process has closed the other side. */
#include "console/relay.h"

#include <poll.h>
#include <signal.h>
#include <stdbool.h>
#include <string.h>
#include <sys/ioctl.h>
#include <sys/signalfd.h>
#include <sys/wait.h>
#include <termios.h>

#include "sys/file.h"
#include "sys/process.h"

#define BUFFER	 16384
#define PIPE_BUF 4096 /* a pipe that is ready takes so much without waiting */

/* The kernel's termios, which TCGETS fills; the C library's is another struct. */
struct kernel_termios {
	uint32_t iflag, oflag, cflag, lflag;
	unsigned char line, characters[19];
};

/* One direction: what was read from `from` and is not yet written to `to`. */
struct stream {
	int from, to;
	size_t begin, end;
	char *data; /* BUFFER bytes; NULL without a terminal */
};

struct relay_state {
	int signal_fd, pidfd, master_fd;
	bool raw; /* the caller's terminal was changed */
	struct kernel_termios saved;
	struct stream in, out;
	bool ended; /* init is dead */
	bool kept; /* it is, but somebody traces it, who gets the status first: SIGCHLD tells when it is for us */
	int status;
	int failed; /* negative errno: there is no status to come */
};

int relay_signals(int *ret_fd, uint64_t *ret_old, struct error *err)
{
	/* Faults of our own must stay fatal; the kernel itself excepts KILL and STOP. */
	uint64_t faults = 1UL << (SIGSEGV - 1) | 1UL << (SIGBUS - 1) | 1UL << (SIGILL - 1) |
			  1UL << (SIGFPE - 1) | 1UL << (SIGABRT - 1) | 1UL << (SIGTRAP - 1) |
			  1UL << (SIGSYS - 1);
	uint64_t mask = ~faults;
	int fd, r = sys_sigprocmask(SIG_SETMASK, &mask, ret_old);

	if (r)
		return error_system(err, r, "cannot block signals");
	fd = sys_signalfd(-1, &mask, SFD_CLOEXEC | SFD_NONBLOCK);
	if (fd < 0)
		return error_system(err, fd, "cannot open a descriptor for signals");
	*ret_fd = fd;
	return 0;
}

static void window_copy(int master_fd)
{
	struct winsize size;

	if (master_fd >= 0 && !sys_ioctl(0, TIOCGWINSZ, &size))
		sys_ioctl(master_fd, TIOCSWINSZ, &size);
}

/* Raw mode as cfmakeraw(3) defines it. */
static void raw_enter(struct relay_state *state)
{
	struct kernel_termios raw;

	if (state->master_fd < 0 || sys_ioctl(0, TCGETS, &state->saved))
		return;
	raw = state->saved;
	raw.iflag &=
		~(uint32_t)(IGNBRK | BRKINT | PARMRK | ISTRIP | INLCR | IGNCR | ICRNL | IXON);
	raw.oflag &= ~(uint32_t)OPOST;
	raw.lflag &= ~(uint32_t)(ECHO | ECHONL | ICANON | ISIG | IEXTEN);
	raw.cflag &= ~(uint32_t)(CSIZE | PARENB);
	raw.cflag |= CS8;
	state->raw = !sys_ioctl(0, TCSETS, &raw);
}

static void raw_leave(struct relay_state *state)
{
	if (state->raw)
		sys_ioctl(0, TCSETS, &state->saved);
	state->raw = false;
}

/* Callers that read a container's output through us expect plain newlines, as the reference
 * runtime gives them. */
static void newlines_plain(int master_fd)
{
	struct kernel_termios termios;

	if (sys_ioctl(master_fd, TCGETS, &termios))
		return;
	termios.oflag &= ~(uint32_t)ONLCR;
	sys_ioctl(master_fd, TCSETS, &termios);
}

void relay_prepare(int master_fd)
{
	window_copy(master_fd);
	newlines_plain(master_fd);
}

/* All children that have ended: ours is told by its pidfd, others came through the subreaper. */
static void reap(struct relay_state *state)
{
	siginfo_t info = {0};

	if (!state->ended)
		state->failed = sys_waitid(P_PIDFD, state->pidfd, &info, WEXITED | WNOHANG);
	if (info.si_pid) {
		state->ended = true;
		state->status =
			info.si_code == CLD_EXITED ? info.si_status : 128 + info.si_status;
	}
	state->kept = !state->ended;
	if (!state->ended)
		return;
	while (sys_wait4(-1, NULL, WNOHANG) > 0)
		;
}

static void strays_reap(struct relay_state *state)
{
	siginfo_t info = {0};

	/* The container's own status is not taken before its pidfd is looked at. */
	while (!sys_waitid(P_ALL, 0, &info, WEXITED | WNOHANG | WNOWAIT) && info.si_pid) {
		siginfo_t ours = {0};

		if (!state->ended)
			state->failed = sys_waitid(
				P_PIDFD, state->pidfd, &ours, WEXITED | WNOHANG | WNOWAIT);
		if (state->failed)
			return;
		if (ours.si_pid == info.si_pid) {
			reap(state);
			continue;
		}
		sys_wait4(info.si_pid, NULL, WNOHANG);
		info.si_pid = 0;
	}
}

static bool stream_pending(const struct stream *stream)
{
	return stream->begin < stream->end;
}

static void stream_end(struct stream *stream)
{
	stream->from = -1;
}

static void stream_drop(struct stream *stream)
{
	stream_end(stream);
	stream->begin = stream->end;
}

static void signals_take(struct relay_state *state)
{
	struct signalfd_siginfo info;

	while (sys_read(state->signal_fd, &info, sizeof(info)) == sizeof(info)) {
		switch (info.ssi_signo) {
		case SIGCHLD:
			strays_reap(state);
			break;
		case SIGWINCH:
			window_copy(state->master_fd);
			break;
		case SIGPIPE:
		case SIGTTOU:
		case SIGURG:
			/* Raised by our own copying: they are not the container's. */
			break;
		case SIGHUP:
		case SIGINT:
		case SIGQUIT:
		case SIGTERM:
			/* When it has ended, they end the copying of what it has left. */
			if (state->ended)
				stream_drop(&state->out);
			/* fall through */
		default:
			sys_pidfd_send_signal(state->pidfd, (int)info.ssi_signo);
		}
	}
}

static void stream_read(struct stream *stream)
{
	ssize_t n = sys_read(stream->from, stream->data, BUFFER);

	if (n == -EAGAIN)
		return;
	if (n <= 0) {
		stream_end(stream);
		return;
	}
	stream->begin = 0;
	stream->end = (size_t)n;
}

static void stream_write(struct stream *stream)
{
	size_t length = stream->end - stream->begin;
	ssize_t n = sys_write(stream->to, stream->data + stream->begin,
		length < PIPE_BUF ? length : PIPE_BUF);

	if (n == -EAGAIN)
		return;
	if (n < 0) { /* nobody reads any more: what comes is dropped */
		stream->begin = stream->end;
		return;
	}
	stream->begin += (size_t)n;
}

/* The end of the caller's input is told to the container as a person would: by Ctrl-D. */
static void input_ended(struct relay_state *state)
{
	if (!state->raw && state->in.from < 0 && state->in.to >= 0 &&
		!stream_pending(&state->in)) {
		sys_write(state->in.to, "\x04", 1);
		state->in.to = -1;
	}
}

static void poll_stream(struct stream *stream, struct pollfd *fd)
{
	*fd = (struct pollfd){.fd = -1};
	if (stream_pending(stream))
		*fd = (struct pollfd){.fd = stream->to, .events = POLLOUT};
	else if (stream->from >= 0)
		*fd = (struct pollfd){.fd = stream->from, .events = POLLIN};
}

static void stream_serve(struct stream *stream, short events)
{
	if (!events)
		return;
	if (stream_pending(stream))
		stream_write(stream);
	else
		stream_read(stream);
}

/* One round; false when all is done. */
static bool relay_round(struct relay_state *state)
{
	struct pollfd fds[4];
	bool draining = state->ended && state->master_fd >= 0 &&
			(state->out.from >= 0 || stream_pending(&state->out));
	int r;

	if (state->failed || (state->ended && !draining))
		return false;
	fds[0] = (struct pollfd){.fd = state->signal_fd, .events = POLLIN};
	fds[1] = (struct pollfd){
		.fd = state->ended || state->kept ? -1 : state->pidfd, .events = POLLIN};
	poll_stream(&state->in, &fds[2]);
	poll_stream(&state->out, &fds[3]);
	if (state->ended)
		fds[2].fd = -1;
	/* A process that outlives init may hold the terminal open: what is there now is copied. Who reads our output may be slow. */
	r = sys_poll(fds, 4, state->ended && !stream_pending(&state->out) ? 0 : -1);
	if (r == 0)
		return false;
	if (r < 0) {
		state->failed = r == -EINTR ? 0 : r;
		return true;
	}
	if (fds[0].revents)
		signals_take(state);
	if (fds[1].revents)
		reap(state);
	stream_serve(&state->in, fds[2].revents);
	stream_serve(&state->out, fds[3].revents);
	input_ended(state);
	return true;
}

/* The pages of the buffers are touched only where there is something to copy. */
__attribute__((noinline)) static void terminal_relay(struct relay_state *state)
{
	char in[BUFFER], out[BUFFER];

	state->in = (struct stream){.from = 0, .to = state->master_fd, .data = in};
	state->out = (struct stream){.from = state->master_fd, .to = 1, .data = out};
	raw_enter(state);
	window_copy(state->master_fd);
	while (relay_round(state))
		;
	raw_leave(state);
	state->in = state->out = (struct stream){.from = -1, .to = -1};
}

int relay_run(int signal_fd, int pidfd, int master_fd, int *ret_status, struct error *err)
{
	struct relay_state state = {.signal_fd = signal_fd,
		.pidfd = pidfd,
		.master_fd = master_fd,
		.in = {.from = -1, .to = -1},
		.out = {.from = -1, .to = -1}};

	if (master_fd >= 0)
		terminal_relay(&state);
	else
		while (relay_round(&state))
			;
	if (!state.ended)
		return error_system(
			err, state.failed, "cannot wait for the container's process");
	*ret_status = state.status;
	return 0;
}
