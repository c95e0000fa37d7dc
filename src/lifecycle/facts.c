/* SPDX-License-Identifier: GPL-2.0-or-later */
/* The facts about this host that a configuration needs.
 *
 * Runs in: the runtime. Changes nothing.
 * Never:   asks for what the configuration does not speak of, since each question costs time in every create. */
#include "lifecycle/facts.h"

#include "host/probe.h"
#include "plan/resources.h"

static bool modules_matter(const struct oci_spec *spec)
{
	const struct oci_process *process = spec->process;

	return (process && (process->apparmor_profile || process->selinux_label)) ||
	       (spec->on_linux && spec->on_linux->mount_label);
}

/* NULL if none is named. */
static const char *cgroup_namespace(const struct oci_linux *on_linux)
{
	for (size_t i = 0; i < on_linux->namespaces.count; i++) {
		const struct oci_namespace *item = &on_linux->namespaces.items[i];

		if (item->type == OCI_NAMESPACE_CGROUP)
			return item->path;
	}
	return NULL;
}

int facts_ask(const struct oci_spec *spec, struct host *ret_host, struct arena *arena,
	struct error *err)
{
	const struct oci_linux *on_linux = spec->on_linux;
	const char *path = on_linux ? cgroup_namespace(on_linux) : NULL;

	if (host_probe(ret_host, arena, err))
		return -1;
	if (modules_matter(spec))
		host_probe_modules(ret_host);
	if (path)
		host_probe_cgroup_namespace(ret_host, path);
	if (on_linux && resources_need_controllers(on_linux->resources))
		host_probe_controllers(ret_host, arena);
	return on_linux && on_linux->intel_rdt ? host_probe_resctrl(ret_host, arena, err) : 0;
}
