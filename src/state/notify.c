/* SPDX-License-Identifier: GPL-2.0-or-later */
/* The place where a container's program says that it is ready.
 *
 * Runs in: the runtime.
 * Never:   trusts what lies there: the container sees the directory, though it cannot write to it.
 * Relies on: unix(7): binding does not replace a file; whoever sends needs the right to write to it. */
#include "state/notify.h"

#include <sys/un.h>

#include "base/text.h"
#include "sys/file.h"
#include "sys/socket.h"

#define NOTIFY_SOCKET  "notify.sock"
#define DIRECTORY_MODE 0755
#define SOCKET_MODE    0666

int state_notify_make(const struct state_dir *dir, struct error *err)
{
	int r = sys_mkdirat(dir->dir_fd, STATE_NOTIFY, DIRECTORY_MODE);

	return r ? error_system(err, r, "cannot make directory \"%s/%s/%s\"", dir->root,
			   dir->id, STATE_NOTIFY)
		 : 0;
}

static int folder_open(int dir_fd)
{
	return sys_openat(dir_fd, STATE_NOTIFY, O_PATH | O_DIRECTORY | O_NOFOLLOW, 0);
}

/* By way of the descriptor: a socket's path has 107 bytes, a state root may have more. */
static int socket_bind(int folder_fd)
{
	struct sockaddr_un address = {.sun_family = AF_UNIX};
	int fd = sys_socket(AF_UNIX, SOCK_DGRAM, 0), r;

	if (fd < 0)
		return fd;
	text_print(address.sun_path, sizeof(address.sun_path), "/proc/self/fd/%d/%s", folder_fd,
		NOTIFY_SOCKET);
	r = sys_bind(fd, &address, sizeof(address));
	if (!r)
		r = sys_fchmodat(folder_fd, NOTIFY_SOCKET, SOCKET_MODE);
	if (!r)
		return fd;
	sys_close(fd);
	return r;
}

int state_notify_listen(const struct state_dir *dir, int *ret_fd, struct error *err)
{
	int r, folder_fd = folder_open(dir->dir_fd);

	*ret_fd = -1;
	if (folder_fd == -ENOENT)
		return 0;
	r = folder_fd;
	if (folder_fd >= 0) {
		r = socket_bind(folder_fd);
		sys_close(folder_fd);
	}
	if (r < 0)
		return error_system(err, r, "cannot listen in \"%s/%s/%s\"", dir->root, dir->id,
			STATE_NOTIFY);
	*ret_fd = r;
	return 0;
}

int state_notify_remove(int dir_fd)
{
	int r = sys_unlinkat(dir_fd, STATE_NOTIFY, AT_REMOVEDIR);
	int folder_fd;

	/* Nothing is opened where there is nothing: what has failed for want of descriptors can be taken back. */
	if (r != -ENOTEMPTY)
		return r == -ENOENT ? 0 : r;
	folder_fd = folder_open(dir_fd);
	if (folder_fd < 0)
		return folder_fd == -ENOENT ? 0 : folder_fd;
	r = sys_unlinkat(folder_fd, NOTIFY_SOCKET, 0);
	sys_close(folder_fd);
	if (!r || r == -ENOENT)
		r = sys_unlinkat(dir_fd, STATE_NOTIFY, AT_REMOVEDIR);
	return r == -ENOENT ? 0 : r;
}
