/* SPDX-License-Identifier: GPL-2.0-or-later */
/* NOTIFY_SOCKET of the caller -> a mount, in which the program finds a socket to say that it is ready.
 *
 * Pure. Whoever starts the container listens there and tells the service manager: create and run --detach prepare
 * it. In the foreground nobody would pass it on, and the program gets none.
 *
 * Spec: sd_notify(3) */
#include <linux/mount.h>

#include "plan/builder.h"

bool notify_wanted(const struct builder *b)
{
	const struct request *request = b->request;

	return request->notify_socket && (request->detach || !request->start_at_once) &&
	       namespace_how(b, NAMESPACE_MOUNT) != NAMESPACE_HOST;
}

int notify_mount_plan(struct builder *b, struct error *err)
{
	struct mount_op *op;

	if (!notify_wanted(b))
		return 0;
	op = mounts_add(b);
	if (!op)
		return builder_full(err);
	op->kind = MOUNT_BIND;
	op->target = arena_string(b->arena, "run/notify");
	op->source =
		builder_print(b->arena, "%s/%s/notify", b->request->state_root, b->request->id);
	op->attr_set =
		MOUNT_ATTR_RDONLY | MOUNT_ATTR_NOSUID | MOUNT_ATTR_NODEV | MOUNT_ATTR_NOEXEC;
	op->tree = (uint32_t)b->plan->mounts.tree_count++;
	b->plan->notify = true;
	return b->arena->full ? builder_full(err) : 0;
}
