/* SPDX-License-Identifier: GPL-2.0-or-later */
/* The printed plan: trees, root, mounts, devices, masked and read-only paths. Pure. */
#include "plan/print-mounts.h"

#include <linux/mount.h>
#include <sys/stat.h>

#include "plan/origin.h"

static const struct bit_name flag_names[] = {
	{MS_RDONLY, "ro"},
	{MS_NOSUID, "nosuid"},
	{MS_NODEV, "nodev"},
	{MS_NOEXEC, "noexec"},
	{MS_SYNCHRONOUS, "sync"},
	{MS_DIRSYNC, "dirsync"},
	{MS_MANDLOCK, "mand"},
	{MS_NOSYMFOLLOW, "nosymfollow"},
	{MS_NOATIME, "noatime"},
	{MS_NODIRATIME, "nodiratime"},
	{MS_STRICTATIME, "strictatime"},
	{MS_SILENT, "silent"},
	{MS_I_VERSION, "iversion"},
	{MS_LAZYTIME, "lazytime"},
	{0, NULL},
};

static const struct bit_name attribute_names[] = {
	{MOUNT_ATTR_RDONLY, "ro"},
	{MOUNT_ATTR_NOSUID, "nosuid"},
	{MOUNT_ATTR_NODEV, "nodev"},
	{MOUNT_ATTR_NOEXEC, "noexec"},
	{MOUNT_ATTR__ATIME, "atime"},
	{MOUNT_ATTR_NOATIME, "noatime"},
	{MOUNT_ATTR_STRICTATIME, "strictatime"},
	{MOUNT_ATTR_NODIRATIME, "nodiratime"},
	{MOUNT_ATTR_NOSYMFOLLOW, "nosymfollow"},
	{0, NULL},
};

static const struct bit_name propagation_names[] = {
	{MS_PRIVATE | MS_REC, "rprivate"},
	{MS_SHARED | MS_REC, "rshared"},
	{MS_SLAVE | MS_REC, "rslave"},
	{MS_UNBINDABLE | MS_REC, "runbindable"},
	{MS_PRIVATE, "private"},
	{MS_SHARED, "shared"},
	{MS_SLAVE, "slave"},
	{MS_UNBINDABLE, "unbindable"},
	{0, NULL},
};

static const char *const mount_verbs[] = {
	[MOUNT_NEW] = "mount",
	[MOUNT_BIND] = "bind",
	[MOUNT_REMOUNT] = "remount",
	[MOUNT_LINK] = "link",
};

static const char *const switch_names[] = {
	[ROOT_PIVOT] = "pivot_root",
	[ROOT_MOVE] = "move the root over \"/\"",
	[ROOT_CHROOT] = "chroot",
	[ROOT_BIND] = "chroot",
};

static void tree_print(
	struct printer *p, uint32_t tree, const char *path, bool recursive, origin_t origin)
{
	printer_add(p, "  open tree %u", tree);
	printer_string(p, "", path);
	printer_flag(p, "recursive", recursive);
	printer_end(p, origin);
}

static void map_print(struct printer *p, const struct mount_op *op)
{
	if (op->map == MOUNT_MAP_NONE)
		return;
	printer_add(p, "  map the ids of tree %u", op->tree);
	if (op->map == MOUNT_MAP_JOINED)
		printer_add(p, " as the joined user namespace");
	else
		printer_add(p, " by map %u", op->map - 1);
	printer_flag(p, "recursive", op->map_recursive);
	printer_end(p, op->origin);
}

void print_trees(struct printer *p, const struct plan *plan)
{
	for (size_t i = 0; i < plan->mounts.map_count; i++) {
		printer_add(p, "  id map %zu", i);
		printer_string(p, "uids=", plan->mounts.maps[i].uid_map);
		printer_string(p, "gids=", plan->mounts.maps[i].gid_map);
		printer_end(p, 0);
	}
	for (size_t i = 0; i < plan->mounts.count; i++) {
		const struct mount_op *op = &plan->mounts.items[i];

		if (op->kind == MOUNT_BIND)
			tree_print(p, op->tree, op->source, op->recursive, op->origin);
		if (op->kind == MOUNT_BIND && op->else_source)
			tree_print(p, op->tree, op->else_source, op->recursive, op->origin);
		map_print(p, op);
		if (op->fallback_errno)
			tree_print(p, op->fallback_tree, op->fallback_source, true, op->origin);
	}
	for (size_t i = 0; i < plan->devices.count; i++) {
		const struct device_op *op = &plan->devices.items[i];

		if (op->kind == DEVICE_BIND)
			tree_print(p, op->tree, op->host_path, false, op->origin);
	}
}

void print_root(struct printer *p, const struct plan_root *root)
{
	printer_add(p, "  root");
	printer_string(p, "", root->path);
	if (root->switch_by != ROOT_CHROOT)
		printer_bits(p, "propagation", propagation_names, root->propagation);
	printer_flag(p, "reachable", root->reachable);
	printer_flag(p, "bound on itself on the host", root->switch_by == ROOT_BIND);
	printer_end(p, origin_make(ORIGIN_ROOT_PATH, 0));
}

static void mount_print(struct printer *p, const struct mount_op *op)
{
	printer_add(p, "  %s", mount_verbs[op->kind]);
	if (op->kind == MOUNT_BIND)
		printer_add(p, " tree %u", op->tree);
	else if (op->kind == MOUNT_NEW)
		printer_add(p, " %s", op->type);
	if (op->kind != MOUNT_BIND)
		printer_string(p, "", op->source);
	printer_string(p, "on ", op->target);
	printer_bits(p, "flags", flag_names, op->flags);
	printer_bits(p, "set", attribute_names, op->attr_set);
	printer_bits(p, "clear", attribute_names, op->attr_clear);
	printer_bits(p, "recursive-set", attribute_names, op->recursive_set);
	printer_bits(p, "recursive-clear", attribute_names, op->recursive_clear);
	printer_string(p, "data=", op->data);
	for (size_t i = 0; i < MOUNT_PROPAGATIONS && op->propagation[i]; i++)
		printer_bits(p, "propagation", propagation_names, op->propagation[i]);
	printer_flag(p, "read-only-late", op->read_only_late);
	printer_flag(p, "directory-only", op->directory_only);
	printer_flag(p, "copy-mode", op->copy_mode);
	printer_flag(p, "copy-up", op->extras & MOUNT_COPY_UP);
	printer_flag(p, "copy-owner", op->extras & MOUNT_COPY_OWNER);
	printer_flag(p, "copy-link", op->extras & MOUNT_COPY_LINK);
	printer_flag(p, "source-no-follow", op->extras & MOUNT_SOURCE_NO_FOLLOW);
	printer_flag(p, "target-no-follow", op->extras & MOUNT_TARGET_NO_FOLLOW);
	if (op->fallback_errno)
		printer_add(
			p, " or-tree %u on-errno %d", op->fallback_tree, op->fallback_errno);
	printer_end(p, op->origin);
}

void print_mounts(struct printer *p, const struct plan_mounts *mounts)
{
	for (size_t i = 0; i < mounts->count; i++)
		mount_print(p, &mounts->items[i]);
}

static char type_letter(uint32_t mode)
{
	if ((mode & S_IFMT) == S_IFBLK)
		return 'b';
	return (mode & S_IFMT) == S_IFIFO ? 'p' : 'c';
}

static void device_print(struct printer *p, const struct device_op *op)
{
	if (op->kind == DEVICE_BIND)
		printer_add(p, "  device bind tree %u", op->tree);
	else
		printer_add(p, "  device node %c %u:%u mode=0%o", type_letter(op->mode),
			op->major, op->minor, op->mode & 07777);
	printer_string(p, "on ", op->target);
	if (op->uid || op->gid)
		printer_add(p, " uid=%u gid=%u", op->uid, op->gid);
	printer_end(p, op->origin);
}

void print_devices(struct printer *p, const struct plan_devices *devices)
{
	for (size_t i = 0; i < devices->count; i++)
		device_print(p, &devices->items[i]);
	for (size_t i = 0; i < devices->link_count; i++) {
		printer_add(p, "  link");
		printer_string(p, "", devices->links[i].value);
		printer_string(p, "on ", devices->links[i].target);
		printer_end(p, 0);
	}
}

void print_root_switch(struct printer *p, const struct plan *plan)
{
	for (size_t i = 0; i < plan->mounts.count; i++) {
		const struct mount_op *op = &plan->mounts.items[i];

		if (!op->read_only_late)
			continue;
		printer_add(p, "  read-only");
		printer_string(p, "", op->target);
		printer_end(p, op->origin);
	}
	if (plan->root.read_only) {
		printer_add(p, "  read-only \".\"");
		printer_end(p, origin_make(ORIGIN_ROOT_READONLY, 0));
	}
	printer_add(p, "  %s", switch_names[plan->root.switch_by]);
	printer_end(p, 0);
}

void print_paths(struct printer *p, const struct plan_paths *paths)
{
	for (size_t i = 0; i < paths->read_only_count; i++) {
		printer_add(p, "  read-only path");
		printer_string(p, "", paths->read_only[i].target);
		printer_end(p, paths->read_only[i].origin);
	}
	for (size_t i = 0; i < paths->masked_count; i++) {
		printer_add(p, "  mask");
		printer_string(p, "", paths->masked[i].target);
		printer_end(p, paths->masked[i].origin);
	}
}
