/* SPDX-License-Identifier: GPL-2.0-or-later */
/* The tables that decoder and encoder share; internal to the library and its tests.
 *
 * There is one table per kind of JSON object and one entry per member. Entries hold no pointers
 * (names are arrays, other tables and enumerations are numbers), so that they lie in read-only
 * memory which a position-independent program neither relocates nor copies.
 *
 * To add a member: a field in config.h, a line in tables.c. What the field's C type is decides how
 * it is decoded; contrib/check-schema compares the tables with the schema. */
#ifndef LIBOCISPEC_TABLES_H
#define LIBOCISPEC_TABLES_H

#include <stddef.h>
#include <stdint.h>

#include "libocispec/enums.h"

enum oci_kind {
	OCI_KIND_BOOL,
	OCI_KIND_U16,
	OCI_KIND_U32,
	OCI_KIND_I32,
	OCI_KIND_U64,
	OCI_KIND_I64,
	OCI_KIND_STRING,
	OCI_KIND_ENUM,
	OCI_KIND_OBJECT,
	OCI_KIND_IGNORED,
};

enum oci_shape {
	OCI_SHAPE_ONE,	    /* a plain value */
	OCI_SHAPE_OPTIONAL, /* struct oci_opt_... */
	OCI_SHAPE_LIST,	    /* a struct laid out as struct oci_strings */
	OCI_SHAPE_MAP,	    /* the same; each item begins with its key */
};

/* What a value must be beyond its type. */
enum oci_rule {
	OCI_RULE_NONE,
	OCI_RULE_VERSION,      /* string: a semantic version 0.x or 1.x */
	OCI_RULE_RLIMIT,       /* string: RLIMIT_[A-Z]+ */
	OCI_RULE_CPU_LIST,     /* string: [0-9, -]* */
	OCI_RULE_PAGE_SIZE,    /* string: [1-9][0-9]*[KMG]B */
	OCI_RULE_MB_SCHEMA,    /* string: begins with MB:, one line */
	OCI_RULE_ID,	       /* integer: not 4294967295 */
	OCI_RULE_FILE_MODE,    /* integer: at most 65535 */
	OCI_RULE_POSITIVE,     /* integer: at least 1 */
	OCI_RULE_NOT_NEGATIVE, /* integer */
	OCI_RULE_NOT_EMPTY,    /* array */
};

enum oci_flag {
	OCI_REQUIRED = 1, /* missing is an error */
	OCI_WRITTEN = 2,  /* encoded also when zero */
};

/* Why a member is accepted and not decoded. */
enum oci_ignored {
	OCI_IGNORED_PLATFORM, /* it is for another platform */
	OCI_IGNORED_REMOVED, /* the specification has withdrawn it, engines may still write it */
};

#define OCI_TABLES(X)                                                                          \
	X(oci_spec)                                                                            \
	X(oci_root)                                                                            \
	X(oci_mount)                                                                           \
	X(oci_id_mapping)                                                                      \
	X(oci_process)                                                                         \
	X(oci_console_size)                                                                    \
	X(oci_user)                                                                            \
	X(oci_capabilities)                                                                    \
	X(oci_rlimit)                                                                          \
	X(oci_scheduler)                                                                       \
	X(oci_io_priority)                                                                     \
	X(oci_exec_cpu_affinity)                                                               \
	X(oci_hook)                                                                            \
	X(oci_hooks)                                                                           \
	X(oci_linux)                                                                           \
	X(oci_namespace)                                                                       \
	X(oci_device)                                                                          \
	X(oci_net_device)                                                                      \
	X(oci_resources)                                                                       \
	X(oci_device_rule)                                                                     \
	X(oci_memory)                                                                          \
	X(oci_cpu)                                                                             \
	X(oci_pids)                                                                            \
	X(oci_block_io)                                                                        \
	X(oci_weight_device)                                                                   \
	X(oci_throttle_device)                                                                 \
	X(oci_hugepage_limit)                                                                  \
	X(oci_network)                                                                         \
	X(oci_interface_priority)                                                              \
	X(oci_rdma)                                                                            \
	X(oci_seccomp)                                                                         \
	X(oci_syscall)                                                                         \
	X(oci_seccomp_arg)                                                                     \
	X(oci_intel_rdt)                                                                       \
	X(oci_memory_policy)                                                                   \
	X(oci_personality)                                                                     \
	X(oci_time_offset)                                                                     \
	X(oci_time_offsets)                                                                    \
	X(oci_state)                                                                           \
	X(oci_features)                                                                        \
	X(oci_linux_features)                                                                  \
	X(oci_cgroup_features)                                                                 \
	X(oci_seccomp_features)                                                                \
	X(oci_enabled)                                                                         \
	X(oci_intel_rdt_features)                                                              \
	X(oci_memory_policy_features)                                                          \
	X(oci_mount_extensions)

#define OCI_TABLE_ID(name) OCI_TABLE_##name,
enum oci_table_id { OCI_TABLES(OCI_TABLE_ID) OCI_TABLE_COUNT };

struct oci_member {
	char name[36];
	uint8_t length;
	uint8_t kind;
	uint8_t shape;
	uint8_t type; /* enum oci_table_id, oci_enum_id or oci_ignored, as the kind demands */
	uint8_t rule;
	uint8_t flags;
	uint16_t offset; /* of the field in the struct */
};

struct oci_table {
	const struct oci_member *members;
	uint16_t count; /* at most 64 */
	uint16_t size;	/* of the struct */
};

extern const struct oci_table oci_tables[OCI_TABLE_COUNT];

/* How a scalar kind lies in memory; zeros for kinds that are no scalars. */
struct oci_layout {
	uint8_t size;
	uint8_t optional_offset; /* of the value in struct oci_opt_... */
};

extern const struct oci_layout oci_layouts[];

static inline size_t oci_kind_size(enum oci_kind kind)
{
	return oci_layouts[kind].size;
}

static inline size_t oci_kind_optional_offset(enum oci_kind kind)
{
	return oci_layouts[kind].optional_offset;
}

/* The values that an integer member can take: those of its kind, narrowed by its rule. */
struct oci_range {
	int64_t min;
	uint64_t max;
};

struct oci_range oci_member_range(const struct oci_member *member);

#endif
