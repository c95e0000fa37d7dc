/* SPDX-License-Identifier: GPL-2.0-or-later */
/* The closed enumerations of config.json and their names, for whoever has to list them. */
#ifndef LIBOCISPEC_ENUMS_H
#define LIBOCISPEC_ENUMS_H

#include <stddef.h>

/* The enumerations, and what one value of each is called. */
#define OCI_ENUMS(X)                                                                           \
	X(oci_scheduler_policy, "a scheduling policy")                                         \
	X(oci_scheduler_flag, "a scheduling flag")                                             \
	X(oci_io_priority_class, "an I/O priority class")                                      \
	X(oci_namespace_type, "a namespace type")                                              \
	X(oci_device_type, "a device type")                                                    \
	X(oci_device_rule_type, "a device type")                                               \
	X(oci_seccomp_action, "a seccomp action")                                              \
	X(oci_seccomp_operator, "a seccomp operator")                                          \
	X(oci_seccomp_arch, "a seccomp architecture")                                          \
	X(oci_seccomp_flag, "a seccomp flag")                                                  \
	X(oci_rootfs_propagation, "a mount propagation")                                       \
	X(oci_memory_policy_mode, "a memory policy mode")                                      \
	X(oci_memory_policy_flag, "a memory policy flag")                                      \
	X(oci_personality_domain, "a personality")                                             \
	X(oci_status, "a status")

#define OCI_ENUM_ID(name, what) OCI_ENUM_##name,
enum oci_enum_id { OCI_ENUMS(OCI_ENUM_ID) OCI_ENUM_COUNT };

/* The name of a value, from 1; NULL behind the last one. */
const char *oci_enum_name(enum oci_enum_id id, unsigned value);

/* The value of a name, 0 if there is none. */
unsigned oci_enum_value(enum oci_enum_id id, const char *name, size_t length);

/* "a namespace type" */
const char *oci_enum_what(enum oci_enum_id id);

#endif
