/* SPDX-License-Identifier: GPL-2.0-or-later */
/* The table of the kinds of namespaces. Pure.
 *
 * Spec: namespaces(7) */
#include "plan/namespace-kinds.h"

#include <linux/sched.h>

const struct namespace_facts namespace_facts[NAMESPACE_COUNT] = {
	[NAMESPACE_USER] = {"user", "user", CLONE_NEWUSER},
	[NAMESPACE_CGROUP] = {"cgroup", "cgroup", CLONE_NEWCGROUP},
	[NAMESPACE_IPC] = {"ipc", "ipc", CLONE_NEWIPC},
	[NAMESPACE_MOUNT] = {"mount", "mnt", CLONE_NEWNS},
	[NAMESPACE_NETWORK] = {"network", "net", CLONE_NEWNET},
	[NAMESPACE_PID] = {"pid", "pid", CLONE_NEWPID},
	[NAMESPACE_TIME] = {"time", "time", CLONE_NEWTIME},
	[NAMESPACE_UTS] = {"uts", "uts", CLONE_NEWUTS},
};

static const enum namespace_kind types[] = {
	[OCI_NAMESPACE_MOUNT] = NAMESPACE_MOUNT,
	[OCI_NAMESPACE_PID] = NAMESPACE_PID,
	[OCI_NAMESPACE_NETWORK] = NAMESPACE_NETWORK,
	[OCI_NAMESPACE_UTS] = NAMESPACE_UTS,
	[OCI_NAMESPACE_IPC] = NAMESPACE_IPC,
	[OCI_NAMESPACE_USER] = NAMESPACE_USER,
	[OCI_NAMESPACE_CGROUP] = NAMESPACE_CGROUP,
	[OCI_NAMESPACE_TIME] = NAMESPACE_TIME,
};

enum namespace_kind namespace_kind_of(enum oci_namespace_type type)
{
	return types[type];
}
