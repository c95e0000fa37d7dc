/* SPDX-License-Identifier: GPL-2.0-or-later */
/* Facts about this kernel and machine, as plain data, so that a test can invent a host.
 *
 * host_probe() (probe.h) asks for them and changes nothing. */
#ifndef HOST_HOST_H
#define HOST_HOST_H

#include <stdbool.h>
#include <stdint.h>

#include "host/cgroup.h"

struct host {
	uint32_t euid, egid;
	uint32_t last_capability; /* /proc/sys/kernel/cap_last_cap */
	uint32_t audit_arch;	  /* AUDIT_ARCH_* of our own system calls */
	bool in_user_namespace;	  /* we are not in the initial user namespace */
	/* What callers without root lack, and root of a user namespace may: */
	bool no_admin; /* CAP_SYS_ADMIN in our own user namespace */
	bool no_ids;   /* CAP_SETUID and CAP_SETGID there: only our own id can be mapped */
	bool foreign_mounts;	/* rights over our own mount namespace */
	bool setgroups_denied;	/* setgroups(2), here and in all user namespaces that we make */
	bool apparmor, selinux; /* on; asked for by host_probe_modules() alone */
	/* The cgroup namespace that the configuration names is ours; asked for by host_probe_cgroup_namespace() alone */
	bool joins_own_cgroup_namespace;
	const char *
		resctrl; /* its mount point, or NULL; asked for by host_probe_resctrl() alone */
	struct host_cgroups cgroups;
};

#endif
