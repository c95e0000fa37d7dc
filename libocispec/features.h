/* SPDX-License-Identifier: GPL-2.0-or-later */
/* What a runtime says about itself: the output of `features`.
 *
 * Names of namespaces, actions, architectures and flags are strings here, not enumerations: the
 * document of a newer runtime must stay readable.
 *
 * Spec: features.md, features-linux.md */
#ifndef LIBOCISPEC_FEATURES_H
#define LIBOCISPEC_FEATURES_H

#include "libocispec/types.h"

struct oci_cgroup_features {
	struct oci_opt_bool v1;
	struct oci_opt_bool v2;
	struct oci_opt_bool systemd;
	struct oci_opt_bool systemd_user;
	struct oci_opt_bool rdma;
};

struct oci_seccomp_features {
	struct oci_opt_bool enabled;
	struct oci_strings actions;
	struct oci_strings operators;
	struct oci_strings archs;
	struct oci_strings known_flags;
	struct oci_strings supported_flags;
};

/* For each feature that is only there or not: apparmor, selinux, idmap, netDevices. */
struct oci_enabled {
	struct oci_opt_bool enabled;
};

struct oci_intel_rdt_features {
	struct oci_opt_bool enabled;
	struct oci_opt_bool schemata;
	struct oci_opt_bool monitoring;
};

struct oci_memory_policy_features {
	struct oci_strings modes;
	struct oci_strings flags;
};

struct oci_mount_extensions {
	struct oci_enabled *idmap;
};

struct oci_linux_features {
	struct oci_strings namespaces;
	struct oci_strings capabilities;
	struct oci_cgroup_features *cgroup;
	struct oci_seccomp_features *seccomp;
	struct oci_enabled *apparmor;
	struct oci_enabled *selinux;
	struct oci_intel_rdt_features *intel_rdt;
	struct oci_memory_policy_features *memory_policy;
	struct oci_mount_extensions *mount_extensions;
	struct oci_enabled *net_devices;
};

struct oci_features {
	const char *oci_version_min; /* required */
	const char *oci_version_max; /* required */
	struct oci_strings hooks;
	struct oci_strings mount_options;
	struct oci_linux_features *on_linux; /* "linux", as in struct oci_spec */
	struct oci_map annotations;
	struct oci_strings potentially_unsafe_config_annotations;
};

#endif
