/* SPDX-License-Identifier: GPL-2.0-or-later */
/* Mounts, executed inside the new mount namespace.
 *
 * Runs in: init (and nowhere else), as root of the container's user namespace.
 * Never:   looks at options or types: the plan has turned them into attributes and actions.
 * Trusts:  nothing below the root: every target is reached by root_open(), and what is mounted there is
 *          mounted on the descriptor.
 * Calls:   openat2, statx, fstatfs, mount, mount_setattr (5.12), move_mount (5.2), fchdir,
 *          clone, setns, capset, wait4 (the procfs of a joined pid namespace).
 * Spec:    config.md "mounts", config-linux.md "default filesystems". */
#include "init/steps.h"

#include <signal.h>
#include <sys/statfs.h>

#include "base/text.h"
#include "init/attach.h"
#include "init/copy.h"
#include "init/descriptors.h"
#include "init/root.h"
#include "init/tree.h"
#include "plan/origin.h"
#include "sys/file.h"
#include "sys/mount.h"
#include "sys/process.h"

/* What an error calls the thing that is mounted. */
static const char *mount_name(const struct mount_op *op)
{
	return op->kind == MOUNT_BIND || !op->type ? op->source : op->type;
}

/* The kernel does not say which of the file system's own options it does not like. */
static int mount_failed(const struct mount_op *op, int r, struct error *err)
{
	bool data = op->kind == MOUNT_NEW && op->data && r == -EINVAL;
	origin_t options = origin_make(ORIGIN_MOUNT_OPTIONS, op->origin & 0xffffff);

	return error_system_at(err, data ? options : op->origin, r,
		"cannot mount \"%s\" on \"/%s\"%s%s%s", mount_name(op), op->target,
		data ? " with \"" : "", data ? op->data : "", data ? "\"" : "");
}

static int mount_refused(const struct mount_op *op, const char *why, struct error *err)
{
	error_set(err, ERROR_CONFIG, 0, "cannot mount \"%s\" on \"/%s\": %s", mount_name(op),
		op->target, why);
	return error_at(err, op->origin);
}

static int32_t tree_fd(const struct init *init, uint32_t tree)
{
	return tree < init->handoff->tree_count ? init->handoff->trees[tree] : -EBADF;
}

/* A descriptor of the target, or -errno; made if it is missing. */
static int target_find(const struct init *init, const struct mount_op *op, bool *ret_made)
{
	bool plain = op->directory_only || text_starts(op->target, "proc/");
	int flags = O_PATH | (op->kind == MOUNT_NEW ? O_DIRECTORY : 0) |
		    (op->extras & MOUNT_TARGET_NO_FOLLOW ? O_NOFOLLOW : 0);
	int fd = plain ? root_open_plain(init->root_fd, op->target, flags)
		       : root_open(init->root_fd, op->target, flags);
	enum root_kind kind = ROOT_DIRECTORY;

	*ret_made = fd == -ENOENT;
	if (fd != -ENOENT || op->kind == MOUNT_REMOUNT)
		return fd;
	if (op->kind == MOUNT_BIND && descriptor_type(tree_fd(init, op->tree)) != S_IFDIR)
		kind = ROOT_FILE;
	return root_make(init->root_fd, op->target, kind);
}

/* A link below the root may lead into a procfs, where only the plan's list may be mounted on. */
static int target_check(const struct mount_op *op, int target, struct error *err)
{
	struct statfs facts;
	int r;

	if (op->kind == MOUNT_REMOUNT || text_equal(op->target, "proc") ||
		text_starts(op->target, "proc/"))
		return 0;
	r = sys_fstatfs(target, &facts);
	if (r)
		return mount_failed(op, r, err);
	if (facts.f_type == PROC_SUPER_MAGIC)
		return mount_refused(op, "it leads into a procfs", err);
	return 0;
}

static int target_open(
	const struct init *init, const struct mount_op *op, bool *ret_made, struct error *err)
{
	int fd = target_find(init, op, ret_made);

	if (op->directory_only && (fd == -ELOOP || fd == -ENOTDIR))
		return mount_refused(op, "it must be mounted on ordinary directory", err);
	if (fd < 0)
		return mount_failed(op, fd, err);
	return target_check(op, fd, err) ? -1 : fd;
}

/* What is mounted on a place stays open, since paths below it are looked up there. */
static int mount_keep(struct init *init, const struct mount_op *op, int fd)
{
	if (op->place == PLACE_ROOT)
		descriptor_drop(fd);
	else
		init->place_fds[op->place] = fd;
	return 0;
}

static int late_remember(
	struct init *init, const struct mount_op *op, int fd, struct error *err)
{
	if (init->late_count == INIT_LATE_MOUNTS)
		return mount_refused(op, "too many file systems are to be read-only", err);
	init->late_fds[init->late_count++] = fd;
	return 0;
}

static int bind_attach(struct init *init, const struct mount_op *op, uint32_t index, int target,
	struct error *err)
{
	int tree = tree_fd(init, index);
	int r = tree < 0 ? tree : tree_attach(tree, target);

	if (r)
		return mount_failed(op, r, err);
	return mount_keep(init, op, tree);
}

/* The options with the mode of the directory that is covered in front, where that is wanted. */
static int data_make(
	const struct mount_op *op, int target, bool made, char *buffer, const char **ret_data)
{
	struct statx stat;
	int r;

	*ret_data = op->data;
	if (!op->copy_mode || made)
		return 0;
	r = sys_statx(target, "", AT_EMPTY_PATH, STATX_MODE, &stat);
	if (r)
		return r;
	*ret_data = buffer;
	return text_print(buffer, PATH_MAX, "mode=%o%s%s", stat.stx_mode & 07777U,
		       op->data ? "," : "", op->data ? op->data : "")
		       ? 0
		       : -ENAMETOOLONG;
}

/* mount(2) on the working directory: no path and no procfs is needed to name the target. */
static int mount_here(const struct mount_op *op, const char *data)
{
	unsigned long flags = op->flags & ~(op->read_only_late ? MS_RDONLY : 0UL);

	return sys_mount(op->source ? op->source : op->type, ".", op->type, flags, data);
}

struct helper {
	const struct mount_op *op;
	int pid_namespace;
};

static int helper_run(void *arg)
{
	const struct mount_op *op = ((const struct helper *)arg)->op;
	struct __user_cap_header_struct header = {.version = _LINUX_CAPABILITY_VERSION_3};
	struct __user_cap_data_struct data[2] = {0};
	int r;

	data[0].effective = data[0].permitted = 1U << CAP_SYS_ADMIN;
	r = sys_capset(&header, data);
	return -(r ? r : mount_here(op, op->data));
}

static int child_ask(int (*run)(void *), struct helper *helper)
{
	int status = 0;
	int pid = sys_clone_plain(SIGCHLD, NULL, run, helper);
	int r = pid;

	while (pid > 0 && (r = sys_wait4(pid, &status, 0)) == -EINTR)
		;
	return r < 0 ? r : status & 0x7f ? -ECHILD : -(status >> 8 & 0xff);
}

static int joiner_run(void *arg)
{
	struct helper *helper = arg;
	int r = sys_setns(helper->pid_namespace, CLONE_NEWPID);

	return -(r ? r : child_ask(helper_run, helper));
}

/* KERNEL < 6.17: only a process in the namespace can do it. A child does, with CAP_SYS_ADMIN alone; a process of the
 * namespace that has CAP_SYS_PTRACE over init could use the moment. Where init joins later, so that nothing else that it
 * makes is seen there, another child joins for it. */
static int helper_mount(const struct init *init, const struct mount_op *op)
{
	struct helper helper = {
		.op = op, .pid_namespace = init->handoff->namespace_fds[NAMESPACE_PID]};

	return child_ask(
		init->plan->namespaces.join_pid_late ? joiner_run : helper_run, &helper);
}

/* A procfs shows the pid namespace of whoever mounts it, unless it is told another. init is not in one that was
 * joined, but in the runtime's, whose processes the container must not see. */
static int joined_proc_mount(const struct init *init, const struct mount_op *op)
{
	char data[PATH_MAX];
	int r;

	if (!text_print(data, sizeof(data), "pidns=/proc/self/fd/%d%s%s",
		    init->handoff->namespace_fds[NAMESPACE_PID], op->data ? "," : "",
		    op->data ? op->data : ""))
		return -ENAMETOOLONG;
	r = mount_here(op, data);
	return r == -EINVAL ? helper_mount(init, op) : r;
}

static int new_mount(const struct init *init, const struct mount_op *op, int target, bool made)
{
	bool joined = init->plan->namespaces.of[NAMESPACE_PID].how == NAMESPACE_JOIN;
	const char *data;
	char buffer[PATH_MAX];
	int r = data_make(op, target, made, buffer, &data);

	if (!r)
		r = sys_fchdir(target);
	if (r)
		return r;
	if (joined && text_equal(op->type, "proc"))
		return joined_proc_mount(init, op);
	r = mount_here(op, data);
	/* The kernel refuses a file system on itself, as the cgroups on a bind of the host's /sys. */
	if (r == -EBUSY && text_equal(op->type, "cgroup2"))
		r = sys_mount("none", ".", "tmpfs", MS_RDONLY, NULL) ?: mount_here(op, data);
	return r;
}

/* Opens the mount that was just made on `target`. That it is one, and another than what it covers, is checked: the
 * name may have been exchanged. */
static int new_open(const struct init *init, const struct mount_op *op, int target)
{
	struct statx below, above;
	int fd = root_open(init->root_fd, op->target, O_PATH | O_DIRECTORY);
	int r = fd < 0 ? fd : sys_statx(fd, "", AT_EMPTY_PATH, STATX_MNT_ID, &above);

	if (!r)
		r = sys_statx(target, "", AT_EMPTY_PATH, STATX_MNT_ID, &below);
	if (!r && (!(above.stx_attributes & STATX_ATTR_MOUNT_ROOT) ||
			  above.stx_mnt_id == below.stx_mnt_id))
		r = -ESTALE;
	return r ? r : fd;
}

/* What mount(2) cannot say together with the mount itself. */
static int new_finish(
	struct init *init, const struct mount_op *op, int target, bool made, struct error *err)
{
	bool copy = op->extras & MOUNT_COPY_UP && !made;
	int fd, r;

	if (!op->propagation[0] && !op->read_only_late && !copy && !op->place)
		return 0;
	fd = new_open(init, op, target);
	r = fd < 0 ? fd : tree_dress(fd, op);
	if (r)
		return mount_failed(op, r, err);
	r = copy ? copy_up(target, fd, op->extras & MOUNT_COPY_OWNER, err) : 0;
	if (r)
		return err->class ? error_at(err, op->origin) : mount_failed(op, r, err);
	if (op->read_only_late)
		return late_remember(init, op, fd, err);
	return mount_keep(init, op, fd);
}

static int mount_new(
	struct init *init, const struct mount_op *op, int target, bool made, struct error *err)
{
	int r = new_mount(init, op, target, made);

	if (!r)
		return new_finish(init, op, target, made, err);
	if (op->fallback_errno && r == -op->fallback_errno)
		return bind_attach(init, op, op->fallback_tree, target, err);
	return mount_failed(op, r, err);
}

static int mount_change(const struct mount_op *op, int target, struct error *err)
{
	int r = tree_dress(target, op);

	return r ? error_system_at(
			   err, op->origin, r, "cannot change the mount on \"/%s\"", op->target)
		 : 0;
}

static int mount_link(const struct init *init, const struct mount_op *op, const char *value,
	struct error *err)
{
	int r = root_symlink(init->root_fd, op->target, value);

	return r ? error_system_at(err, op->origin, r, "cannot link \"/%s\" to \"%s\"",
			   op->target, value)
		 : 0;
}

static int mount_apply(struct init *init, const struct mount_op *op, struct error *err)
{
	bool made = false;
	int target, r = 0;

	if (op->kind == MOUNT_LINK)
		return mount_link(init, op, op->source, err);
	if (op->kind == MOUNT_BIND && init->handoff->links[op->tree])
		return mount_link(init, op, init->handoff->links[op->tree], err);
	target = target_open(init, op, &made, err);
	if (target < 0)
		return -1;
	if (op->kind == MOUNT_NEW)
		r = mount_new(init, op, target, made, err);
	else if (op->kind == MOUNT_BIND)
		r = bind_attach(init, op, op->tree, target, err);
	else
		r = mount_change(op, target, err);
	descriptor_drop(target);
	return r;
}

int mounts_apply(void *ctx, struct error *err)
{
	struct init *init = ctx;
	const struct plan_mounts *mounts = &init->plan->mounts;

	for (size_t i = 0; i < mounts->count; i++) {
		if (mount_apply(init, &mounts->items[i], err))
			return -1;
	}
	return 0;
}

int mounts_protect(void *ctx, struct error *err)
{
	struct init *init = ctx;

	for (size_t i = 0; i < init->late_count; i++) {
		int r = tree_change(init->late_fds[i], MOUNT_ATTR_RDONLY, 0, 0);

		if (r)
			return error_system(err, r, "cannot make a file system read-only");
	}
	return 0;
}
