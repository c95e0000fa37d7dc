/* SPDX-License-Identifier: GPL-2.0-or-later */
/* The tables of libocispec: they are sound in themselves, and the names of an enumeration stand in
 * the order of its constants. contrib/check-schema compares them with the schema. */
#include "libocispec_help.h"

#include "libocispec/tables.h"

static void names_are_unique_in_their_table(void **state)
{
	(void)state;
	for (unsigned t = 0; t < OCI_TABLE_COUNT; t++) {
		const struct oci_table *table = &oci_tables[t];

		for (unsigned i = 0; i < table->count; i++) {
			for (unsigned j = 0; j < i; j++)
				assert_string_not_equal(
					table->members[i].name, table->members[j].name);
		}
	}
}

static void tables_fit_the_decoder(void **state)
{
	(void)state;
	for (unsigned t = 0; t < OCI_TABLE_COUNT; t++) {
		const struct oci_table *table = &oci_tables[t];

		/* The keys seen are bits of one word. */
		assert_in_range(table->count, 1, 64);
		for (unsigned i = 0; i < table->count; i++) {
			const struct oci_member *member = &table->members[i];

			assert_int_equal(strlen(member->name), member->length);
			assert_true(member->offset < table->size);
			if (member->kind == OCI_KIND_OBJECT)
				assert_true(member->type < OCI_TABLE_COUNT);
			if (member->kind == OCI_KIND_ENUM)
				assert_true(member->type < OCI_ENUM_COUNT);
		}
	}
}

/* Two members in one field would overwrite each other. */
static void fields_are_used_once(void **state)
{
	(void)state;
	for (unsigned t = 0; t < OCI_TABLE_COUNT; t++) {
		const struct oci_table *table = &oci_tables[t];

		for (unsigned i = 0; i < table->count; i++) {
			for (unsigned j = 0; j < i; j++) {
				if (table->members[i].kind != OCI_KIND_IGNORED &&
					table->members[j].kind != OCI_KIND_IGNORED)
					assert_int_not_equal(table->members[i].offset,
						table->members[j].offset);
			}
		}
	}
}

static void items_of_maps_begin_with_their_key(void **state)
{
	(void)state;
	assert_int_equal(offsetof(struct oci_pair, key), 0);
	assert_int_equal(offsetof(struct oci_net_device, key), 0);
	assert_int_equal(offsetof(struct oci_rdma, key), 0);
}

static void lists_have_the_layout_of_strings(void **state)
{
	(void)state;
#define SAME(list)                                                                             \
	assert_int_equal(offsetof(struct list, count), offsetof(struct oci_strings, count));   \
	assert_int_equal(offsetof(struct list, items), offsetof(struct oci_strings, items));   \
	assert_int_equal(                                                                      \
		offsetof(struct list, present), offsetof(struct oci_strings, present));        \
	assert_int_equal(sizeof(struct list), sizeof(struct oci_strings))
	SAME(oci_u32_list);
	SAME(oci_map);
	SAME(oci_mount_list);
	SAME(oci_id_mapping_list);
	SAME(oci_rlimit_list);
	SAME(oci_scheduler_flag_list);
	SAME(oci_hook_list);
	SAME(oci_namespace_list);
	SAME(oci_device_list);
	SAME(oci_net_device_map);
	SAME(oci_device_rule_list);
	SAME(oci_weight_device_list);
	SAME(oci_throttle_device_list);
	SAME(oci_hugepage_limit_list);
	SAME(oci_interface_priority_list);
	SAME(oci_rdma_map);
	SAME(oci_seccomp_arch_list);
	SAME(oci_seccomp_flag_list);
	SAME(oci_seccomp_arg_list);
	SAME(oci_syscall_list);
	SAME(oci_memory_policy_flag_list);
}

static const struct {
	enum oci_enum_id id;
	unsigned value;
	const char *name;
} constants[] = {
#define ROW(enumeration, value, name)                                                          \
	{                                                                                      \
		OCI_ENUM_##enumeration, value, name                                            \
	}
	ROW(oci_namespace_type, OCI_NAMESPACE_MOUNT, "mount"),
	ROW(oci_namespace_type, OCI_NAMESPACE_PID, "pid"),
	ROW(oci_namespace_type, OCI_NAMESPACE_NETWORK, "network"),
	ROW(oci_namespace_type, OCI_NAMESPACE_UTS, "uts"),
	ROW(oci_namespace_type, OCI_NAMESPACE_IPC, "ipc"),
	ROW(oci_namespace_type, OCI_NAMESPACE_USER, "user"),
	ROW(oci_namespace_type, OCI_NAMESPACE_CGROUP, "cgroup"),
	ROW(oci_namespace_type, OCI_NAMESPACE_TIME, "time"),
	ROW(oci_scheduler_policy, OCI_SCHED_OTHER, "SCHED_OTHER"),
	ROW(oci_scheduler_policy, OCI_SCHED_FIFO, "SCHED_FIFO"),
	ROW(oci_scheduler_policy, OCI_SCHED_RR, "SCHED_RR"),
	ROW(oci_scheduler_policy, OCI_SCHED_BATCH, "SCHED_BATCH"),
	ROW(oci_scheduler_policy, OCI_SCHED_ISO, "SCHED_ISO"),
	ROW(oci_scheduler_policy, OCI_SCHED_IDLE, "SCHED_IDLE"),
	ROW(oci_scheduler_policy, OCI_SCHED_DEADLINE, "SCHED_DEADLINE"),
	ROW(oci_scheduler_flag, OCI_SCHED_FLAG_RESET_ON_FORK, "SCHED_FLAG_RESET_ON_FORK"),
	ROW(oci_scheduler_flag, OCI_SCHED_FLAG_RECLAIM, "SCHED_FLAG_RECLAIM"),
	ROW(oci_scheduler_flag, OCI_SCHED_FLAG_DL_OVERRUN, "SCHED_FLAG_DL_OVERRUN"),
	ROW(oci_scheduler_flag, OCI_SCHED_FLAG_KEEP_POLICY, "SCHED_FLAG_KEEP_POLICY"),
	ROW(oci_scheduler_flag, OCI_SCHED_FLAG_KEEP_PARAMS, "SCHED_FLAG_KEEP_PARAMS"),
	ROW(oci_scheduler_flag, OCI_SCHED_FLAG_UTIL_CLAMP_MIN, "SCHED_FLAG_UTIL_CLAMP_MIN"),
	ROW(oci_scheduler_flag, OCI_SCHED_FLAG_UTIL_CLAMP_MAX, "SCHED_FLAG_UTIL_CLAMP_MAX"),
	ROW(oci_io_priority_class, OCI_IOPRIO_CLASS_RT, "IOPRIO_CLASS_RT"),
	ROW(oci_io_priority_class, OCI_IOPRIO_CLASS_BE, "IOPRIO_CLASS_BE"),
	ROW(oci_io_priority_class, OCI_IOPRIO_CLASS_IDLE, "IOPRIO_CLASS_IDLE"),
	ROW(oci_device_type, OCI_DEVICE_CHAR, "c"),
	ROW(oci_device_type, OCI_DEVICE_UNBUFFERED, "u"),
	ROW(oci_device_type, OCI_DEVICE_BLOCK, "b"),
	ROW(oci_device_type, OCI_DEVICE_FIFO, "p"),
	ROW(oci_device_rule_type, OCI_DEVICE_RULE_ALL, "a"),
	ROW(oci_device_rule_type, OCI_DEVICE_RULE_CHAR, "c"),
	ROW(oci_device_rule_type, OCI_DEVICE_RULE_BLOCK, "b"),
	ROW(oci_seccomp_action, OCI_SECCOMP_KILL, "SCMP_ACT_KILL"),
	ROW(oci_seccomp_action, OCI_SECCOMP_KILL_PROCESS, "SCMP_ACT_KILL_PROCESS"),
	ROW(oci_seccomp_action, OCI_SECCOMP_KILL_THREAD, "SCMP_ACT_KILL_THREAD"),
	ROW(oci_seccomp_action, OCI_SECCOMP_TRAP, "SCMP_ACT_TRAP"),
	ROW(oci_seccomp_action, OCI_SECCOMP_ERRNO, "SCMP_ACT_ERRNO"),
	ROW(oci_seccomp_action, OCI_SECCOMP_TRACE, "SCMP_ACT_TRACE"),
	ROW(oci_seccomp_action, OCI_SECCOMP_ALLOW, "SCMP_ACT_ALLOW"),
	ROW(oci_seccomp_action, OCI_SECCOMP_LOG, "SCMP_ACT_LOG"),
	ROW(oci_seccomp_action, OCI_SECCOMP_NOTIFY, "SCMP_ACT_NOTIFY"),
	ROW(oci_seccomp_operator, OCI_SECCOMP_NE, "SCMP_CMP_NE"),
	ROW(oci_seccomp_operator, OCI_SECCOMP_LT, "SCMP_CMP_LT"),
	ROW(oci_seccomp_operator, OCI_SECCOMP_LE, "SCMP_CMP_LE"),
	ROW(oci_seccomp_operator, OCI_SECCOMP_EQ, "SCMP_CMP_EQ"),
	ROW(oci_seccomp_operator, OCI_SECCOMP_GE, "SCMP_CMP_GE"),
	ROW(oci_seccomp_operator, OCI_SECCOMP_GT, "SCMP_CMP_GT"),
	ROW(oci_seccomp_operator, OCI_SECCOMP_MASKED_EQ, "SCMP_CMP_MASKED_EQ"),
	ROW(oci_seccomp_flag, OCI_SECCOMP_FLAG_TSYNC, "SECCOMP_FILTER_FLAG_TSYNC"),
	ROW(oci_seccomp_flag, OCI_SECCOMP_FLAG_LOG, "SECCOMP_FILTER_FLAG_LOG"),
	ROW(oci_seccomp_flag, OCI_SECCOMP_FLAG_SPEC_ALLOW, "SECCOMP_FILTER_FLAG_SPEC_ALLOW"),
	ROW(oci_seccomp_flag, OCI_SECCOMP_FLAG_WAIT_KILLABLE_RECV,
		"SECCOMP_FILTER_FLAG_WAIT_KILLABLE_RECV"),
	ROW(oci_seccomp_arch, OCI_SECCOMP_ARCH_X86, "SCMP_ARCH_X86"),
	ROW(oci_seccomp_arch, OCI_SECCOMP_ARCH_X86_64, "SCMP_ARCH_X86_64"),
	ROW(oci_seccomp_arch, OCI_SECCOMP_ARCH_X32, "SCMP_ARCH_X32"),
	ROW(oci_seccomp_arch, OCI_SECCOMP_ARCH_ARM, "SCMP_ARCH_ARM"),
	ROW(oci_seccomp_arch, OCI_SECCOMP_ARCH_AARCH64, "SCMP_ARCH_AARCH64"),
	ROW(oci_seccomp_arch, OCI_SECCOMP_ARCH_LOONGARCH64, "SCMP_ARCH_LOONGARCH64"),
	ROW(oci_seccomp_arch, OCI_SECCOMP_ARCH_M68K, "SCMP_ARCH_M68K"),
	ROW(oci_seccomp_arch, OCI_SECCOMP_ARCH_MIPS, "SCMP_ARCH_MIPS"),
	ROW(oci_seccomp_arch, OCI_SECCOMP_ARCH_MIPS64, "SCMP_ARCH_MIPS64"),
	ROW(oci_seccomp_arch, OCI_SECCOMP_ARCH_MIPS64N32, "SCMP_ARCH_MIPS64N32"),
	ROW(oci_seccomp_arch, OCI_SECCOMP_ARCH_MIPSEL, "SCMP_ARCH_MIPSEL"),
	ROW(oci_seccomp_arch, OCI_SECCOMP_ARCH_MIPSEL64, "SCMP_ARCH_MIPSEL64"),
	ROW(oci_seccomp_arch, OCI_SECCOMP_ARCH_MIPSEL64N32, "SCMP_ARCH_MIPSEL64N32"),
	ROW(oci_seccomp_arch, OCI_SECCOMP_ARCH_PPC, "SCMP_ARCH_PPC"),
	ROW(oci_seccomp_arch, OCI_SECCOMP_ARCH_PPC64, "SCMP_ARCH_PPC64"),
	ROW(oci_seccomp_arch, OCI_SECCOMP_ARCH_PPC64LE, "SCMP_ARCH_PPC64LE"),
	ROW(oci_seccomp_arch, OCI_SECCOMP_ARCH_S390, "SCMP_ARCH_S390"),
	ROW(oci_seccomp_arch, OCI_SECCOMP_ARCH_S390X, "SCMP_ARCH_S390X"),
	ROW(oci_seccomp_arch, OCI_SECCOMP_ARCH_SH, "SCMP_ARCH_SH"),
	ROW(oci_seccomp_arch, OCI_SECCOMP_ARCH_SHEB, "SCMP_ARCH_SHEB"),
	ROW(oci_seccomp_arch, OCI_SECCOMP_ARCH_PARISC, "SCMP_ARCH_PARISC"),
	ROW(oci_seccomp_arch, OCI_SECCOMP_ARCH_PARISC64, "SCMP_ARCH_PARISC64"),
	ROW(oci_seccomp_arch, OCI_SECCOMP_ARCH_RISCV64, "SCMP_ARCH_RISCV64"),
	ROW(oci_rootfs_propagation, OCI_PROPAGATION_PRIVATE, "private"),
	ROW(oci_rootfs_propagation, OCI_PROPAGATION_SHARED, "shared"),
	ROW(oci_rootfs_propagation, OCI_PROPAGATION_SLAVE, "slave"),
	ROW(oci_rootfs_propagation, OCI_PROPAGATION_UNBINDABLE, "unbindable"),
	ROW(oci_rootfs_propagation, OCI_PROPAGATION_RPRIVATE, "rprivate"),
	ROW(oci_rootfs_propagation, OCI_PROPAGATION_RSHARED, "rshared"),
	ROW(oci_rootfs_propagation, OCI_PROPAGATION_RSLAVE, "rslave"),
	ROW(oci_rootfs_propagation, OCI_PROPAGATION_RUNBINDABLE, "runbindable"),
	ROW(oci_memory_policy_mode, OCI_MPOL_DEFAULT, "MPOL_DEFAULT"),
	ROW(oci_memory_policy_mode, OCI_MPOL_BIND, "MPOL_BIND"),
	ROW(oci_memory_policy_mode, OCI_MPOL_INTERLEAVE, "MPOL_INTERLEAVE"),
	ROW(oci_memory_policy_mode, OCI_MPOL_WEIGHTED_INTERLEAVE, "MPOL_WEIGHTED_INTERLEAVE"),
	ROW(oci_memory_policy_mode, OCI_MPOL_PREFERRED, "MPOL_PREFERRED"),
	ROW(oci_memory_policy_mode, OCI_MPOL_PREFERRED_MANY, "MPOL_PREFERRED_MANY"),
	ROW(oci_memory_policy_mode, OCI_MPOL_LOCAL, "MPOL_LOCAL"),
	ROW(oci_memory_policy_flag, OCI_MPOL_F_NUMA_BALANCING, "MPOL_F_NUMA_BALANCING"),
	ROW(oci_memory_policy_flag, OCI_MPOL_F_RELATIVE_NODES, "MPOL_F_RELATIVE_NODES"),
	ROW(oci_memory_policy_flag, OCI_MPOL_F_STATIC_NODES, "MPOL_F_STATIC_NODES"),
	ROW(oci_personality_domain, OCI_PERSONALITY_LINUX, "LINUX"),
	ROW(oci_personality_domain, OCI_PERSONALITY_LINUX32, "LINUX32"),
	ROW(oci_status, OCI_STATUS_CREATING, "creating"),
	ROW(oci_status, OCI_STATUS_CREATED, "created"),
	ROW(oci_status, OCI_STATUS_RUNNING, "running"),
	ROW(oci_status, OCI_STATUS_STOPPED, "stopped"),
};

static void names_stand_in_the_order_of_their_constants(void **state)
{
	unsigned names = 0;

	(void)state;
	for (size_t i = 0; i < sizeof(constants) / sizeof(constants[0]); i++) {
		assert_string_equal(
			oci_enum_name(constants[i].id, constants[i].value), constants[i].name);
		assert_int_equal(oci_enum_value(constants[i].id, constants[i].name,
					 strlen(constants[i].name)),
			constants[i].value);
	}
	for (unsigned id = 0; id < OCI_ENUM_COUNT; id++) {
		assert_null(oci_enum_name(id, 0));
		for (unsigned value = 1; oci_enum_name(id, value); value++)
			names++;
	}
	assert_int_equal(names, sizeof(constants) / sizeof(constants[0]));
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(names_are_unique_in_their_table),
		cmocka_unit_test(tables_fit_the_decoder),
		cmocka_unit_test(fields_are_used_once),
		cmocka_unit_test(items_of_maps_begin_with_their_key),
		cmocka_unit_test(lists_have_the_layout_of_strings),
		cmocka_unit_test(names_stand_in_the_order_of_their_constants),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
