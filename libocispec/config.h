/* SPDX-License-Identifier: GPL-2.0-or-later */
/* config.json of the runtime specification 1.3 as C structs: the part that all platforms share
 * and, through config-linux.h, the part for Linux.
 *
 * Names are the specification's own in snake_case; types.h has the conventions. Members for other
 * platforms (windows, solaris, vm, zos, freebsd, commandLine, username) are accepted and ignored:
 * tables-config.c lists them.
 *
 * Only what the specification itself demands has been checked: types, ranges, enumerations and
 * required members. Names that are open sets (capabilities, file system types, mount options,
 * system calls, annotations) are strings as they were written.
 *
 * Spec: config.md */
#ifndef LIBOCISPEC_CONFIG_H
#define LIBOCISPEC_CONFIG_H

#include "libocispec/config-linux.h"
#include "libocispec/types.h"

/* root */

struct oci_root {
	const char *path; /* required */
	bool readonly;
};

/* mounts */

struct oci_mount {
	const char *destination; /* required */
	const char *type;
	const char *source;
	struct oci_strings options; /* as written; an empty string may be among them */
	struct oci_id_mapping_list uid_mappings;
	struct oci_id_mapping_list gid_mappings;
};

struct oci_mount_list {
	size_t count;
	struct oci_mount *items;
	bool present;
};

/* process */

struct oci_console_size {
	uint64_t height; /* required */
	uint64_t width;	 /* required */
};

/* An id is never 4294967295, which the kernel takes for "no id". */
struct oci_user {
	uint32_t uid;
	uint32_t gid;
	struct oci_opt_u32 umask;
	struct oci_u32_list additional_gids;
};

struct oci_capabilities {
	struct oci_strings bounding;
	struct oci_strings effective;
	struct oci_strings inheritable;
	struct oci_strings permitted;
	struct oci_strings ambient;
};

/* `type` matches RLIMIT_[A-Z]+; whether there is such a limit is not checked here. */
struct oci_rlimit {
	const char *type; /* required */
	uint64_t hard;	  /* required; 18446744073709551615 is RLIM_INFINITY */
	uint64_t soft;	  /* required */
};

struct oci_rlimit_list {
	size_t count;
	struct oci_rlimit *items;
	bool present;
};

enum oci_scheduler_policy {
	OCI_SCHED_ABSENT,
	OCI_SCHED_OTHER,
	OCI_SCHED_FIFO,
	OCI_SCHED_RR,
	OCI_SCHED_BATCH,
	OCI_SCHED_ISO,
	OCI_SCHED_IDLE,
	OCI_SCHED_DEADLINE,
};

enum oci_scheduler_flag {
	OCI_SCHED_FLAG_ABSENT,
	OCI_SCHED_FLAG_RESET_ON_FORK,
	OCI_SCHED_FLAG_RECLAIM,
	OCI_SCHED_FLAG_DL_OVERRUN,
	OCI_SCHED_FLAG_KEEP_POLICY,
	OCI_SCHED_FLAG_KEEP_PARAMS,
	OCI_SCHED_FLAG_UTIL_CLAMP_MIN,
	OCI_SCHED_FLAG_UTIL_CLAMP_MAX,
};

struct oci_scheduler_flag_list {
	size_t count;
	enum oci_scheduler_flag *items;
	bool present;
};

struct oci_scheduler {
	enum oci_scheduler_policy policy; /* required */
	struct oci_opt_i32 nice;
	struct oci_opt_i32 priority;
	struct oci_scheduler_flag_list flags;
	struct oci_opt_u64 runtime;
	struct oci_opt_u64 deadline;
	struct oci_opt_u64 period;
};

enum oci_io_priority_class {
	OCI_IOPRIO_CLASS_ABSENT,
	OCI_IOPRIO_CLASS_RT,
	OCI_IOPRIO_CLASS_BE,
	OCI_IOPRIO_CLASS_IDLE,
};

struct oci_io_priority {
	enum oci_io_priority_class class; /* required */
	struct oci_opt_i32 priority;
};

/* Both are lists of processors such as "0-3,7": digits, commas, blanks and '-' only. */
struct oci_exec_cpu_affinity {
	const char *initial;
	const char *final;
};

struct oci_process {
	bool terminal;
	struct oci_console_size *console_size;
	struct oci_user *user;
	struct oci_strings args;
	struct oci_strings env;
	const char *cwd; /* required */
	struct oci_capabilities *capabilities;
	struct oci_rlimit_list rlimits;
	bool no_new_privileges;
	const char *apparmor_profile;
	struct oci_opt_i32 oom_score_adj;
	struct oci_scheduler *scheduler;
	const char *selinux_label;
	struct oci_io_priority *io_priority;
	struct oci_exec_cpu_affinity *exec_cpu_affinity;
};

/* hooks */

struct oci_hook {
	const char *path; /* required */
	struct oci_strings args;
	struct oci_strings env;
	struct oci_opt_u32 timeout; /* seconds, at least 1 */
};

struct oci_hook_list {
	size_t count;
	struct oci_hook *items;
	bool present;
};

struct oci_hooks {
	struct oci_hook_list prestart;
	struct oci_hook_list create_runtime;
	struct oci_hook_list create_container;
	struct oci_hook_list start_container;
	struct oci_hook_list poststart;
	struct oci_hook_list poststop;
};

/* The whole document. */
struct oci_spec {
	const char *oci_version; /* required; a semantic version 0.x or 1.x */
	struct oci_process *process;
	struct oci_root *root;
	const char *hostname;
	const char *domainname;
	struct oci_mount_list mounts;
	struct oci_hooks *hooks;
	struct oci_map annotations;
	struct oci_linux *on_linux; /* "linux"; that word itself is a macro of GNU C */
};

#endif
