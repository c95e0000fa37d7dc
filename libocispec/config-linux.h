/* SPDX-License-Identifier: GPL-2.0-or-later */
/* The object "linux" of config.json; config.h says what all of it has in common.
 *
 * Spec: config-linux.md */
#ifndef LIBOCISPEC_CONFIG_LINUX_H
#define LIBOCISPEC_CONFIG_LINUX_H

#include "libocispec/types.h"

/* id mappings, which mounts and user namespaces share */

struct oci_id_mapping {
	uint32_t container_id; /* required; never 4294967295 */
	uint32_t host_id;      /* required; never 4294967295 */
	uint32_t size;	       /* required; 4294967295 is the usual full map */
};

struct oci_id_mapping_list {
	size_t count;
	struct oci_id_mapping *items;
	bool present;
};

/* namespaces, devices */

enum oci_namespace_type {
	OCI_NAMESPACE_ABSENT,
	OCI_NAMESPACE_MOUNT,
	OCI_NAMESPACE_PID,
	OCI_NAMESPACE_NETWORK,
	OCI_NAMESPACE_UTS,
	OCI_NAMESPACE_IPC,
	OCI_NAMESPACE_USER,
	OCI_NAMESPACE_CGROUP,
	OCI_NAMESPACE_TIME,
};

struct oci_namespace {
	enum oci_namespace_type type; /* required */
	const char *path;
};

struct oci_namespace_list {
	size_t count;
	struct oci_namespace *items;
	bool present;
};

enum oci_device_type {
	OCI_DEVICE_ABSENT,
	OCI_DEVICE_CHAR,       /* c */
	OCI_DEVICE_UNBUFFERED, /* u, the same as c */
	OCI_DEVICE_BLOCK,      /* b */
	OCI_DEVICE_FIFO,       /* p */
};

struct oci_device {
	enum oci_device_type type; /* required */
	const char *path;	   /* required */
	struct oci_opt_i64 major;
	struct oci_opt_i64 minor;
	struct oci_opt_u32
		file_mode; /* may hold file type bits, which engines write: mask them */
	struct oci_opt_u32 uid;
	struct oci_opt_u32 gid;
};

struct oci_device_list {
	size_t count;
	struct oci_device *items;
	bool present;
};

struct oci_net_device {
	const char *key;  /* the name on the host */
	const char *name; /* the name in the container, if another */
};

struct oci_net_device_map {
	size_t count;
	struct oci_net_device *items;
	bool present;
};

/* resources (also the whole document of `update --resources`) */

enum oci_device_rule_type {
	OCI_DEVICE_RULE_ABSENT,
	OCI_DEVICE_RULE_ALL,   /* a */
	OCI_DEVICE_RULE_CHAR,  /* c */
	OCI_DEVICE_RULE_BLOCK, /* b */
};

struct oci_device_rule {
	bool allow; /* required */
	enum oci_device_rule_type type;
	struct oci_opt_i64 major; /* -1 is written for "all" */
	struct oci_opt_i64 minor;
	const char *access;
};

struct oci_device_rule_list {
	size_t count;
	struct oci_device_rule *items;
	bool present;
};

struct oci_memory {
	struct oci_opt_i64 limit;
	struct oci_opt_i64 reservation;
	struct oci_opt_i64 swap;
	struct oci_opt_i64 kernel;
	struct oci_opt_i64 kernel_tcp;
	struct oci_opt_u64 swappiness;
	struct oci_opt_bool disable_oom_killer;
	struct oci_opt_bool use_hierarchy;
	struct oci_opt_bool check_before_update;
};

struct oci_cpu {
	struct oci_opt_u64 shares;
	struct oci_opt_i64 quota;
	struct oci_opt_u64 burst;
	struct oci_opt_u64 period;
	struct oci_opt_i64 realtime_runtime;
	struct oci_opt_u64 realtime_period;
	const char *cpus;
	const char *mems;
	struct oci_opt_i64 idle;
};

struct oci_pids {
	int64_t limit; /* required */
};

struct oci_weight_device {
	int64_t major; /* required */
	int64_t minor; /* required */
	struct oci_opt_u16 weight;
	struct oci_opt_u16 leaf_weight;
};

struct oci_weight_device_list {
	size_t count;
	struct oci_weight_device *items;
	bool present;
};

struct oci_throttle_device {
	int64_t major; /* required */
	int64_t minor; /* required */
	uint64_t rate;
};

struct oci_throttle_device_list {
	size_t count;
	struct oci_throttle_device *items;
	bool present;
};

struct oci_block_io {
	struct oci_opt_u16 weight;
	struct oci_opt_u16 leaf_weight;
	struct oci_weight_device_list weight_device;
	struct oci_throttle_device_list throttle_read_bps_device;
	struct oci_throttle_device_list throttle_write_bps_device;
	struct oci_throttle_device_list throttle_read_iops_device;
	struct oci_throttle_device_list throttle_write_iops_device;
};

struct oci_hugepage_limit {
	const char *page_size; /* required; [1-9][0-9]*[KMG]B */
	uint64_t limit;	       /* required */
};

struct oci_hugepage_limit_list {
	size_t count;
	struct oci_hugepage_limit *items;
	bool present;
};

struct oci_interface_priority {
	const char *name;  /* required */
	uint32_t priority; /* required */
};

struct oci_interface_priority_list {
	size_t count;
	struct oci_interface_priority *items;
	bool present;
};

struct oci_network {
	struct oci_opt_u32 class_id;
	struct oci_interface_priority_list priorities;
};

struct oci_rdma {
	const char *key; /* the name of the device */
	struct oci_opt_u32 hca_handles;
	struct oci_opt_u32 hca_objects;
};

struct oci_rdma_map {
	size_t count;
	struct oci_rdma *items;
	bool present;
};

struct oci_resources {
	struct oci_device_rule_list devices; /* the order matters */
	struct oci_memory *memory;
	struct oci_cpu *cpu;
	struct oci_pids *pids;
	struct oci_block_io *block_io;
	struct oci_hugepage_limit_list hugepage_limits;
	struct oci_network *network;
	struct oci_rdma_map rdma;
	struct oci_map unified;
};

/* seccomp */

enum oci_seccomp_action {
	OCI_SECCOMP_ACTION_ABSENT,
	OCI_SECCOMP_KILL, /* the same as KILL_THREAD */
	OCI_SECCOMP_KILL_PROCESS,
	OCI_SECCOMP_KILL_THREAD,
	OCI_SECCOMP_TRAP,
	OCI_SECCOMP_ERRNO,
	OCI_SECCOMP_TRACE,
	OCI_SECCOMP_ALLOW,
	OCI_SECCOMP_LOG,
	OCI_SECCOMP_NOTIFY,
};

enum oci_seccomp_operator {
	OCI_SECCOMP_OPERATOR_ABSENT,
	OCI_SECCOMP_NE,
	OCI_SECCOMP_LT,
	OCI_SECCOMP_LE,
	OCI_SECCOMP_EQ,
	OCI_SECCOMP_GE,
	OCI_SECCOMP_GT,
	OCI_SECCOMP_MASKED_EQ,
};

enum oci_seccomp_arch {
	OCI_SECCOMP_ARCH_ABSENT,
	OCI_SECCOMP_ARCH_X86,
	OCI_SECCOMP_ARCH_X86_64,
	OCI_SECCOMP_ARCH_X32,
	OCI_SECCOMP_ARCH_ARM,
	OCI_SECCOMP_ARCH_AARCH64,
	OCI_SECCOMP_ARCH_LOONGARCH64,
	OCI_SECCOMP_ARCH_M68K,
	OCI_SECCOMP_ARCH_MIPS,
	OCI_SECCOMP_ARCH_MIPS64,
	OCI_SECCOMP_ARCH_MIPS64N32,
	OCI_SECCOMP_ARCH_MIPSEL,
	OCI_SECCOMP_ARCH_MIPSEL64,
	OCI_SECCOMP_ARCH_MIPSEL64N32,
	OCI_SECCOMP_ARCH_PPC,
	OCI_SECCOMP_ARCH_PPC64,
	OCI_SECCOMP_ARCH_PPC64LE,
	OCI_SECCOMP_ARCH_S390,
	OCI_SECCOMP_ARCH_S390X,
	OCI_SECCOMP_ARCH_SH,
	OCI_SECCOMP_ARCH_SHEB,
	OCI_SECCOMP_ARCH_PARISC,
	OCI_SECCOMP_ARCH_PARISC64,
	OCI_SECCOMP_ARCH_RISCV64,
};

struct oci_seccomp_arch_list {
	size_t count;
	enum oci_seccomp_arch *items;
	bool present;
};

enum oci_seccomp_flag {
	OCI_SECCOMP_FLAG_ABSENT,
	OCI_SECCOMP_FLAG_TSYNC,
	OCI_SECCOMP_FLAG_LOG,
	OCI_SECCOMP_FLAG_SPEC_ALLOW,
	OCI_SECCOMP_FLAG_WAIT_KILLABLE_RECV,
};

struct oci_seccomp_flag_list {
	size_t count;
	enum oci_seccomp_flag *items;
	bool present;
};

struct oci_seccomp_arg {
	uint32_t index; /* required */
	uint64_t value; /* required */
	uint64_t value_two;
	enum oci_seccomp_operator op; /* required */
};

struct oci_seccomp_arg_list {
	size_t count;
	struct oci_seccomp_arg *items;
	bool present;
};

struct oci_syscall {
	struct oci_strings names;	/* required, at least one */
	enum oci_seccomp_action action; /* required */
	struct oci_opt_u32 errno_ret;
	struct oci_seccomp_arg_list args;
};

struct oci_syscall_list {
	size_t count;
	struct oci_syscall *items;
	bool present;
};

struct oci_seccomp {
	enum oci_seccomp_action default_action; /* required */
	struct oci_opt_u32 default_errno_ret;
	struct oci_seccomp_arch_list architectures;
	struct oci_seccomp_flag_list flags;
	const char *listener_path;
	const char *listener_metadata;
	struct oci_syscall_list syscalls;
};

/* the other members */

enum oci_rootfs_propagation {
	OCI_PROPAGATION_ABSENT,
	OCI_PROPAGATION_PRIVATE,
	OCI_PROPAGATION_SHARED,
	OCI_PROPAGATION_SLAVE,
	OCI_PROPAGATION_UNBINDABLE,
	OCI_PROPAGATION_RPRIVATE, /* this and the next are not in the schema: engines write them */
	OCI_PROPAGATION_RSHARED,
	OCI_PROPAGATION_RSLAVE,
	OCI_PROPAGATION_RUNBINDABLE,
};

struct oci_intel_rdt {
	const char *clos_id;
	struct oci_strings schemata;
	const char *l3_cache_schema;
	const char *mem_bw_schema; /* begins with "MB:", one line */
	bool enable_monitoring;
};

enum oci_memory_policy_mode {
	OCI_MPOL_ABSENT,
	OCI_MPOL_DEFAULT,
	OCI_MPOL_BIND,
	OCI_MPOL_INTERLEAVE,
	OCI_MPOL_WEIGHTED_INTERLEAVE,
	OCI_MPOL_PREFERRED,
	OCI_MPOL_PREFERRED_MANY,
	OCI_MPOL_LOCAL,
};

enum oci_memory_policy_flag {
	OCI_MPOL_F_ABSENT,
	OCI_MPOL_F_NUMA_BALANCING,
	OCI_MPOL_F_RELATIVE_NODES,
	OCI_MPOL_F_STATIC_NODES,
};

struct oci_memory_policy_flag_list {
	size_t count;
	enum oci_memory_policy_flag *items;
	bool present;
};

struct oci_memory_policy {
	enum oci_memory_policy_mode mode;
	const char *nodes;
	struct oci_memory_policy_flag_list flags;
};

enum oci_personality_domain {
	OCI_PERSONALITY_ABSENT,
	OCI_PERSONALITY_LINUX,
	OCI_PERSONALITY_LINUX32,
};

struct oci_personality {
	enum oci_personality_domain domain;
	struct oci_strings flags; /* the specification defines none yet */
};

struct oci_time_offset {
	int64_t secs;
	uint32_t nanosecs;
};

struct oci_time_offsets {
	struct oci_time_offset *boottime;
	struct oci_time_offset *monotonic;
};

struct oci_linux {
	struct oci_id_mapping_list uid_mappings;
	struct oci_id_mapping_list gid_mappings;
	struct oci_map sysctl;
	struct oci_resources *resources;
	const char *cgroups_path;
	struct oci_namespace_list namespaces;
	struct oci_device_list devices;
	struct oci_net_device_map net_devices;
	struct oci_seccomp *seccomp;
	enum oci_rootfs_propagation rootfs_propagation;
	struct oci_strings masked_paths;
	struct oci_strings readonly_paths;
	const char *mount_label;
	struct oci_intel_rdt *intel_rdt;
	struct oci_memory_policy *memory_policy;
	struct oci_personality *personality;
	struct oci_time_offsets *time_offsets;
};

#endif
