/* SPDX-License-Identifier: GPL-2.0-or-later */
/* The owner of a cgroup.
 *
 * Runs in: the runtime, before a process is in the cgroup.
 * Spec:    config-linux.md "Cgroup ownership", cgroups(7) "/sys/kernel/cgroup/delegate" */
#include "cgroup/owner.h"

#include <errno.h>
#include <string.h>

#include "cgroup/file.h"
#include "sys/file.h"
#include "sys/process.h"

#define DELEGATE "/sys/kernel/cgroup/delegate"

/* For kernels before 4.15, which do not say. */
static const char usual[] = "cgroup.procs\ncgroup.subtree_control\ncgroup.threads\n";

static void delegate_read(char *ret_list, size_t size)
{
	int fd = sys_openat(AT_FDCWD, DELEGATE, O_RDONLY, 0);
	ssize_t n = fd < 0 ? fd : sys_read(fd, ret_list, size - 1);

	if (fd >= 0)
		sys_close(fd);
	if (n > 0)
		ret_list[n] = '\0';
	else
		text_print(ret_list, size, "%s", usual);
}

/* A cgroup need not have each of the files. */
static int owner_set(struct cgroup_directory *d, const char *file, uint32_t uid)
{
	int fd = cgroup_file_open(d, d->length, file, O_PATH);
	int r;

	if (fd < 0)
		return fd == -ENOENT && file[0] ? 0 : fd;
	r = sys_fchownat(fd, "", uid, (gid_t)-1, AT_EMPTY_PATH);
	sys_close(fd);
	/* A user cannot give away what was delegated to him. It stays his, and so who has his id inside can use it. */
	return r == -EPERM && sys_geteuid() ? 0 : r;
}

int cgroup_hand_over(struct cgroup_set *set, uint32_t uid, struct error *err)
{
	struct cgroup_directory *d = cgroup_unified(set);
	char list[CGROUP_VALUE_SIZE];
	char *rest = list, *file;
	int r;

	if (!d)
		return error_set(err, ERROR_INTERNAL, 0, "the container has no v2 cgroup");
	delegate_read(list, sizeof(list));
	r = owner_set(d, "", uid);
	while (!r && (file = strsep(&rest, "\n")))
		r = *file && !strchr(file, '/') ? owner_set(d, file, uid) : 0;
	return r ? error_system(err, r, "cannot make user %u the owner of cgroup \"%s\"", uid,
			   d->path)
		 : 0;
}
