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

#include "init/tree.h"
#include "plan/origin.h"
#include "sys/file.h"
#include "sys/mount.h"

/* While the container is built nothing may flow back to the host, and into an unbindable tree nothing could be
 * attached: the tree begins as slave or private. Mounts of the host that are shared would take the detaching of the
 * old root back to the host. For hooks it is attached to the working directory, which is that of the root: its path
 * init may not be allowed to walk. In the host's mount namespace it is attached to its directory; what is attached to
 * a shared mount becomes shared, and is made what it was before anything is mounted in it. */
static int tree_bring(const struct handoff *handoff, const struct plan_root *root)
{
	const unsigned long begin =
		MS_REC | (root->propagation & MS_SLAVE ? MS_SLAVE : MS_PRIVATE);
	const bool bind = root->switch_by == ROOT_BIND;
	int r = bind ? 0 : sys_mount(NULL, "/", NULL, MS_REC | MS_PRIVATE, NULL);

	r = r ? r : tree_propagate(handoff->root_tree, begin);
	if (!r)
		r = sys_move_mount(handoff->root_tree, "", bind ? handoff->root_dir : AT_FDCWD,
			bind || root->reachable ? "" : "/",
			MOVE_MOUNT_F_EMPTY_PATH | MOVE_MOUNT_T_EMPTY_PATH);
	return r || !bind ? r : tree_propagate(handoff->root_tree, begin);
}

int pivot_attach(void *ctx, struct error *err)
{
	struct init *init = ctx;
	const struct plan_root *root = &init->plan->root;
	bool bring = root->switch_by != ROOT_CHROOT;
	int r = bring ? tree_bring(init->handoff, root) : 0;

	init->root_fd = bring ? init->handoff->root_tree : init->handoff->root_dir;
	return r ? error_system_at(err, origin_make(ORIGIN_ROOT_PATH, 0), r,
			   "cannot attach the root \"%s\"", root->path)
		 : 0;
}

int pivot_protect(void *ctx, struct error *err)
{
	struct init *init = ctx;
	int r;

	if (!init->plan->root.read_only)
		return 0;
	r = tree_change(init->root_fd, MOUNT_ATTR_RDONLY, 0, 0);
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
static int root_switch(enum root_switch by)
{
	int r;

	if (by != ROOT_PIVOT)
		return sys_chroot(".");
	r = sys_pivot_root(".", ".");
	return r ? r : sys_umount(".", UMOUNT_DETACH);
}

/* What could not be set while the root was built; see tree_bring(). */
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
	int r = 0;

	if (root->reachable)
		r = sys_move_mount(init->root_fd, "", AT_FDCWD, "/", MOVE_MOUNT_F_EMPTY_PATH);
	if (!r)
		r = sys_fchdir(init->root_fd);
	if (!r && root->switch_by == ROOT_MOVE && host_views_remove(err))
		return -1;
	if (!r)
		r = root_switch(root->switch_by);
	if (r)
		return error_system_at(err, origin_make(ORIGIN_ROOT_PATH, 0), r,
			"cannot make the container's root the root");
	return root->switch_by == ROOT_CHROOT ? 0 : propagation_finish(root->propagation, err);
}

int pivot_find(void *ctx, struct error *err)
{
	struct init *init = ctx;

	init->root_fd = init->handoff->root_dir;
	return init->root_fd == AT_FDCWD ? 0 : pivot_enter(ctx, err);
}
