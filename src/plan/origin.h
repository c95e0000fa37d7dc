/* SPDX-License-Identifier: GPL-2.0-or-later */
/* Places in config.json in four bytes, formatted only when something fails.
 *
 * The high byte names the place, the low 24 bits are an index where the place is in an array. */
#ifndef PLAN_ORIGIN_H
#define PLAN_ORIGIN_H

#include <stdbool.h>

#include "base/error.h"
#include "base/text.h"

enum origin_place {
	ORIGIN_NONE,
	ORIGIN_ROOT,		      /* /root */
	ORIGIN_ROOT_PATH,	      /* /root/path */
	ORIGIN_ROOT_READONLY,	      /* /root/readonly */
	ORIGIN_HOSTNAME,	      /* /hostname */
	ORIGIN_DOMAINNAME,	      /* /domainname */
	ORIGIN_MOUNT,		      /* /mounts/N */
	ORIGIN_MOUNT_DESTINATION,     /* /mounts/N/destination */
	ORIGIN_MOUNT_SOURCE,	      /* /mounts/N/source */
	ORIGIN_MOUNT_OPTIONS,	      /* /mounts/N/options */
	ORIGIN_MOUNT_UID_MAPPINGS,    /* /mounts/N/uidMappings */
	ORIGIN_MOUNT_GID_MAPPINGS,    /* /mounts/N/gidMappings */
	ORIGIN_PROCESS,		      /* /process */
	ORIGIN_PROCESS_ARGS,	      /* /process/args */
	ORIGIN_PROCESS_CWD,	      /* /process/cwd */
	ORIGIN_PROCESS_ENV,	      /* /process/env/N */
	ORIGIN_PROCESS_USER,	      /* /process/user */
	ORIGIN_PROCESS_UID,	      /* /process/user/uid */
	ORIGIN_PROCESS_GID,	      /* /process/user/gid */
	ORIGIN_PROCESS_GROUPS,	      /* /process/user/additionalGids */
	ORIGIN_PROCESS_CAPABILITIES,  /* /process/capabilities */
	ORIGIN_PROCESS_RLIMIT,	      /* /process/rlimits/N */
	ORIGIN_PROCESS_NO_NEW_PRIVS,  /* /process/noNewPrivileges */
	ORIGIN_PROCESS_OOM_SCORE_ADJ, /* /process/oomScoreAdj */
	ORIGIN_PROCESS_TERMINAL,      /* /process/terminal */
	ORIGIN_APPARMOR,	      /* /process/apparmorProfile */
	ORIGIN_SELINUX,		      /* /process/selinuxLabel */
	ORIGIN_MOUNT_LABEL,	      /* /linux/mountLabel */
	ORIGIN_MOUNT_CONTEXT,	      /* /annotations/run.oci.mount_context_type */
	ORIGIN_SCHEDULER,	      /* /process/scheduler */
	ORIGIN_SCHEDULER_POLICY,      /* /process/scheduler/policy */
	ORIGIN_SCHEDULER_NICE,	      /* /process/scheduler/nice */
	ORIGIN_SCHEDULER_PRIORITY,    /* /process/scheduler/priority */
	ORIGIN_SCHEDULER_RUNTIME,     /* /process/scheduler/runtime */
	ORIGIN_SCHEDULER_DEADLINE,    /* /process/scheduler/deadline */
	ORIGIN_SCHEDULER_PERIOD,      /* /process/scheduler/period */
	ORIGIN_IO_PRIORITY,	      /* /process/ioPriority */
	ORIGIN_AFFINITY_INITIAL,      /* /process/execCPUAffinity/initial */
	ORIGIN_AFFINITY_FINAL,	      /* /process/execCPUAffinity/final */
	ORIGIN_MEMORY_POLICY,	      /* /linux/memoryPolicy */
	ORIGIN_MEMORY_POLICY_MODE,    /* /linux/memoryPolicy/mode */
	ORIGIN_MEMORY_POLICY_NODES,   /* /linux/memoryPolicy/nodes */
	ORIGIN_MEMORY_POLICY_FLAGS,   /* /linux/memoryPolicy/flags */
	ORIGIN_PERSONALITY,	      /* /linux/personality */
	ORIGIN_NAMESPACE,	      /* /linux/namespaces/N */
	ORIGIN_NAMESPACE_PATH,	      /* /linux/namespaces/N/path */
	ORIGIN_TIME_OFFSETS,	      /* /linux/timeOffsets */
	ORIGIN_UID_MAPPINGS,	      /* /linux/uidMappings */
	ORIGIN_GID_MAPPINGS,	      /* /linux/gidMappings */
	ORIGIN_DEVICE,		      /* /linux/devices/N */
	ORIGIN_MASKED_PATH,	      /* /linux/maskedPaths/N */
	ORIGIN_READONLY_PATH,	      /* /linux/readonlyPaths/N */
	ORIGIN_RDT,		      /* /linux/intelRdt */
	ORIGIN_RDT_CLOS,	      /* /linux/intelRdt/closID */
	ORIGIN_RDT_SCHEMATA,	      /* /linux/intelRdt/schemata */
	ORIGIN_NET_DEVICES,	      /* /linux/netDevices */
	ORIGIN_SYSCTL,		      /* /linux/sysctl */
	ORIGIN_ROOTFS_PROPAGATION,    /* /linux/rootfsPropagation */
	ORIGIN_CGROUPS_PATH,	      /* /linux/cgroupsPath */
	ORIGIN_RESOURCES,	      /* /linux/resources */
	ORIGIN_MEMORY_LIMIT,	      /* /linux/resources/memory/limit */
	ORIGIN_PIDS_LIMIT,	      /* /linux/resources/pids/limit */
	ORIGIN_MEMORY_SWAP,	      /* /linux/resources/memory/swap */
	ORIGIN_MEMORY_RESERVATION,    /* /linux/resources/memory/reservation */
	ORIGIN_MEMORY_KERNEL,	      /* /linux/resources/memory/kernel */
	ORIGIN_MEMORY_KERNEL_TCP,     /* /linux/resources/memory/kernelTCP */
	ORIGIN_MEMORY_SWAPPINESS,     /* /linux/resources/memory/swappiness */
	ORIGIN_MEMORY_OOM_KILLER,     /* /linux/resources/memory/disableOOMKiller */
	ORIGIN_MEMORY_HIERARCHY,      /* /linux/resources/memory/useHierarchy */
	ORIGIN_CPU_SHARES,	      /* /linux/resources/cpu/shares */
	ORIGIN_CPU_IDLE,	      /* /linux/resources/cpu/idle */
	ORIGIN_CPU_PERIOD,	      /* /linux/resources/cpu/period */
	ORIGIN_CPU_QUOTA,	      /* /linux/resources/cpu/quota */
	ORIGIN_CPU_BURST,	      /* /linux/resources/cpu/burst */
	ORIGIN_CPU_REALTIME_PERIOD,   /* /linux/resources/cpu/realtimePeriod */
	ORIGIN_CPU_REALTIME_RUNTIME,  /* /linux/resources/cpu/realtimeRuntime */
	ORIGIN_CPU_CPUS,	      /* /linux/resources/cpu/cpus */
	ORIGIN_CPU_MEMS,	      /* /linux/resources/cpu/mems */
	ORIGIN_IO_WEIGHT,	      /* /linux/resources/blockIO/weight */
	ORIGIN_IO_LEAF_WEIGHT,	      /* /linux/resources/blockIO/leafWeight */
	ORIGIN_IO_WEIGHT_DEVICE,      /* /linux/resources/blockIO/weightDevice/N */
	ORIGIN_IO_READ_BPS,	      /* /linux/resources/blockIO/throttleReadBpsDevice/N */
	ORIGIN_IO_WRITE_BPS,	      /* /linux/resources/blockIO/throttleWriteBpsDevice/N */
	ORIGIN_IO_READ_IOPS,	      /* /linux/resources/blockIO/throttleReadIOPSDevice/N */
	ORIGIN_IO_WRITE_IOPS,	      /* /linux/resources/blockIO/throttleWriteIOPSDevice/N */
	ORIGIN_HUGEPAGE,	      /* /linux/resources/hugepageLimits/N */
	ORIGIN_RDMA,		      /* /linux/resources/rdma */
	ORIGIN_NETWORK_CLASS,	      /* /linux/resources/network/classID */
	ORIGIN_NETWORK_PRIORITY,      /* /linux/resources/network/priorities/N */
	ORIGIN_UNIFIED,		      /* /linux/resources/unified */
	ORIGIN_DEVICE_RULE,	      /* /linux/resources/devices/N */
	ORIGIN_SECCOMP,		      /* /linux/seccomp */
	ORIGIN_SECCOMP_DEFAULT,	      /* /linux/seccomp/defaultAction */
	ORIGIN_SECCOMP_DEFAULT_ERRNO, /* /linux/seccomp/defaultErrnoRet */
	ORIGIN_SECCOMP_FLAGS,	      /* /linux/seccomp/flags */
	ORIGIN_SECCOMP_LISTENER,      /* /linux/seccomp/listenerPath */
	ORIGIN_SECCOMP_NAMES,	      /* /linux/seccomp/syscalls/N/names */
	ORIGIN_SECCOMP_ACTION,	      /* /linux/seccomp/syscalls/N/action */
	ORIGIN_SECCOMP_ERRNO,	      /* /linux/seccomp/syscalls/N/errnoRet */
	ORIGIN_SECCOMP_ARGS,	      /* /linux/seccomp/syscalls/N/args */
	ORIGIN_KEEP_GROUPS,	      /* /annotations/run.oci.keep_original_groups */
	ORIGIN_SUBGROUP,	      /* /annotations/run.oci.systemd.subgroup */
	ORIGIN_DELEGATE_CGROUP,	      /* /annotations/run.oci.delegate-cgroup */
	ORIGIN_UNIT_PROPERTY,	      /* /annotations */
	ORIGIN_PIDFD_RECEIVER,	      /* /annotations/run.oci.pidfd_receiver */
	ORIGIN_HANDLER,		      /* /annotations/run.oci.handler */
	ORIGIN_SECCOMP_PLUGINS,	      /* /annotations/run.oci.seccomp.plugins */
	ORIGIN_SECCOMP_STRICT,	      /* /annotations/run.oci.seccomp_fail_unknown_syscall */
	ORIGIN_SECCOMP_DATA,	      /* /annotations/run.oci.seccomp_bpf_data */
	ORIGIN_HOOK_PRESTART,	      /* /hooks/prestart/N */
	ORIGIN_HOOK_CREATE_RUNTIME,   /* /hooks/createRuntime/N */
	ORIGIN_HOOK_CREATE_CONTAINER, /* /hooks/createContainer/N */
	ORIGIN_HOOK_START_CONTAINER,  /* /hooks/startContainer/N */
	ORIGIN_HOOK_POSTSTART,	      /* /hooks/poststart/N */
	ORIGIN_HOOK_POSTSTOP,	      /* /hooks/poststop/N */
	ORIGIN_COUNT,
};

static inline origin_t origin_make(enum origin_place place, size_t index)
{
	return (origin_t)place << 24 | (origin_t)(index & 0xffffff);
}

static inline bool origin_is_hook(origin_t origin)
{
	return origin >> 24 >= ORIGIN_HOOK_PRESTART && origin >> 24 <= ORIGIN_HOOK_POSTSTOP;
}

/* Writes the JSON pointer of `origin` into `text`; nothing for ORIGIN_NONE. */
void origin_print(origin_t origin, struct text *text);

#endif
