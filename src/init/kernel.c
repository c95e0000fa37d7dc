/* SPDX-License-Identifier: GPL-2.0-or-later */
/* Settings that belong to the new namespaces.
 *
 * Runs in: init, inside the namespaces, before the switch of the root.
 * Never:   uses a procfs that something may lie on: sysctls and labels are written below one of our own, or one that is
 *          verified to be its root, and without leaving it.
 * Trusts:  the plan that each sysctl belongs to a namespace of the container.
 * Calls:   keyctl, sethostname, setdomainname, socket, ioctl, openat, openat2, fstatfs, statx, read, write, fsopen,
 *          fsconfig, fsmount (5.2).
 * Spec:    config.md "hostname", "domainname"; config-linux.md "sysctl". */
#include "init/steps.h"

#include <linux/if.h>
#include <linux/keyctl.h>
#include <linux/sockios.h>
#include <string.h>
#include <sys/statfs.h>

#include "base/text.h"
#include "init/descriptors.h"
#include "plan/origin.h"
#include "sys/file.h"
#include "sys/mount.h"
#include "sys/process.h"
#include "sys/socket.h"

/* What a new session keyring allows (KEY_POS_ALL; view, read and link for its owner), and search for
 * its owner, without which programs of the container would not find it. */
#define KEYRING_PERMISSIONS (0x3f000000UL | 0x001b0000UL)

/* The host's, which is "/proc" until the root is entered. */
static int procfs_find(void)
{
	int fd = sys_openat(AT_FDCWD, "/proc", O_PATH | O_DIRECTORY | O_NOFOLLOW, 0);
	struct statfs facts;
	struct statx stat;

	if (fd < 0)
		return fd;
	return !sys_fstatfs(fd, &facts) && facts.f_type == PROC_SUPER_MAGIC &&
			       !sys_statx(fd, "", AT_EMPTY_PATH, STATX_INO, &stat) &&
			       stat.stx_ino == 1
		       ? fd
		       : -EMEDIUMTYPE;
}

/* In a user namespace that does not own the pid namespace none can be mounted. */
static int procfs_open(void)
{
	int fs_fd = sys_fsopen("proc", 0);
	int r = fs_fd < 0 ? fs_fd : sys_fsconfig(fs_fd, FSCONFIG_CMD_CREATE, NULL, NULL, 0);

	if (!r)
		r = sys_fsmount(fs_fd, 0, 0);
	descriptor_drop(fs_fd);
	return r == -EPERM ? procfs_find() : r;
}

static int procfs_openat(int proc_fd, const char *folder, const char *rel, int flags)
{
	struct open_how how = {
		.flags = (unsigned)flags | O_CLOEXEC,
		.resolve = RESOLVE_BENEATH | RESOLVE_NO_XDEV | RESOLVE_NO_MAGICLINKS,
	};
	char path[PATH_MAX];

	return text_print(path, sizeof(path), "%s/%s", folder, rel)
		       ? sys_openat2(proc_fd, path, &how)
		       : -ENAMETOOLONG;
}

static int procfs_write(int proc_fd, const char *folder, const char *rel, const char *value)
{
	size_t length = strlen(value);
	int fd = procfs_openat(proc_fd, folder, rel, O_WRONLY);
	ssize_t r = fd < 0 ? fd : sys_write(fd, value, length);

	descriptor_drop(fd);
	return r < 0 ? (int)r : (size_t)r == length ? 0 : -EIO;
}

/* Tells a security module, and sees that it has taken it: its file is empty before. */
static int attribute_write(int proc_fd, const char *rel, const char *value)
{
	static const char folder[] = "thread-self/attr";
	int fd, r = procfs_write(proc_fd, folder, rel, value);
	char byte;

	if (r)
		return r;
	fd = procfs_openat(proc_fd, folder, rel, O_RDONLY);
	r = fd < 0 ? fd : (int)sys_read(fd, &byte, 1);
	descriptor_drop(fd);
	return r < 0 ? r : r ? 0 : -EIO;
}

static int labels_write(const struct label_op *ops, size_t count, struct error *err)
{
	int proc_fd = count ? procfs_open() : -1;

	for (size_t i = 0; i < count; i++) {
		int r = proc_fd < 0 ? proc_fd
				    : attribute_write(proc_fd, ops[i].rel, ops[i].value);

		if (r)
			return error_system_at(err, ops[i].origin, r,
				"cannot set the label \"%s\"", ops[i].value);
	}
	descriptor_drop(proc_fd);
	return 0;
}

int kernel_join_keyring(void *ctx, struct error *err)
{
	struct init *init = ctx;
	const struct plan_process *process = &init->plan->process;
	const char *name = process->session_keyring;
	long r;

	if (!name)
		return 0;
	if (labels_write(&process->key_label, process->key_label.rel != NULL, err))
		return -1;
	r = sys_keyctl(KEYCTL_JOIN_SESSION_KEYRING, (unsigned long)name, 0, 0, 0);
	if (r > 0)
		r = sys_keyctl(KEYCTL_SETPERM, (unsigned long)r, KEYRING_PERMISSIONS, 0, 0);
	/* ENOSYS: the kernel is built without keys, there is none to protect. */
	return r && r != -ENOSYS ? error_system(err, (int)r,
					   "cannot make the session keyring \"%s\"", name)
				 : 0;
}

int kernel_set_names(void *ctx, struct error *err)
{
	struct init *init = ctx;
	const char *host = init->plan->kernel.hostname;
	const char *domain = init->plan->kernel.domainname;
	int r = host ? sys_sethostname(host, strlen(host)) : 0;

	if (r)
		return error_system_at(err, origin_make(ORIGIN_HOSTNAME, 0), r,
			"cannot set the host name \"%s\"", host);
	r = domain ? sys_setdomainname(domain, strlen(domain)) : 0;
	return r ? error_system_at(err, origin_make(ORIGIN_DOMAINNAME, 0), r,
			   "cannot set the domain name \"%s\"", domain)
		 : 0;
}

/* The other flags of a new namespace's loopback are not of those that can be set: one call does. Any socket
 * will do for it, and a Unix one exists on every kernel. */
int kernel_raise_loopback(void *ctx, struct error *err)
{
	struct init *init = ctx;
	struct ifreq request = {.ifr_name = "lo", .ifr_flags = IFF_UP};
	int fd, r;

	if (!init->plan->kernel.loopback)
		return 0;
	fd = sys_socket(AF_UNIX, SOCK_DGRAM, 0);
	r = fd < 0 ? fd : sys_ioctl(fd, SIOCSIFFLAGS, &request);
	descriptor_drop(fd);
	return r ? error_system(err, r, "cannot bring up the loopback interface") : 0;
}

static int sysctl_write(int proc_fd, const struct sysctl_op *op, struct error *err)
{
	int r = procfs_write(proc_fd, "sys", op->rel, op->value);

	return r ? error_system_at(err, op->origin, r, "cannot set the sysctl \"%s\" to \"%s\"",
			   op->rel, op->value)
		 : 0;
}

int kernel_write_sysctls(void *ctx, struct error *err)
{
	struct init *init = ctx;
	const struct plan_kernel *kernel = &init->plan->kernel;
	int proc_fd;

	if (!kernel->sysctl_count)
		return 0;
	/* /proc/sys shows the settings of the namespaces of whoever opens them. */
	proc_fd = procfs_open();
	if (proc_fd < 0)
		return error_system_at(err, origin_make(ORIGIN_SYSCTL, 0), proc_fd,
			"cannot mount a procfs to set sysctls");
	for (size_t i = 0; i < kernel->sysctl_count; i++) {
		if (sysctl_write(proc_fd, &kernel->sysctls[i], err))
			return -1;
	}
	descriptor_drop(proc_fd);
	return 0;
}

/* They wait for the execve, of a startContainer hook too; whatever init itself does is not concerned. */
int kernel_set_labels(void *ctx, struct error *err)
{
	const struct plan_process *process = &((struct init *)ctx)->plan->process;

	return labels_write(process->labels, process->label_count, err);
}
