/* SPDX-License-Identifier: GPL-2.0-or-later */
/* The container's terminal.
 *
 * Runs in: init; the session begins in the process that becomes the container's program.
 * Never:   opens a terminal by a name of the container: the pair is made by the devpts that is mounted on
 *          dev/pts, which is checked to be one, and the second end comes from the first.
 * Calls:   openat2, fstatfs, statx, ioctl (TIOCSPTLCK, TIOCGPTPEER 4.13, TIOCSWINSZ, TIOCSCTTY), fchown,
 *          open_tree (5.2), move_mount, dup3, setsid, close.
 * Spec:    config.md "process" (terminal, consoleSize), runtime-linux.md "dev symbolic links". */
#include "init/steps.h"

#include <asm/ioctls.h>
#include <asm/termios.h>
#include <sys/statfs.h>

#include "init/attach.h"
#include "init/descriptors.h"
#include "init/root.h"
#include "init/talk.h"
#include "plan/origin.h"
#include "sys/file.h"
#include "sys/mount.h"
#include "sys/process.h"

/* A new pair: its first end, or -errno. */
static int master_open(int root_fd)
{
	struct open_how how = {
		.flags = O_RDWR | O_NOCTTY | O_CLOEXEC,
		.resolve = RESOLVE_BENEATH | RESOLVE_NO_XDEV | RESOLVE_NO_SYMLINKS,
	};
	struct statfs facts;
	int fd, dir_fd = root_open(root_fd, "dev/pts", O_PATH | O_DIRECTORY);

	if (dir_fd < 0)
		return dir_fd;
	if (sys_fstatfs(dir_fd, &facts) || facts.f_type != DEVPTS_SUPER_MAGIC)
		return -ENOTTY;
	fd = sys_openat2(dir_fd, "ptmx", &how);
	descriptor_drop(dir_fd);
	return fd < 0 || descriptor_is_device(fd, 5, 2) ? fd : -ENOTTY;
}

static int peer_open(int master)
{
	int unlock = 0;
	int r = sys_ioctl(master, TIOCSPTLCK, &unlock);

	return r ? r
		 : sys_ioctl(
			   master, TIOCGPTPEER, (void *)(long)(O_RDWR | O_NOCTTY | O_CLOEXEC));
}

static int peer_prepare(const struct plan_process *process, int peer)
{
	struct winsize size = {.ws_row = process->rows, .ws_col = process->columns};
	int r = 0;

	if (size.ws_row || size.ws_col)
		r = sys_ioctl(peer, TIOCSWINSZ, &size);
	if (!r && process->uid)
		r = sys_fchown(peer, process->uid, (gid_t)-1);
	return r;
}

/* Whatever dev/console is, the terminal is mounted on it; a link is not followed. */
static int console_bind(int root_fd, int peer)
{
	const char *name;
	int dir_fd = root_parent(root_fd, "dev/console", &name);
	int fd, r;

	if (dir_fd < 0)
		return dir_fd;
	fd = root_file(dir_fd, name);
	descriptor_drop(dir_fd);
	if (fd < 0)
		return fd;
	r = tree_attach_clone(peer, fd);
	descriptor_drop(fd);
	return r;
}

static int terminal_failed(int r, const char *what, struct error *err)
{
	return error_system_at(
		err, origin_make(ORIGIN_PROCESS_TERMINAL, 0), r, "cannot %s", what);
}

int terminal_open(void *ctx, struct error *err)
{
	struct init *init = ctx;
	const struct plan_process *process = &init->plan->process;
	int master, r;

	if (!process->terminal || !process->argv)
		return 0;
	master = master_open(init->root_fd);
	if (master < 0)
		return terminal_failed(master, "open a terminal in \"/dev/pts\"", err);
	init->terminal_fd = peer_open(master);
	if (init->terminal_fd < 0)
		return terminal_failed(
			init->terminal_fd, "open the other end of the terminal", err);
	r = peer_prepare(process, init->terminal_fd);
	if (r)
		return terminal_failed(r, "set the size or the owner of the terminal", err);
	r = init->plan->devices.console ? console_bind(init->root_fd, init->terminal_fd) : 0;
	if (r)
		return terminal_failed(r, "mount the terminal on \"/dev/console\"", err);
	if (talk_say(init, SYNC_TERMINAL, 0, master, err))
		return -1;
	sys_close(master);
	return 0;
}

/* The process may want to open what it writes to by name (/dev/stderr). What cannot be given stays as it is:
 * the descriptor works all the same. */
static int stdio_give(int fd, uint32_t uid, struct error *err)
{
	struct statx stat;
	int r = sys_statx(fd, "", AT_EMPTY_PATH, STATX_TYPE | STATX_UID, &stat);

	if (!r && (stat.stx_uid == uid || (stat.stx_mode & S_IFMT) == S_IFCHR))
		return 0;
	if (!r)
		r = sys_fchown(fd, uid, (gid_t)-1);
	if (r == -EPERM || r == -EROFS || r == -EINVAL || r == -EACCES)
		return 0;
	return r ? error_system(err, r, "cannot give descriptor %d to user %u", fd, uid) : 0;
}

int terminal_connect(void *ctx, struct error *err)
{
	struct init *init = ctx;
	uint32_t uid = init->plan->process.uid;

	for (int fd = 0; fd < 3; fd++) {
		int r = 0;

		if (init->terminal_fd >= 0)
			r = sys_dup3(init->terminal_fd, fd, 0);
		else if (uid && stdio_give(fd, uid, err))
			return -1;
		if (r < 0)
			return terminal_failed(
				r, "put the terminal on the standard descriptors", err);
	}
	return 0;
}

int terminal_start_session(void *ctx, struct error *err)
{
	struct init *init = ctx;
	int r = sys_setsid();

	if (r < 0)
		return error_system(err, r, "cannot begin a session");
	if (init->terminal_fd < 0)
		return 0;
	r = sys_ioctl(0, TIOCSCTTY, NULL);
	return r ? terminal_failed(r, "make the terminal the session's own", err) : 0;
}
