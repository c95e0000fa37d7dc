/* SPDX-License-Identifier: GPL-2.0-or-later */
/* The container's root: brought into the mount namespace, and entered.
 *
 * Runs in: init, in the container's mount namespace, as root of the user namespace that owns it.
 * Never:   names the root by a path: it is a descriptor of a tree that the runtime has opened.
 * Trusts:  a tree that is attached over "/" is out of reach of every path: "/" is where a lookup
 *          begins, and nothing looks for a mount there.
 * Calls:   mount, mount_setattr (5.12), move_mount (5.2), umount2, fchdir, pivot_root, chroot.
 * Spec:    config.md "root", config-linux.md "rootfs mount propagation". */
#include "init/steps.h"

#include <errno.h>

#include "plan/origin.h"
#include "sys/file.h"
#include "sys/mount.h"

static int propagation_set(int fd, unsigned long propagation)
{
	struct mount_attr attr = {.propagation = propagation & ~(unsigned long)MS_REC};

	return sys_mount_setattr(
		fd, "", AT_EMPTY_PATH | (propagation & MS_REC ? AT_RECURSIVE : 0), &attr);
}

/* While the container is built nothing may flow back to the host, and into an unbindable tree
 * nothing could be attached. Only slave is as good now as later; it may matter to mounts below the root. */
static unsigned long propagation_first(unsigned long wanted)
{
	return MS_REC | (wanted & MS_SLAVE ? MS_SLAVE : MS_PRIVATE);
}

static int root_attach_tree(struct init *init, struct error *err)
{
	int tree = init->handoff->root_tree;
	int r;

	/* Mounts of the host that are shared would take the detaching of the old root back to the host. */
	r = sys_mount(NULL, "/", NULL, MS_REC | MS_PRIVATE, NULL);
	if (r)
		return error_system(err, r, "cannot make the mounts of the host private");
	r = propagation_set(tree, propagation_first(init->plan->root.propagation));
	if (r)
		return error_system(err, r, "cannot set the propagation of the root");
	r = sys_move_mount(tree, "", AT_FDCWD, "/", MOVE_MOUNT_F_EMPTY_PATH);
	return r ? error_system(err, r, "cannot attach the root") : 0;
}

int pivot_attach(void *ctx, struct error *err)
{
	struct init *init = ctx;
	if (init->plan->root.switch_by == ROOT_CHROOT) {
		init->root_fd = init->handoff->root_dir;
		return 0;
	}
	init->root_fd = init->handoff->root_tree;
	if (root_attach_tree(init, err))
		return error_at(err, origin_make(ORIGIN_ROOT_PATH, 0));
	return 0;
}

int pivot_protect(void *ctx, struct error *err)
{
	struct init *init = ctx;
	struct mount_attr attr = {.attr_set = MOUNT_ATTR_RDONLY};
	int r;

	if (!init->plan->root.read_only)
		return 0;
	r = sys_mount_setattr(init->root_fd, "", AT_EMPTY_PATH, &attr);
	return r ? error_system_at(err, origin_make(ORIGIN_ROOT_READONLY, 0), r,
			   "cannot make the root read-only")
		 : 0;
}

/* With --no-pivot the host's mounts stay below the new root, out of reach. The kernel, though, lets a
 * user namespace inside mount a fresh procfs or sysfs if it finds a full one in the mount namespace,
 * which would show what is masked. What cannot be unmounted is covered. */
static int host_views_remove(struct error *err)
{
	static const char *const views[] = {"/proc", "/sys"};

	for (size_t i = 0; i < sizeof(views) / sizeof(*views); i++) {
		int r = sys_umount(views[i], UMOUNT_DETACH);

		if (r && r != -ENOENT)
			r = sys_mount("tmpfs", views[i], "tmpfs", MS_RDONLY, "nr_inodes=1");
		if (r && r != -ENOENT)
			return error_system(
				err, r, "cannot remove the host's \"%s\"", views[i]);
	}
	return 0;
}

/* "." is the new root; pivot_root stacks the old root on it, from where it is detached. */
static int root_pivot(struct error *err)
{
	int r = sys_pivot_root(".", ".");

	if (r)
		return error_system(err, r, "cannot make the container's root the root");
	r = sys_umount(".", UMOUNT_DETACH);
	return r ? error_system(err, r, "cannot detach the root of the host") : 0;
}

static int root_chroot(struct error *err)
{
	int r = sys_chroot(".");

	return r ? error_system(err, r, "cannot change the root") : 0;
}

/* What could not be set while the root was built; see propagation_first(). */
static int propagation_finish(unsigned long wanted, struct error *err)
{
	int r;

	if (!(wanted & (MS_SHARED | MS_UNBINDABLE)))
		return 0;
	r = sys_mount(NULL, "/", NULL, wanted, NULL);
	return r ? error_system_at(err, origin_make(ORIGIN_ROOTFS_PROPAGATION, 0), r,
			   "cannot set the propagation of the root")
		 : 0;
}

int pivot_enter(void *ctx, struct error *err)
{
	struct init *init = ctx;
	const struct plan_root *root = &init->plan->root;
	int r = sys_fchdir(init->root_fd);

	if (r)
		return error_system(err, r, "cannot enter the root");
	switch (root->switch_by) {
	case ROOT_PIVOT:
		return root_pivot(err) ? -1 : propagation_finish(root->propagation, err);
	case ROOT_MOVE:
		if (host_views_remove(err) || root_chroot(err))
			return -1;
		return propagation_finish(root->propagation, err);
	case ROOT_CHROOT:
		return root_chroot(err);
	}
	return error_set(err, ERROR_INTERNAL, 0, "the plan has no way to enter the root");
}
