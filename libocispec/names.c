/* SPDX-License-Identifier: GPL-2.0-or-later */
/* The names of the enumerations, and the sizes and ranges of the scalar kinds. */
#include "libocispec/tables.h"

#include <string.h>

#include "libocispec/types.h"

/* The names in the order of the enumeration's constants, which count from 1. Each name ends in a
 * NUL, and the empty name that the compiler's own NUL makes ends the list. */
/* clang-format off */

static const char names_oci_scheduler_policy[] =
	"SCHED_OTHER\0" "SCHED_FIFO\0" "SCHED_RR\0" "SCHED_BATCH\0" "SCHED_ISO\0" "SCHED_IDLE\0"
	"SCHED_DEADLINE\0";

static const char names_oci_scheduler_flag[] =
	"SCHED_FLAG_RESET_ON_FORK\0" "SCHED_FLAG_RECLAIM\0" "SCHED_FLAG_DL_OVERRUN\0"
	"SCHED_FLAG_KEEP_POLICY\0" "SCHED_FLAG_KEEP_PARAMS\0" "SCHED_FLAG_UTIL_CLAMP_MIN\0"
	"SCHED_FLAG_UTIL_CLAMP_MAX\0";

static const char names_oci_io_priority_class[] =
	"IOPRIO_CLASS_RT\0" "IOPRIO_CLASS_BE\0" "IOPRIO_CLASS_IDLE\0";

static const char names_oci_namespace_type[] =
	"mount\0" "pid\0" "network\0" "uts\0" "ipc\0" "user\0" "cgroup\0" "time\0";

static const char names_oci_device_type[] = "c\0" "u\0" "b\0" "p\0";

static const char names_oci_device_rule_type[] = "a\0" "c\0" "b\0";

static const char names_oci_seccomp_action[] =
	"SCMP_ACT_KILL\0" "SCMP_ACT_KILL_PROCESS\0" "SCMP_ACT_KILL_THREAD\0" "SCMP_ACT_TRAP\0"
	"SCMP_ACT_ERRNO\0" "SCMP_ACT_TRACE\0" "SCMP_ACT_ALLOW\0" "SCMP_ACT_LOG\0" "SCMP_ACT_NOTIFY\0";

static const char names_oci_seccomp_operator[] =
	"SCMP_CMP_NE\0" "SCMP_CMP_LT\0" "SCMP_CMP_LE\0" "SCMP_CMP_EQ\0" "SCMP_CMP_GE\0"
	"SCMP_CMP_GT\0" "SCMP_CMP_MASKED_EQ\0";

static const char names_oci_seccomp_arch[] =
	"SCMP_ARCH_X86\0" "SCMP_ARCH_X86_64\0" "SCMP_ARCH_X32\0" "SCMP_ARCH_ARM\0"
	"SCMP_ARCH_AARCH64\0" "SCMP_ARCH_LOONGARCH64\0" "SCMP_ARCH_M68K\0" "SCMP_ARCH_MIPS\0"
	"SCMP_ARCH_MIPS64\0" "SCMP_ARCH_MIPS64N32\0" "SCMP_ARCH_MIPSEL\0" "SCMP_ARCH_MIPSEL64\0"
	"SCMP_ARCH_MIPSEL64N32\0" "SCMP_ARCH_PPC\0" "SCMP_ARCH_PPC64\0" "SCMP_ARCH_PPC64LE\0"
	"SCMP_ARCH_S390\0" "SCMP_ARCH_S390X\0" "SCMP_ARCH_SH\0" "SCMP_ARCH_SHEB\0"
	"SCMP_ARCH_PARISC\0" "SCMP_ARCH_PARISC64\0" "SCMP_ARCH_RISCV64\0";

static const char names_oci_seccomp_flag[] =
	"SECCOMP_FILTER_FLAG_TSYNC\0" "SECCOMP_FILTER_FLAG_LOG\0" "SECCOMP_FILTER_FLAG_SPEC_ALLOW\0"
	"SECCOMP_FILTER_FLAG_WAIT_KILLABLE_RECV\0";

static const char names_oci_rootfs_propagation[] =
	"private\0" "shared\0" "slave\0" "unbindable\0" "rprivate\0" "rshared\0" "rslave\0"
	"runbindable\0";

static const char names_oci_memory_policy_mode[] =
	"MPOL_DEFAULT\0" "MPOL_BIND\0" "MPOL_INTERLEAVE\0" "MPOL_WEIGHTED_INTERLEAVE\0"
	"MPOL_PREFERRED\0" "MPOL_PREFERRED_MANY\0" "MPOL_LOCAL\0";

static const char names_oci_memory_policy_flag[] =
	"MPOL_F_NUMA_BALANCING\0" "MPOL_F_RELATIVE_NODES\0" "MPOL_F_STATIC_NODES\0";

static const char names_oci_personality_domain[] = "LINUX\0" "LINUX32\0";

static const char names_oci_status[] = "creating\0" "created\0" "running\0" "stopped\0";

/* clang-format on */

#define NAMES(name, what) [OCI_ENUM_##name] = {names_##name, what},
static const struct {
	const char *names;
	const char *what;
} enums[OCI_ENUM_COUNT] = {OCI_ENUMS(NAMES)};

#define LAYOUT(optional)                                                                       \
	{                                                                                      \
		sizeof(((struct optional *)0)->value), offsetof(struct optional, value)        \
	}
const struct oci_layout oci_layouts[] = {
	[OCI_KIND_BOOL] = LAYOUT(oci_opt_bool),
	[OCI_KIND_U16] = LAYOUT(oci_opt_u16),
	[OCI_KIND_U32] = LAYOUT(oci_opt_u32),
	[OCI_KIND_I32] = LAYOUT(oci_opt_i32),
	[OCI_KIND_U64] = LAYOUT(oci_opt_u64),
	[OCI_KIND_I64] = LAYOUT(oci_opt_i64),
	[OCI_KIND_STRING] = {sizeof(char *), 0},
	[OCI_KIND_ENUM] = {sizeof(unsigned), 0},
	[OCI_KIND_OBJECT] = {0, 0},
	[OCI_KIND_IGNORED] = {0, 0},
};

static const struct oci_range kind_ranges[] = {
	[OCI_KIND_U16] = {0, UINT16_MAX},
	[OCI_KIND_U32] = {0, UINT32_MAX},
	[OCI_KIND_I32] = {INT32_MIN, INT32_MAX},
	[OCI_KIND_U64] = {0, UINT64_MAX},
	[OCI_KIND_I64] = {INT64_MIN, INT64_MAX},
};

const char *oci_enum_name(enum oci_enum_id id, unsigned value)
{
	const char *name = enums[id].names;

	if (!value)
		return NULL;
	while (*name && --value)
		name += strlen(name) + 1;
	return *name ? name : NULL;
}

unsigned oci_enum_value(enum oci_enum_id id, const char *name, size_t length)
{
	const char *known = enums[id].names;
	unsigned value = 1;

	while (*known) {
		size_t known_length = strlen(known);

		if (known_length == length && !memcmp(known, name, length))
			return value;
		known += known_length + 1;
		value++;
	}
	return 0;
}

const char *oci_enum_what(enum oci_enum_id id)
{
	return enums[id].what;
}

struct oci_range oci_member_range(const struct oci_member *member)
{
	struct oci_range range = kind_ranges[member->kind];

	if (member->rule == OCI_RULE_ID)
		range.max = UINT32_MAX - 1;
	if (member->rule == OCI_RULE_FILE_MODE)
		range.max = UINT16_MAX;
	if (member->rule == OCI_RULE_POSITIVE)
		range.min = 1;
	if (member->rule == OCI_RULE_NOT_NEGATIVE)
		range.min = 0;
	return range;
}
