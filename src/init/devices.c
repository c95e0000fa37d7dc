/* SPDX-License-Identifier: GPL-2.0-or-later */
/* Nodes and links below /dev.
 *
 * Runs in: init, as root of the container's user namespace, with umask 0, so that a node is made with
 *          its mode.
 * Never:   follows a link to a node: each is made by its name in a directory that root_parent() has opened.
 * Calls:   mknodat, fchownat, openat, statx, unlinkat, move_mount (5.2), mount_setattr (5.12).
 * Spec:    config-linux.md "devices", "default devices", runtime-linux.md "dev symbolic links". */
#include "init/steps.h"

#include "init/attach.h"
#include "init/descriptors.h"
#include "init/root.h"
#include "init/tree.h"
#include "sys/file.h"

/* Nodes mostly lie in one directory: it is opened once. */
struct place {
	int root_fd;
	int dir_fd; /* -1: none yet */
	const char *dir;
	size_t length; /* of `dir` with its last '/' */
};

static int place_open(struct place *place, const char *target, const char **ret_name)
{
	size_t length = 0, same = 0;

	for (size_t i = 0; target[i]; i++) {
		if (target[i] == '/')
			length = i + 1;
	}
	while (same < length && same < place->length && place->dir[same] == target[same])
		same++;
	if (place->dir_fd >= 0 && same == length && same == place->length) {
		*ret_name = target + length;
		return 0;
	}
	descriptor_drop(place->dir_fd);
	place->dir = target;
	place->length = length;
	place->dir_fd = root_parent(place->root_fd, target, ret_name);
	return place->dir_fd < 0 ? place->dir_fd : 0;
}

static bool node_is_there(int dir_fd, const char *name, const struct device_op *op)
{
	struct statx stat;
	bool fifo = (op->mode & S_IFMT) == S_IFIFO;

	return !sys_statx(dir_fd, name, AT_SYMLINK_NOFOLLOW,
		       STATX_TYPE | STATX_MODE | STATX_UID | STATX_GID, &stat) &&
	       stat.stx_mode == op->mode && stat.stx_uid == op->uid &&
	       stat.stx_gid == op->gid &&
	       (fifo || (stat.stx_rdev_major == op->major && stat.stx_rdev_minor == op->minor));
}

static int node_make(int dir_fd, const char *name, const struct device_op *op)
{
	int r = sys_mknodat(dir_fd, name, op->mode, sys_device(op->major, op->minor));

	if (r == -EEXIST) {
		if (node_is_there(dir_fd, name, op))
			return 0;
		r = sys_unlinkat(dir_fd, name, 0);
		if (!r)
			r = sys_mknodat(
				dir_fd, name, op->mode, sys_device(op->major, op->minor));
	}
	if (!r && (op->uid || op->gid))
		r = sys_fchownat(dir_fd, name, op->uid, op->gid, AT_SYMLINK_NOFOLLOW);
	return r;
}

/* The host's node, on a file of the same name. */
static int node_bind(const struct init *init, int dir_fd, const char *name, uint32_t tree)
{
	int tree_fd = tree < init->handoff->tree_count ? init->handoff->trees[tree] : -EBADF;
	int r, fd = root_file(dir_fd, name);

	if (fd < 0 || tree_fd < 0)
		return fd < 0 ? fd : tree_fd;
	r = tree_propagate(tree_fd, MS_PRIVATE);
	if (!r)
		r = tree_attach(tree_fd, fd);
	descriptor_drop(fd);
	descriptor_drop(tree_fd);
	return r;
}

static int device_make(const struct init *init, struct place *place, const struct device_op *op,
	struct error *err)
{
	const char *name;
	int r = place_open(place, op->target, &name);

	if (!r)
		r = op->kind == DEVICE_NODE ? node_make(place->dir_fd, name, op)
					    : node_bind(init, place->dir_fd, name, op->tree);
	return r ? error_system_at(
			   err, op->origin, r, "cannot make the device \"/%s\"", op->target)
		 : 0;
}

static int link_make(struct place *place, const struct link_op *link, struct error *err)
{
	const char *name;
	int r = place_open(place, link->target, &name);

	if (!r)
		r = root_symlink_at(place->dir_fd, name, link->value);
	return r ? error_system(
			   err, r, "cannot link \"/%s\" to \"%s\"", link->target, link->value)
		 : 0;
}

int devices_make(void *ctx, struct error *err)
{
	struct init *init = ctx;
	const struct plan_devices *devices = &init->plan->devices;
	struct place place = {.root_fd = init->root_fd, .dir_fd = -1};
	int r = 0;

	for (size_t i = 0; i < devices->count && !r; i++)
		r = device_make(init, &place, &devices->items[i], err);
	for (size_t i = 0; i < devices->link_count && !r; i++)
		r = link_make(&place, &devices->links[i], err);
	descriptor_drop(place.dir_fd);
	return r;
}
