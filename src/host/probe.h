/* SPDX-License-Identifier: GPL-2.0-or-later */
/* Asks the kernel for the facts of struct host, and changes nothing. */
#ifndef HOST_PROBE_H
#define HOST_PROBE_H

#include "base/arena.h"
#include "base/error.h"
#include "host/host.h"

/* Fills *ret_host; its strings lie in `arena`, which needs room for two files of /proc on hosts that have more than
 * cgroup v2: 1 MiB is enough for 5,000 mounts. Not the plan's arena: the files would stay visible in it.
 *
 * On a host with v2 alone it makes about ten system calls. Normal errors: ERROR_SYSTEM where /proc is not mounted. */
int host_probe(struct host *ret_host, struct arena *arena, struct error *err);

/* The same without the cgroups, which a process that is added to a container does not need. */
int host_probe_process(struct host *ret_host, struct error *err);

/* Whether security modules are on: only a configuration with profiles or labels needs to know. */
void host_probe_modules(struct host *host);

/* Whether that may be our own cgroup namespace, or the host's first: only a configuration that names one by its path
 * needs to know. */
void host_probe_cgroup_namespace(struct host *host, const char *path);

/* Where the resctrl file system is: only a configuration that shares out caches needs to know. */
int host_probe_resctrl(struct host *host, struct arena *arena, struct error *err);

/* Which controllers the v2 hierarchy has: only a configuration with limits needs to know. Left NULL where it cannot be
 * found out. */
void host_probe_controllers(struct host *host, struct arena *arena);

#endif
