/* SPDX-License-Identifier: GPL-2.0-or-later */
/* The caller's rights.
 *
 * Runs in: the runtime. Changes nothing.
 * Never:   concludes from the user id: root of a user namespace may have no rights over the mounts that it sees, and
 *          capabilities may have been taken from any root.
 *
 * Facts: the first user namespace has a fixed inode since Linux 3.8 (PROC_USER_INIT_INO); NS_GET_USERNS (4.9) gives the owner
 * of a namespace exactly to who is in it or above it; user_namespaces(7) "setgroups". */
#include "host/rights.h"

#include <linux/nsfs.h>

#include "base/text.h"
#include "sys/file.h"
#include "sys/process.h"

#define FIRST_USER_NAMESPACE "user:[4026531837]"

/* The text of the link, as to follow it costs ten times as much. */
int host_user_namespace_probe(bool *ret_inside, struct error *err)
{
	char name[40] = "";
	ssize_t n = sys_readlinkat(AT_FDCWD, "/proc/self/ns/user", name, sizeof(name) - 1);

	/* A kernel without user namespaces has only the first one. */
	if (n == -ENOENT && sys_faccessat(AT_FDCWD, "/proc/self/ns", 0) >= 0) {
		*ret_inside = false;
		return 0;
	}
	if (n < 0)
		return error_system(err, (int)n, "cannot look at \"/proc/self/ns/user\"");
	*ret_inside = !text_equal(name, FIRST_USER_NAMESPACE);
	return 0;
}

static int capabilities_probe(struct host *host, struct error *err)
{
	struct __user_cap_header_struct header = {.version = _LINUX_CAPABILITY_VERSION_3};
	struct __user_cap_data_struct held[2] = {0};
	int r = sys_capget(&header, held);

	if (r)
		return error_system(err, r, "cannot learn the capabilities of the caller");
	host->no_admin = !(held[0].effective & 1U << CAP_SYS_ADMIN);
	host->no_ids = !(held[0].effective & 1U << CAP_SETUID) ||
		       !(held[0].effective & 1U << CAP_SETGID);
	return 0;
}

/* Does our mount namespace belong to a user namespace above ours? */
static bool mounts_are_foreign(void)
{
	int owner_fd, fd = sys_openat(AT_FDCWD, "/proc/self/ns/mnt", O_RDONLY, 0);

	if (fd < 0)
		return true;
	owner_fd = sys_ioctl(fd, NS_GET_USERNS, NULL);
	sys_close(fd);
	if (owner_fd >= 0)
		sys_close(owner_fd);
	return owner_fd < 0;
}

static bool setgroups_is_denied(void)
{
	int fd = sys_openat(AT_FDCWD, "/proc/self/setgroups", O_RDONLY, 0);
	char first = 'a';

	if (fd < 0)
		return false;
	sys_read(fd, &first, 1);
	sys_close(fd);
	return first == 'd';
}

int host_rights_probe(struct host *host, struct error *err)
{
	if (host_user_namespace_probe(&host->in_user_namespace, err) ||
		capabilities_probe(host, err))
		return -1;
	host->foreign_mounts = host->no_admin;
	if (host->in_user_namespace) {
		host->foreign_mounts = host->no_admin || mounts_are_foreign();
		host->setgroups_denied = setgroups_is_denied();
	}
	return 0;
}
