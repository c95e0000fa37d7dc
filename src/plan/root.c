/* SPDX-License-Identifier: GPL-2.0-or-later */
/* root and linux.rootfsPropagation -> where the root is, and how init comes to stand in it.
 *
 * Pure. The path is not resolved here: that is for the runtime, which opens it once.
 *
 * Spec: config.md "root"; config-linux.md "rootfs mount propagation" */
#include <linux/mount.h>

#include "plan/builder.h"
#include "plan/path.h"

static const unsigned long propagations[] = {
	[OCI_PROPAGATION_ABSENT] = MS_SLAVE | MS_REC,
	[OCI_PROPAGATION_PRIVATE] = MS_PRIVATE,
	[OCI_PROPAGATION_SHARED] = MS_SHARED,
	[OCI_PROPAGATION_SLAVE] = MS_SLAVE,
	[OCI_PROPAGATION_UNBINDABLE] = MS_UNBINDABLE,
	[OCI_PROPAGATION_RPRIVATE] = MS_PRIVATE | MS_REC,
	[OCI_PROPAGATION_RSHARED] = MS_SHARED | MS_REC,
	[OCI_PROPAGATION_RSLAVE] = MS_SLAVE | MS_REC,
	[OCI_PROPAGATION_RUNBINDABLE] = MS_UNBINDABLE | MS_REC,
};

unsigned long root_propagation(enum oci_rootfs_propagation given)
{
	return propagations[given];
}

int root_plan(struct builder *b, struct error *err)
{
	struct plan_root *root = &b->plan->root;
	const struct oci_root *given = b->spec->root;

	if (!given || !given->path || !given->path[0])
		return builder_refuse(err, origin_make(ORIGIN_ROOT, 0),
			"root.path is missing: it names the directory of the root file system");
	root->path = path_absolute(b->arena, b->request->bundle, given->path);
	if (!root->path)
		return builder_full(err);
	root->read_only = given->readonly;
	root->propagation = root_propagation(b->on_linux->rootfs_propagation);
	if (namespace_how(b, NAMESPACE_MOUNT) == NAMESPACE_HOST)
		root->switch_by = namespaces_mount_on_host(b) ? ROOT_BIND : ROOT_CHROOT;
	else
		root->switch_by = b->request->no_pivot ? ROOT_MOVE : ROOT_PIVOT;
	/* Without pivot_root the host's mounts stay below the root, and a private root
	 * would keep them busy for as long as the container lives. */
	if (root->switch_by == ROOT_MOVE && root->propagation & MS_PRIVATE)
		return builder_refuse(err, origin_make(ORIGIN_ROOTFS_PROPAGATION, 0),
			"a private rootfsPropagation cannot be combined with --no-pivot");
	return 0;
}
