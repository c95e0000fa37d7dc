/* SPDX-License-Identifier: GPL-2.0-or-later */
/* mounts -> mount operations.
 *
 * Pure. Which file system may be mounted on /proc and /sys is checked by its name here, and by
 * its nature in init: a symbolic link below the root is not known here.
 *
 * Spec: config.md "mounts"; config-linux.md "default filesystems" */
#include <errno.h>
#include <linux/mount.h>
#include <string.h>

#include "base/number.h"
#include "base/text.h"
#include "plan/builder.h"
#include "plan/cgroup-mount.h"
#include "plan/mount-options.h"
#include "plan/path.h"

/* The files below /proc that may be covered, by lxcfs for instance. What else is there tells a
 * process about itself, or is how the kernel is asked to protect it. */
static const char *const below_proc[] = {"cpuinfo", "diskstats", "meminfo", "stat", "swaps",
	"uptime", "loadavg", "slabinfo", "sys/kernel/ns_last_pid", "sys/crypto/fips_enabled"};

struct mount_op *mounts_add(struct builder *b)
{
	struct plan_mounts *mounts = &b->plan->mounts;

	if (mounts->count >= b->mount_room) {
		b->arena->full = true;
		return NULL;
	}
	return &b->mounts[mounts->count++];
}

static bool below_proc_allowed(const char *rel)
{
	for (size_t i = 0; i < sizeof(below_proc) / sizeof(below_proc[0]); i++) {
		if (text_equal(rel, below_proc[i]))
			return true;
	}
	return false;
}

/* What is mounted at `top` must be the kernel's own: `type`, or a bind of the host's. */
static int kernel_place_check(
	const struct mount_op *op, const char *top, const char *type, struct error *err)
{
	if (op->kind == MOUNT_REMOUNT || (op->kind == MOUNT_NEW && text_equal(op->type, type)))
		return 0;
	if (op->kind == MOUNT_BIND && op->source[0] == '/' && text_equal(op->source + 1, top))
		return 0;
	return builder_refuse(err, op->origin,
		"\"%s\" cannot be mounted on \"/%s\": only %s may be, or a bind of the host's "
		"/%s",
		op->kind == MOUNT_BIND ? op->source : op->type, top, type, top);
}

static enum plan_place place_of(const struct mount_op *op)
{
	if (op->kind != MOUNT_NEW && op->kind != MOUNT_BIND)
		return PLACE_ROOT;
	return text_equal(op->target, "proc")  ? PLACE_PROC
	       : text_equal(op->target, "sys") ? PLACE_SYS
					       : PLACE_ROOT;
}

static int place_check(const struct mount_op *op, struct error *err)
{
	const char *rel = path_below(op->target, "proc");

	if (text_equal(op->target, ".") && op->kind != MOUNT_REMOUNT)
		return builder_refuse(err, op->origin,
			"nothing can be mounted on \"/\": that is what root.path is for");
	if (text_equal(op->target, "sys"))
		return kernel_place_check(op, "sys", "sysfs", err);
	if (!rel)
		return 0;
	if (!*rel)
		return kernel_place_check(op, "proc", "proc", err);
	if (below_proc_allowed(rel))
		return 0;
	return builder_refuse(
		err, op->origin, "nothing may be mounted on \"/%s\" inside /proc", op->target);
}

/* Of two file systems only: others have options of that name with another meaning. */
static int data_ids_check(
	const struct builder *b, const struct mount_op *op, const char *data, struct error *err)
{
	static const struct {
		const char *key;
		bool (*is_mapped)(const struct builder *b, uint32_t id);
		const char *member;
	} keys[] = {{"uid=", ids_uid_mapped, "uidMappings"},
		{"gid=", ids_gid_mapped, "gidMappings"}};

	if (!text_equal(op->type, "tmpfs") && !text_equal(op->type, "devpts"))
		return 0;
	for (size_t i = 0; i < 2; i++) {
		uint64_t id = 0;
		const char *c;

		if (!text_starts(data, keys[i].key))
			continue;
		for (c = data + 4; *c >= '0' && *c <= '9' && id <= UINT32_MAX; c++)
			id = id * 10 + (uint64_t)(*c - '0');
		if (id > UINT32_MAX - 1 || !keys[i].is_mapped(b, (uint32_t)id))
			return builder_refuse(err, op->origin,
				"\"%s%lu\" is not an id of the container: linux.%s does not "
				"map it",
				keys[i].key, (unsigned long)id, keys[i].member);
	}
	return 0;
}

/* Calls for each option of the file system. */
static int data_check(const struct builder *b, const struct mount_op *op, bool *ret_mode,
	bool *ret_owner, struct error *err)
{
	const char *option = op->data;

	while (option && *option) {
		if (data_ids_check(b, op, option, err))
			return -1;
		if (text_starts(option, "mode="))
			*ret_mode = true;
		if (text_starts(option, "uid=") || text_starts(option, "gid="))
			*ret_owner = true;
		option = strchr(option, ',');
		if (option)
			option++;
	}
	return 0;
}

/* Options that make no sense for the kind of mount are a mistake: nothing would come of them. */
static int extras_take(struct mount_op *op, const struct mount_options *o, struct error *err)
{
	const uint32_t of_tmpfs = MOUNT_COPY_UP;

	if (o->extras & of_tmpfs && (op->kind != MOUNT_NEW || !text_equal(op->type, "tmpfs")))
		return error_set(err, ERROR_CONFIG, 0, "tmpcopyup is an option of a tmpfs");
	if (o->extras & ~of_tmpfs && op->kind != MOUNT_BIND)
		return error_set(err, ERROR_CONFIG, 0,
			"copy-symlink, src-nofollow and dest-nofollow are options of a bind "
			"mount");
	op->extras |= o->extras;
	return 0;
}

static void attributes_take(struct mount_op *op, const struct mount_options *o)
{
	op->attr_set = o->set;
	op->attr_clear = o->clear;
	op->recursive_set = o->recursive_set;
	op->recursive_clear = o->recursive_clear;
}

/* The host's /sys brings its mounts along, cgroups that were delegated to the caller among them: whoever wants it read-only means
 * these too. */
static void sys_protect(const struct builder *b, struct mount_op *op)
{
	if (rootless(b) && op->attr_set & MOUNT_ATTR_RDONLY)
		op->recursive_set |= MOUNT_ATTR_RDONLY;
}

static int bind_plan(struct builder *b, const struct oci_mount *given,
	const struct mount_options *o, struct mount_op *op, struct error *err)
{
	op->kind = MOUNT_BIND;
	if (!given->source || !given->source[0])
		return builder_refuse(err, op->origin, "a bind mount needs a source");
	op->source = path_absolute(b->arena, b->request->bundle, given->source);
	op->recursive = o->recursive;
	op->directory_only = text_equal(op->target, "proc") || text_equal(op->target, "sys");
	op->tree = (uint32_t)b->plan->mounts.tree_count++;
	attributes_take(op, o);
	if (o->data)
		builder_warn(b,
			"the options \"%s\" of the mount on \"%s\" are ignored: a bind mount "
			"has no file system of its own",
			o->data, given->destination);
	if (o->superblock & ~(unsigned long)MS_SILENT)
		builder_warn(b,
			"options of the mount on \"%s\" that concern a whole file system are "
			"ignored: a bind mount has none of its own",
			given->destination);
	if (text_equal(op->target, "dev"))
		b->dev_is_bind = true;
	if (text_equal(op->target, "sys"))
		sys_protect(b, op);
	return op->source ? 0 : builder_full(err);
}

/* Changes what is mounted at the target: attributes, propagation, or both. */
static int remount_plan(const struct mount_options *o, struct mount_op *op, struct error *err)
{
	op->kind = MOUNT_REMOUNT;
	attributes_take(op, o);
	if (o->data || o->superblock)
		return builder_refuse(err, op->origin,
			"a remount cannot change options of the file system%s%s",
			o->data ? ": " : "", o->data ? o->data : "");
	return 0;
}

/* A sysfs shows the network namespace it is made in, whose owner must be the user namespace
 * that init is root of. Where it surely is not, the host's is bound, as users of such containers
 * expect; where only the kernel knows, that is the second try. */
static void sysfs_plan(struct builder *b, const struct mount_options *o, struct mount_op *op)
{
	enum namespace_how user = namespace_how(b, NAMESPACE_USER);
	enum namespace_how network = namespace_how(b, NAMESPACE_NETWORK);
	uint32_t tree = (uint32_t)b->plan->mounts.tree_count;
	const char *sys;

	if ((user == NAMESPACE_HOST && !b->host->in_user_namespace) || network == NAMESPACE_NEW)
		return;
	sys = arena_string(b->arena, "/sys");
	b->plan->mounts.tree_count++;
	if (user == NAMESPACE_HOST || (user == NAMESPACE_JOIN && network == NAMESPACE_JOIN)) {
		op->fallback_errno = EPERM;
		op->fallback_tree = tree;
		op->fallback_source = sys;
		op->attr_set = o->set;
		sys_protect(b, op);
		return;
	}
	op->kind = MOUNT_BIND;
	op->source = sys;
	op->tree = tree;
	op->recursive = true;
	op->type = NULL;
	op->flags = 0;
	attributes_take(op, o);
	sys_protect(b, op);
}

static int new_plan(struct builder *b, const struct oci_mount *given,
	const struct mount_options *o, struct mount_op *op, struct error *err)
{
	bool has_mode = false, has_owner = false;
	bool tmpfs = text_equal(given->type, "tmpfs");

	op->kind = MOUNT_NEW;
	op->type = arena_string(b->arena, given->type);
	op->source = arena_string(
		b->arena, given->source && given->source[0] ? given->source : given->type);
	op->data = o->data;
	op->flags = o->superblock | mount_options_flags(o->set | o->recursive_set);
	op->directory_only = text_equal(op->type, "proc") || text_equal(op->type, "sysfs");
	if (!op->type || !op->source)
		return builder_full(err);
	if (data_check(b, op, &has_mode, &has_owner, err))
		return -1;
	op->copy_mode = tmpfs && !has_mode;
	if (o->extras & MOUNT_COPY_UP && !has_owner)
		op->extras |= MOUNT_COPY_OWNER;
	/* What comes later may have its mount point in it. */
	if (op->flags & MS_RDONLY && (tmpfs || text_equal(op->target, "dev"))) {
		op->flags &= ~(unsigned long)MS_RDONLY;
		op->read_only_late = true;
	}
	if (text_equal(op->type, "sysfs"))
		sysfs_plan(b, o, op);
	return label_mount_plan(b, op, err);
}

static bool type_is_none(const char *type)
{
	return !type || !type[0] || text_equal(type, "none");
}

static bool type_is_cgroup(const char *type)
{
	return text_equal(type, "cgroup") || text_equal(type, "cgroup2");
}

static int kind_plan(struct builder *b, const struct oci_mount *given,
	const struct mount_options *o, struct mount_op *op, struct error *err)
{
	if (o->remount || (!o->bind && type_is_none(given->type) && o->propagation[0]))
		return remount_plan(o, op, err);
	if (o->bind || text_equal(given->type, "bind"))
		return bind_plan(b, given, o, op, err);
	if (type_is_none(given->type))
		return builder_refuse(err, op->origin,
			"the mount on \"%s\" has neither a type nor the option bind or rbind",
			given->destination);
	if (type_is_cgroup(given->type))
		return cgroup_mount_plan(b, text_equal(given->type, "cgroup2"), o, op, err);
	return new_plan(b, given, o, op, err);
}

static int mount_plan(struct builder *b, size_t i, struct error *err)
{
	const struct oci_mount *given = &b->spec->mounts.items[i];
	struct mount_op *op = mounts_add(b);
	struct mount_options options;

	if (!op)
		return builder_full(err);
	op->origin = origin_make(ORIGIN_MOUNT, i);
	if (!given->destination || !given->destination[0])
		return builder_refuse(err, origin_make(ORIGIN_MOUNT_DESTINATION, i),
			"the destination of the mount is empty");
	if (given->destination[0] != '/')
		builder_warn(b,
			"the mount destination \"%s\" is not absolute: it is taken as "
			"relative to \"/\"",
			given->destination);
	op->target = path_clean(b->arena, given->destination);
	if (!op->target)
		return builder_full(err);
	if (mount_options_parse(&given->options, b->arena, origin_make(ORIGIN_MOUNT_OPTIONS, i),
		    &options, err))
		return -1;
	memcpy(op->propagation, options.propagation, sizeof(op->propagation));
	if (kind_plan(b, given, &options, op, err) ||
		mount_map_plan(b, given, &options, op, err))
		return -1;
	if (extras_take(op, &options, err))
		return error_at(err, origin_make(ORIGIN_MOUNT_OPTIONS, i));
	op->place = place_of(op);
	return place_check(op, err);
}

int mounts_plan(struct builder *b, struct error *err)
{
	size_t count = b->spec->mounts.count;

	b->mount_room = count + 1; /* for notify_mount_plan() */
	for (size_t i = 0; i < count; i++) {
		if (type_is_cgroup(b->spec->mounts.items[i].type))
			b->mount_room += cgroup_mount_room(&b->host->cgroups);
	}
	b->mounts = arena_array(b->arena, struct mount_op, b->mount_room);
	if (!b->mounts)
		return builder_full(err);
	b->plan->mounts.items = b->mounts;
	for (size_t i = 0; i < count; i++) {
		if (builder_try(b, err, mount_plan(b, i, err)))
			return -1;
	}
	return notify_mount_plan(b, err);
}
