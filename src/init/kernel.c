/* SPDX-License-Identifier: GPL-2.0-or-later */
/* Settings that belong to the new namespaces.
 *
 * Runs in: init, inside the namespaces, before the switch of the root.
 * Never:   uses a procfs that something may lie on: sysctls are written below one of our own.
 * Trusts:  the plan that each sysctl belongs to a namespace of the container.
 * Calls:   keyctl, sethostname, setdomainname, socket, ioctl, openat2, write, fsopen, fsconfig,
 *          fsmount (5.2).
 * Spec:    config.md "hostname", "domainname"; config-linux.md "sysctl". */
#include "init/steps.h"

#include <errno.h>
#include <linux/if.h>
#include <linux/keyctl.h>
#include <linux/sockios.h>
#include <string.h>

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

int kernel_join_keyring(void *ctx, struct error *err)
{
	struct init *init = ctx;
	const char *name = init->plan->process.session_keyring;
	long r = !name ? 0
		       : sys_keyctl(KEYCTL_JOIN_SESSION_KEYRING, (unsigned long)name, 0, 0, 0);

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
	if (fd >= 0)
		descriptor_drop(fd);
	return r ? error_system(err, r, "cannot bring up the loopback interface") : 0;
}

static int procfs_open(void)
{
	int fs_fd = sys_fsopen("proc", 0);
	int r = fs_fd < 0 ? fs_fd : sys_fsconfig(fs_fd, FSCONFIG_CMD_CREATE, NULL, NULL, 0);

	if (!r)
		r = sys_fsmount(fs_fd, 0, 0);
	if (fs_fd >= 0)
		descriptor_drop(fs_fd);
	return r;
}

static int sysctl_write(int proc_fd, const struct sysctl_op *op, struct error *err)
{
	struct open_how how = {
		.flags = O_WRONLY | O_CLOEXEC,
		.resolve = RESOLVE_BENEATH | RESOLVE_NO_XDEV | RESOLVE_NO_SYMLINKS,
	};
	char rel[PATH_MAX];
	size_t length = strlen(op->value);
	ssize_t r;
	int fd;

	if (!text_print(rel, sizeof(rel), "sys/%s", op->rel))
		return error_system(err, ENAMETOOLONG, "cannot set the sysctl \"%s\"", op->rel);
	fd = sys_openat2(proc_fd, rel, &how);
	r = fd < 0 ? fd : sys_write(fd, op->value, length);
	if (fd >= 0)
		descriptor_drop(fd);
	if (r >= 0 && (size_t)r != length)
		r = -EIO;
	return r < 0 ? error_system_at(err, op->origin, (int)r,
			       "cannot set the sysctl \"%s\" to \"%s\"", op->rel, op->value)
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
