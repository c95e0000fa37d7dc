/* SPDX-License-Identifier: GPL-2.0-or-later */
/* Which members the objects of the documents have, and where they go.
 *
 * The order of the entries is the order in which engines write them: it is the order of encoded
 * text, and the decoder finds a key fastest when keys come in this order.
 *
 * Kind and shape of plain members are deduced from the type of the C field; for enumerations and
 * objects, which are named, a mismatch does not compile.
 *
 * Spec: config.md, config-linux.md, runtime.md "state", features.md, schema */
#include "libocispec/tables.h"

#include "libocispec/config.h"
#include "libocispec/features.h"
#include "libocispec/state.h"

#define FIELD(record, field) (((const struct record *)0)->field)

/* Zero that compiles only if the field has the type. */
#define IS(record, field, wanted)                                                              \
	(0 * sizeof(char[__builtin_types_compatible_p(                                         \
				 __typeof__(((struct record *)0)->field), wanted)              \
				 ? 1                                                           \
				 : -1]))

#define KIND(value)                                                                            \
	_Generic((value),                                                                          \
		bool: OCI_KIND_BOOL,                                                               \
		struct oci_opt_bool: OCI_KIND_BOOL,                                                \
		struct oci_opt_u16: OCI_KIND_U16,                                                  \
		uint32_t: OCI_KIND_U32,                                                            \
		struct oci_opt_u32: OCI_KIND_U32,                                                  \
		struct oci_u32_list: OCI_KIND_U32,                                                 \
		struct oci_opt_i32: OCI_KIND_I32,                                                  \
		uint64_t: OCI_KIND_U64,                                                            \
		struct oci_opt_u64: OCI_KIND_U64,                                                  \
		int64_t: OCI_KIND_I64,                                                             \
		struct oci_opt_i64: OCI_KIND_I64,                                                  \
		const char *: OCI_KIND_STRING,                                                     \
		struct oci_strings: OCI_KIND_STRING,                                               \
		struct oci_map: OCI_KIND_STRING)

#define SHAPE(value)                                                                           \
	_Generic((value),                                                                          \
		bool: OCI_SHAPE_ONE,                                                               \
		uint32_t: OCI_SHAPE_ONE,                                                           \
		uint64_t: OCI_SHAPE_ONE,                                                           \
		int64_t: OCI_SHAPE_ONE,                                                            \
		const char *: OCI_SHAPE_ONE,                                                       \
		struct oci_opt_bool: OCI_SHAPE_OPTIONAL,                                           \
		struct oci_opt_u16: OCI_SHAPE_OPTIONAL,                                            \
		struct oci_opt_u32: OCI_SHAPE_OPTIONAL,                                            \
		struct oci_opt_i32: OCI_SHAPE_OPTIONAL,                                            \
		struct oci_opt_u64: OCI_SHAPE_OPTIONAL,                                            \
		struct oci_opt_i64: OCI_SHAPE_OPTIONAL,                                            \
		struct oci_u32_list: OCI_SHAPE_LIST,                                               \
		struct oci_strings: OCI_SHAPE_LIST,                                                \
		struct oci_map: OCI_SHAPE_MAP)

#define ENTRY(record, field, json)                                                             \
	.name = json, .length = sizeof(json) - 1, .offset = offsetof(struct record, field)

/* A boolean, an integer, a string, or an optional, a list or a map of them. */
#define PLAIN(record, field, json, ...)                                                        \
	{                                                                                      \
		ENTRY(record, field, json), .kind = KIND(FIELD(record, field)),                \
					    .shape = SHAPE(FIELD(record, field)), __VA_ARGS__  \
	}
#define ENUM(record, field, json, name, ...)                                                   \
	{                                                                                      \
		ENTRY(record, field, json),                                                    \
			.kind = OCI_KIND_ENUM,                                                 \
			.type = OCI_ENUM_##name + IS(record, field, enum name), __VA_ARGS__    \
	}
#define ENUMS(record, field, json, name)                                                       \
	{                                                                                      \
		ENTRY(record, field, json),                                                    \
			.kind = OCI_KIND_ENUM, .shape = OCI_SHAPE_LIST,                        \
			.type = OCI_ENUM_##name + IS(record, field, struct name##_list)        \
	}
#define OBJECT(record, field, json, name)                                                      \
	{                                                                                      \
		ENTRY(record, field, json),                                                    \
			.kind = OCI_KIND_OBJECT,                                               \
			.type = OCI_TABLE_##name + IS(record, field, struct name *)            \
	}
#define OBJECTS(record, field, json, name)                                                     \
	{                                                                                      \
		ENTRY(record, field, json),                                                    \
			.kind = OCI_KIND_OBJECT, .shape = OCI_SHAPE_LIST,                      \
			.type = OCI_TABLE_##name + IS(record, field, struct name##_list)       \
	}
#define OBJECT_MAP(record, field, json, name)                                                  \
	{                                                                                      \
		ENTRY(record, field, json),                                                    \
			.kind = OCI_KIND_OBJECT, .shape = OCI_SHAPE_MAP,                       \
			.type = OCI_TABLE_##name + IS(record, field, struct name##_map)        \
	}
#define IGNORED(json, why)                                                                     \
	{                                                                                      \
		.name = json, .length = sizeof(json) - 1, .kind = OCI_KIND_IGNORED,            \
		.type = why                                                                    \
	}
#define REQUIRED   .flags = OCI_REQUIRED
#define WRITTEN	   .flags = OCI_WRITTEN
#define RULE(name) .rule = OCI_RULE_##name

/* clang-format off */

static const struct oci_member members_oci_spec[] = {
	PLAIN(oci_spec, oci_version, "ociVersion", REQUIRED, RULE(VERSION)),
	OBJECT(oci_spec, process, "process", oci_process),
	OBJECT(oci_spec, root, "root", oci_root),
	PLAIN(oci_spec, hostname, "hostname"),
	PLAIN(oci_spec, domainname, "domainname"),
	OBJECTS(oci_spec, mounts, "mounts", oci_mount),
	OBJECT(oci_spec, hooks, "hooks", oci_hooks),
	PLAIN(oci_spec, annotations, "annotations"),
	OBJECT(oci_spec, on_linux, "linux", oci_linux),
	IGNORED("solaris", OCI_IGNORED_PLATFORM),
	IGNORED("windows", OCI_IGNORED_PLATFORM),
	IGNORED("vm", OCI_IGNORED_PLATFORM),
	IGNORED("zos", OCI_IGNORED_PLATFORM),
	IGNORED("freebsd", OCI_IGNORED_PLATFORM),
};

static const struct oci_member members_oci_root[] = {
	PLAIN(oci_root, path, "path", REQUIRED),
	PLAIN(oci_root, readonly, "readonly"),
};

static const struct oci_member members_oci_mount[] = {
	PLAIN(oci_mount, destination, "destination", REQUIRED),
	PLAIN(oci_mount, type, "type"),
	PLAIN(oci_mount, source, "source"),
	PLAIN(oci_mount, options, "options"),
	OBJECTS(oci_mount, uid_mappings, "uidMappings", oci_id_mapping),
	OBJECTS(oci_mount, gid_mappings, "gidMappings", oci_id_mapping),
};

static const struct oci_member members_oci_id_mapping[] = {
	PLAIN(oci_id_mapping, container_id, "containerID", REQUIRED, RULE(ID)),
	PLAIN(oci_id_mapping, host_id, "hostID", REQUIRED, RULE(ID)),
	PLAIN(oci_id_mapping, size, "size", REQUIRED),
};

static const struct oci_member members_oci_process[] = {
	PLAIN(oci_process, terminal, "terminal"),
	OBJECT(oci_process, console_size, "consoleSize", oci_console_size),
	OBJECT(oci_process, user, "user", oci_user),
	PLAIN(oci_process, args, "args"),
	IGNORED("commandLine", OCI_IGNORED_PLATFORM),
	PLAIN(oci_process, env, "env"),
	PLAIN(oci_process, cwd, "cwd", REQUIRED),
	OBJECT(oci_process, capabilities, "capabilities", oci_capabilities),
	OBJECTS(oci_process, rlimits, "rlimits", oci_rlimit),
	PLAIN(oci_process, no_new_privileges, "noNewPrivileges"),
	PLAIN(oci_process, apparmor_profile, "apparmorProfile"),
	PLAIN(oci_process, oom_score_adj, "oomScoreAdj"),
	OBJECT(oci_process, scheduler, "scheduler", oci_scheduler),
	PLAIN(oci_process, selinux_label, "selinuxLabel"),
	OBJECT(oci_process, io_priority, "ioPriority", oci_io_priority),
	OBJECT(oci_process, exec_cpu_affinity, "execCPUAffinity", oci_exec_cpu_affinity),
};

static const struct oci_member members_oci_console_size[] = {
	PLAIN(oci_console_size, height, "height", REQUIRED),
	PLAIN(oci_console_size, width, "width", REQUIRED),
};

static const struct oci_member members_oci_user[] = {
	PLAIN(oci_user, uid, "uid", WRITTEN, RULE(ID)),
	PLAIN(oci_user, gid, "gid", WRITTEN, RULE(ID)),
	PLAIN(oci_user, umask, "umask"),
	PLAIN(oci_user, additional_gids, "additionalGids", RULE(ID)),
	IGNORED("username", OCI_IGNORED_PLATFORM),
};

static const struct oci_member members_oci_capabilities[] = {
	PLAIN(oci_capabilities, bounding, "bounding"),
	PLAIN(oci_capabilities, effective, "effective"),
	PLAIN(oci_capabilities, inheritable, "inheritable"),
	PLAIN(oci_capabilities, permitted, "permitted"),
	PLAIN(oci_capabilities, ambient, "ambient"),
};

static const struct oci_member members_oci_rlimit[] = {
	PLAIN(oci_rlimit, type, "type", REQUIRED, RULE(RLIMIT)),
	PLAIN(oci_rlimit, hard, "hard", REQUIRED),
	PLAIN(oci_rlimit, soft, "soft", REQUIRED),
};

static const struct oci_member members_oci_scheduler[] = {
	ENUM(oci_scheduler, policy, "policy", oci_scheduler_policy, REQUIRED),
	PLAIN(oci_scheduler, nice, "nice"),
	PLAIN(oci_scheduler, priority, "priority"),
	ENUMS(oci_scheduler, flags, "flags", oci_scheduler_flag),
	PLAIN(oci_scheduler, runtime, "runtime"),
	PLAIN(oci_scheduler, deadline, "deadline"),
	PLAIN(oci_scheduler, period, "period"),
};

static const struct oci_member members_oci_io_priority[] = {
	ENUM(oci_io_priority, class, "class", oci_io_priority_class, REQUIRED),
	PLAIN(oci_io_priority, priority, "priority"),
};

static const struct oci_member members_oci_exec_cpu_affinity[] = {
	PLAIN(oci_exec_cpu_affinity, initial, "initial", RULE(CPU_LIST)),
	PLAIN(oci_exec_cpu_affinity, final, "final", RULE(CPU_LIST)),
};

static const struct oci_member members_oci_hook[] = {
	PLAIN(oci_hook, path, "path", REQUIRED),
	PLAIN(oci_hook, args, "args"),
	PLAIN(oci_hook, env, "env"),
	PLAIN(oci_hook, timeout, "timeout", RULE(POSITIVE)),
};

static const struct oci_member members_oci_hooks[] = {
	OBJECTS(oci_hooks, prestart, "prestart", oci_hook),
	OBJECTS(oci_hooks, create_runtime, "createRuntime", oci_hook),
	OBJECTS(oci_hooks, create_container, "createContainer", oci_hook),
	OBJECTS(oci_hooks, start_container, "startContainer", oci_hook),
	OBJECTS(oci_hooks, poststart, "poststart", oci_hook),
	OBJECTS(oci_hooks, poststop, "poststop", oci_hook),
};

static const struct oci_member members_oci_linux[] = {
	OBJECTS(oci_linux, uid_mappings, "uidMappings", oci_id_mapping),
	OBJECTS(oci_linux, gid_mappings, "gidMappings", oci_id_mapping),
	PLAIN(oci_linux, sysctl, "sysctl"),
	OBJECT(oci_linux, resources, "resources", oci_resources),
	PLAIN(oci_linux, cgroups_path, "cgroupsPath"),
	OBJECTS(oci_linux, namespaces, "namespaces", oci_namespace),
	OBJECTS(oci_linux, devices, "devices", oci_device),
	OBJECT_MAP(oci_linux, net_devices, "netDevices", oci_net_device),
	OBJECT(oci_linux, seccomp, "seccomp", oci_seccomp),
	ENUM(oci_linux, rootfs_propagation, "rootfsPropagation", oci_rootfs_propagation),
	PLAIN(oci_linux, masked_paths, "maskedPaths"),
	PLAIN(oci_linux, readonly_paths, "readonlyPaths"),
	PLAIN(oci_linux, mount_label, "mountLabel"),
	OBJECT(oci_linux, intel_rdt, "intelRdt", oci_intel_rdt),
	OBJECT(oci_linux, memory_policy, "memoryPolicy", oci_memory_policy),
	OBJECT(oci_linux, personality, "personality", oci_personality),
	OBJECT(oci_linux, time_offsets, "timeOffsets", oci_time_offsets),
};

static const struct oci_member members_oci_namespace[] = {
	ENUM(oci_namespace, type, "type", oci_namespace_type, REQUIRED),
	PLAIN(oci_namespace, path, "path"),
};

static const struct oci_member members_oci_device[] = {
	PLAIN(oci_device, path, "path", REQUIRED),
	ENUM(oci_device, type, "type", oci_device_type, REQUIRED),
	PLAIN(oci_device, major, "major"),
	PLAIN(oci_device, minor, "minor"),
	PLAIN(oci_device, file_mode, "fileMode", RULE(FILE_MODE)),
	PLAIN(oci_device, uid, "uid", RULE(ID)),
	PLAIN(oci_device, gid, "gid", RULE(ID)),
};

static const struct oci_member members_oci_net_device[] = {
	PLAIN(oci_net_device, name, "name"),
};

static const struct oci_member members_oci_resources[] = {
	OBJECTS(oci_resources, devices, "devices", oci_device_rule),
	OBJECT(oci_resources, memory, "memory", oci_memory),
	OBJECT(oci_resources, cpu, "cpu", oci_cpu),
	OBJECT(oci_resources, pids, "pids", oci_pids),
	OBJECT(oci_resources, block_io, "blockIO", oci_block_io),
	OBJECTS(oci_resources, hugepage_limits, "hugepageLimits", oci_hugepage_limit),
	OBJECT(oci_resources, network, "network", oci_network),
	OBJECT_MAP(oci_resources, rdma, "rdma", oci_rdma),
	PLAIN(oci_resources, unified, "unified"),
};

static const struct oci_member members_oci_device_rule[] = {
	PLAIN(oci_device_rule, allow, "allow", REQUIRED),
	ENUM(oci_device_rule, type, "type", oci_device_rule_type),
	PLAIN(oci_device_rule, major, "major"),
	PLAIN(oci_device_rule, minor, "minor"),
	PLAIN(oci_device_rule, access, "access"),
};

static const struct oci_member members_oci_memory[] = {
	PLAIN(oci_memory, limit, "limit"),
	PLAIN(oci_memory, reservation, "reservation"),
	PLAIN(oci_memory, swap, "swap"),
	PLAIN(oci_memory, kernel, "kernel"),
	PLAIN(oci_memory, kernel_tcp, "kernelTCP"),
	PLAIN(oci_memory, swappiness, "swappiness"),
	PLAIN(oci_memory, disable_oom_killer, "disableOOMKiller"),
	PLAIN(oci_memory, use_hierarchy, "useHierarchy"),
	PLAIN(oci_memory, check_before_update, "checkBeforeUpdate"),
};

static const struct oci_member members_oci_cpu[] = {
	PLAIN(oci_cpu, shares, "shares"),
	PLAIN(oci_cpu, quota, "quota"),
	PLAIN(oci_cpu, burst, "burst"),
	PLAIN(oci_cpu, period, "period"),
	PLAIN(oci_cpu, realtime_runtime, "realtimeRuntime"),
	PLAIN(oci_cpu, realtime_period, "realtimePeriod"),
	PLAIN(oci_cpu, cpus, "cpus"),
	PLAIN(oci_cpu, mems, "mems"),
	PLAIN(oci_cpu, idle, "idle"),
};

static const struct oci_member members_oci_pids[] = {
	PLAIN(oci_pids, limit, "limit", REQUIRED),
};

static const struct oci_member members_oci_block_io[] = {
	PLAIN(oci_block_io, weight, "weight"),
	PLAIN(oci_block_io, leaf_weight, "leafWeight"),
	OBJECTS(oci_block_io, weight_device, "weightDevice", oci_weight_device),
	OBJECTS(oci_block_io, throttle_read_bps_device, "throttleReadBpsDevice", oci_throttle_device),
	OBJECTS(oci_block_io, throttle_write_bps_device, "throttleWriteBpsDevice", oci_throttle_device),
	OBJECTS(oci_block_io, throttle_read_iops_device, "throttleReadIOPSDevice", oci_throttle_device),
	OBJECTS(oci_block_io, throttle_write_iops_device, "throttleWriteIOPSDevice", oci_throttle_device),
};

static const struct oci_member members_oci_weight_device[] = {
	PLAIN(oci_weight_device, major, "major", REQUIRED),
	PLAIN(oci_weight_device, minor, "minor", REQUIRED),
	PLAIN(oci_weight_device, weight, "weight"),
	PLAIN(oci_weight_device, leaf_weight, "leafWeight"),
};

static const struct oci_member members_oci_throttle_device[] = {
	PLAIN(oci_throttle_device, major, "major", REQUIRED),
	PLAIN(oci_throttle_device, minor, "minor", REQUIRED),
	PLAIN(oci_throttle_device, rate, "rate", WRITTEN),
};

static const struct oci_member members_oci_hugepage_limit[] = {
	PLAIN(oci_hugepage_limit, page_size, "pageSize", REQUIRED, RULE(PAGE_SIZE)),
	PLAIN(oci_hugepage_limit, limit, "limit", REQUIRED),
};

static const struct oci_member members_oci_network[] = {
	PLAIN(oci_network, class_id, "classID"),
	OBJECTS(oci_network, priorities, "priorities", oci_interface_priority),
};

static const struct oci_member members_oci_interface_priority[] = {
	PLAIN(oci_interface_priority, name, "name", REQUIRED),
	PLAIN(oci_interface_priority, priority, "priority", REQUIRED),
};

static const struct oci_member members_oci_rdma[] = {
	PLAIN(oci_rdma, hca_handles, "hcaHandles"),
	PLAIN(oci_rdma, hca_objects, "hcaObjects"),
};

static const struct oci_member members_oci_seccomp[] = {
	ENUM(oci_seccomp, default_action, "defaultAction", oci_seccomp_action, REQUIRED),
	PLAIN(oci_seccomp, default_errno_ret, "defaultErrnoRet"),
	ENUMS(oci_seccomp, architectures, "architectures", oci_seccomp_arch),
	ENUMS(oci_seccomp, flags, "flags", oci_seccomp_flag),
	PLAIN(oci_seccomp, listener_path, "listenerPath"),
	PLAIN(oci_seccomp, listener_metadata, "listenerMetadata"),
	OBJECTS(oci_seccomp, syscalls, "syscalls", oci_syscall),
};

static const struct oci_member members_oci_syscall[] = {
	PLAIN(oci_syscall, names, "names", REQUIRED, RULE(NOT_EMPTY)),
	ENUM(oci_syscall, action, "action", oci_seccomp_action, REQUIRED),
	PLAIN(oci_syscall, errno_ret, "errnoRet"),
	OBJECTS(oci_syscall, args, "args", oci_seccomp_arg),
};

static const struct oci_member members_oci_seccomp_arg[] = {
	PLAIN(oci_seccomp_arg, index, "index", REQUIRED),
	PLAIN(oci_seccomp_arg, value, "value", REQUIRED),
	PLAIN(oci_seccomp_arg, value_two, "valueTwo"),
	ENUM(oci_seccomp_arg, op, "op", oci_seccomp_operator, REQUIRED),
};

static const struct oci_member members_oci_intel_rdt[] = {
	PLAIN(oci_intel_rdt, clos_id, "closID"),
	PLAIN(oci_intel_rdt, schemata, "schemata"),
	PLAIN(oci_intel_rdt, l3_cache_schema, "l3CacheSchema"),
	PLAIN(oci_intel_rdt, mem_bw_schema, "memBwSchema", RULE(MB_SCHEMA)),
	PLAIN(oci_intel_rdt, enable_monitoring, "enableMonitoring"),
	IGNORED("enableCMT", OCI_IGNORED_REMOVED),
	IGNORED("enableMBM", OCI_IGNORED_REMOVED),
};

static const struct oci_member members_oci_memory_policy[] = {
	ENUM(oci_memory_policy, mode, "mode", oci_memory_policy_mode),
	PLAIN(oci_memory_policy, nodes, "nodes"),
	ENUMS(oci_memory_policy, flags, "flags", oci_memory_policy_flag),
};

static const struct oci_member members_oci_personality[] = {
	ENUM(oci_personality, domain, "domain", oci_personality_domain),
	PLAIN(oci_personality, flags, "flags"),
};

static const struct oci_member members_oci_time_offset[] = {
	PLAIN(oci_time_offset, secs, "secs"),
	PLAIN(oci_time_offset, nanosecs, "nanosecs"),
};

static const struct oci_member members_oci_time_offsets[] = {
	OBJECT(oci_time_offsets, boottime, "boottime", oci_time_offset),
	OBJECT(oci_time_offsets, monotonic, "monotonic", oci_time_offset),
};

static const struct oci_member members_oci_state[] = {
	PLAIN(oci_state, oci_version, "ociVersion", REQUIRED, RULE(VERSION)),
	PLAIN(oci_state, id, "id", REQUIRED),
	ENUM(oci_state, status, "status", oci_status, REQUIRED),
	PLAIN(oci_state, pid, "pid", RULE(NOT_NEGATIVE)),
	PLAIN(oci_state, bundle, "bundle", REQUIRED),
	PLAIN(oci_state, root, "root"),
	PLAIN(oci_state, annotations, "annotations"),
};

static const struct oci_member members_oci_features[] = {
	PLAIN(oci_features, oci_version_min, "ociVersionMin", REQUIRED),
	PLAIN(oci_features, oci_version_max, "ociVersionMax", REQUIRED),
	PLAIN(oci_features, hooks, "hooks"),
	PLAIN(oci_features, mount_options, "mountOptions"),
	OBJECT(oci_features, on_linux, "linux", oci_linux_features),
	PLAIN(oci_features, annotations, "annotations"),
	PLAIN(oci_features, potentially_unsafe_config_annotations, "potentiallyUnsafeConfigAnnotations"),
};

static const struct oci_member members_oci_linux_features[] = {
	PLAIN(oci_linux_features, namespaces, "namespaces"),
	PLAIN(oci_linux_features, capabilities, "capabilities"),
	OBJECT(oci_linux_features, cgroup, "cgroup", oci_cgroup_features),
	OBJECT(oci_linux_features, seccomp, "seccomp", oci_seccomp_features),
	OBJECT(oci_linux_features, apparmor, "apparmor", oci_enabled),
	OBJECT(oci_linux_features, selinux, "selinux", oci_enabled),
	OBJECT(oci_linux_features, intel_rdt, "intelRdt", oci_intel_rdt_features),
	OBJECT(oci_linux_features, memory_policy, "memoryPolicy", oci_memory_policy_features),
	OBJECT(oci_linux_features, mount_extensions, "mountExtensions", oci_mount_extensions),
	OBJECT(oci_linux_features, net_devices, "netDevices", oci_enabled),
};

static const struct oci_member members_oci_cgroup_features[] = {
	PLAIN(oci_cgroup_features, v1, "v1"),
	PLAIN(oci_cgroup_features, v2, "v2"),
	PLAIN(oci_cgroup_features, systemd, "systemd"),
	PLAIN(oci_cgroup_features, systemd_user, "systemdUser"),
	PLAIN(oci_cgroup_features, rdma, "rdma"),
};

static const struct oci_member members_oci_seccomp_features[] = {
	PLAIN(oci_seccomp_features, enabled, "enabled"),
	PLAIN(oci_seccomp_features, actions, "actions"),
	PLAIN(oci_seccomp_features, operators, "operators"),
	PLAIN(oci_seccomp_features, archs, "archs"),
	PLAIN(oci_seccomp_features, known_flags, "knownFlags"),
	PLAIN(oci_seccomp_features, supported_flags, "supportedFlags"),
};

static const struct oci_member members_oci_enabled[] = {
	PLAIN(oci_enabled, enabled, "enabled"),
};

static const struct oci_member members_oci_intel_rdt_features[] = {
	PLAIN(oci_intel_rdt_features, enabled, "enabled"),
	PLAIN(oci_intel_rdt_features, schemata, "schemata"),
	PLAIN(oci_intel_rdt_features, monitoring, "monitoring"),
};

static const struct oci_member members_oci_memory_policy_features[] = {
	PLAIN(oci_memory_policy_features, modes, "modes"),
	PLAIN(oci_memory_policy_features, flags, "flags"),
};

static const struct oci_member members_oci_mount_extensions[] = {
	OBJECT(oci_mount_extensions, idmap, "idmap", oci_enabled),
};

#define TABLE(record)                                                                              \
	[OCI_TABLE_##record] = { members_##record,                                                 \
		sizeof(members_##record) / sizeof(members_##record[0]), sizeof(struct record) },
const struct oci_table oci_tables[OCI_TABLE_COUNT] = { OCI_TABLES(TABLE) };

/* clang-format on */
