/* SPDX-License-Identifier: GPL-2.0-or-later */
/* host_probe(): facts about this kernel and machine.
 *
 * Runs in the runtime of create, run and exec, on their hot path: what one call can tell is not
 * read from a file. Changes nothing.
 *
 * Facts: PR_CAPBSET_READ refuses what is no capability (prctl(2)). */
#include "host/probe.h"

#include <errno.h>
#include <linux/capability.h>
#include <sys/vfs.h>

#include "base/text.h"
#include "host/resctrl.h"
#include "host/rights.h"
#include "sys/file.h"
#include "sys/mount.h"
#include "sys/process.h"

#define USUAL_PLACE "/sys/fs/cgroup"

/* PROC_CGROUP_INIT_INO of the kernel's linux/proc_ns.h, the same since there are cgroup namespaces (Linux 4.6) */
#define CGROUP_NAMESPACE_FIRST 0xEFFFFFFBU

static uint32_t last_capability_probe(void)
{
	unsigned long last = CAP_LAST_CAP;

	/* Another error says nothing: one capability too few would not be dropped. */
	while (last < 63 && sys_prctl(PR_CAPBSET_READ, last + 1, 0, 0, 0) != -EINVAL)
		last++;
	while (last > 0 && sys_prctl(PR_CAPBSET_READ, last, 0, 0, 0) == -EINVAL)
		last--;
	return (uint32_t)last;
}

static bool has_v2_alone(void)
{
	struct statfs status;
	int fd = sys_openat(AT_FDCWD, USUAL_PLACE, O_PATH | O_DIRECTORY, 0);
	bool v2 = fd >= 0 && sys_fstatfs(fd, &status) >= 0 &&
		  status.f_type == CGROUP2_SUPER_MAGIC;

	if (fd >= 0)
		sys_close(fd);
	return v2;
}

/* Reads a file of /proc into the arena's free memory, with a NUL behind it. Files of /proc have no size to ask for. */
static int file_read(
	const char *path, struct arena *arena, const char **ret_text, struct error *err)
{
	char *text = arena->base + arena->used;
	size_t room = arena->size - arena->used, length = 0;
	ssize_t count;
	int fd = sys_openat(AT_FDCWD, path, O_RDONLY, 0);

	if (fd < 0)
		return error_system(err, fd, "cannot open \"%s\"", path);
	do {
		count = room - length > 1 ? sys_read(fd, text + length, room - length - 1)
					  : -EFBIG;
		if (count > 0)
			length += (size_t)count;
	} while (count > 0);
	sys_close(fd);
	if (count < 0)
		return error_system(err, (int)count, "cannot read \"%s\"", path);
	*ret_text = arena_alloc(arena, length + 1, 1);
	text[length] = '\0';
	return 0;
}

static int cgroups_probe(struct host_cgroups *cgroups, struct arena *arena, struct error *err)
{
	const char *own, *mountinfo;

	if (file_read("/proc/self/cgroup", arena, &own, err))
		return -1;
	if (has_v2_alone()) {
		*cgroups = (struct host_cgroups){.layout = CGROUP_V2, .count = 1};
		cgroups->of[0] = (struct host_hierarchy){
			.v2 = true, .mount = USUAL_PLACE, .controllers = ""};
		cgroups->of[0].own = host_cgroup_own(own, arena);
		if (cgroups->of[0].own)
			return 0;
	} else if (file_read("/proc/self/mountinfo", arena, &mountinfo, err)) {
		return -1;
	} else if (!host_cgroups_parse(mountinfo, own, arena, cgroups)) {
		return 0;
	}
	return error_set(err, ERROR_INTERNAL, ENOMEM, "cannot remember the cgroup hierarchies");
}

int host_probe_process(struct host *ret_host, struct error *err)
{
	struct host host = {
		.euid = sys_geteuid(), .egid = sys_getegid(), .audit_arch = SYS_AUDIT_ARCH};

	host.last_capability = last_capability_probe();
	if (host_rights_probe(&host, err))
		return -1;
	*ret_host = host;
	return 0;
}

int host_probe(struct host *ret_host, struct arena *arena, struct error *err)
{
	struct host host;

	if (host_probe_process(&host, err) || cgroups_probe(&host.cgroups, arena, err))
		return -1;
	*ret_host = host;
	return 0;
}

/* The root of the mount is the root of the hierarchy, or of the part of it that was given to us. */
void host_probe_controllers(struct host *host, struct arena *arena)
{
	for (size_t i = 0; i < host->cgroups.count; i++) {
		struct host_hierarchy *h = &host->cgroups.of[i];
		char path[4096], list[512];
		ssize_t n;
		int fd;

		if (!h->v2 ||
			!text_print(path, sizeof(path), "%s/cgroup.controllers", h->mount))
			continue;
		fd = sys_openat(AT_FDCWD, path, O_RDONLY, 0);
		if (fd < 0)
			continue;
		n = sys_read(fd, list, sizeof(list));
		sys_close(fd);
		if (n > 0 && list[n - 1] == '\n')
			n--;
		if (n >= 0)
			h->available = arena_bytes(arena, list, (size_t)n);
	}
}

/* Files that cannot be read say that a module is off: what it is asked for is refused then. */
void host_probe_modules(struct host *host)
{
	char enabled = 'N';
	int fd = sys_openat(AT_FDCWD, "/sys/module/apparmor/parameters/enabled", O_RDONLY, 0);

	if (fd >= 0) {
		host->apparmor = sys_read(fd, &enabled, 1) == 1 && enabled == 'Y';
		sys_close(fd);
	}
	host->selinux = sys_faccessat(AT_FDCWD, "/sys/fs/selinux/enforce", 0) >= 0;
}

int host_probe_resctrl(struct host *host, struct arena *arena, struct error *err)
{
	const char *mountinfo;

	if (file_read("/proc/self/mountinfo", arena, &mountinfo, err))
		return -1;
	host->resctrl = host_resctrl_parse(mountinfo, arena);
	return 0;
}

void host_probe_cgroup_namespace(struct host *host, const char *path)
{
	struct statx ours, given;

	/* A new mount there would set the options of all: not where anybody's answer is missing. */
	host->joins_own_cgroup_namespace =
		sys_statx(AT_FDCWD, "/proc/self/ns/cgroup", 0, STATX_INO, &ours) ||
		sys_statx(AT_FDCWD, path, 0, STATX_INO, &given) ||
		given.stx_ino == CGROUP_NAMESPACE_FIRST || ours.stx_ino == given.stx_ino;
}
