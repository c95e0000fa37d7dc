/* SPDX-License-Identifier: GPL-2.0-or-later */
/* Descriptors that init inherits: namespaces to join; and the end of all of them in the runtime.
 *
 * Runs in: the runtime.
 * Relies on: NS_GET_NSTYPE (Linux 4.11). */
#include "launch/open.h"

#include <linux/nsfs.h>

#include "base/text.h"
#include "plan/namespace-kinds.h"
#include "plan/origin.h"
#include "sys/file.h"

static bool is_own(int fd, enum namespace_kind kind)
{
	struct statx ours, other;
	char own[32];

	text_print(own, sizeof(own), "/proc/self/ns/%s", namespace_facts[kind].file);
	return !sys_statx(AT_FDCWD, own, 0, STATX_INO, &ours) &&
	       !sys_statx(fd, "", AT_EMPTY_PATH, STATX_INO, &other) &&
	       ours.stx_ino == other.stx_ino && ours.stx_dev_major == other.stx_dev_major &&
	       ours.stx_dev_minor == other.stx_dev_minor;
}

/* Does the plan change what belongs to namespaces of this kind? Then *ret_origin says what. */
static bool kind_changed(
	const struct plan *plan, enum namespace_kind kind, origin_t *ret_origin)
{
	const struct plan_kernel *kernel = &plan->kernel;

	for (size_t i = 0; i < kernel->sysctl_count; i++) {
		*ret_origin = kernel->sysctls[i].origin;
		if (kernel->sysctls[i].kind == kind)
			return true;
	}
	*ret_origin = kind == NAMESPACE_MOUNT ? plan->namespaces.of[kind].origin
		      : kernel->hostname      ? origin_make(ORIGIN_HOSTNAME, 0)
					      : origin_make(ORIGIN_DOMAINNAME, 0);
	return kind == NAMESPACE_MOUNT ||
	       (kind == NAMESPACE_UTS && (kernel->hostname || kernel->domainname));
}

/* One that the runtime is in itself is the host's, however it is named. */
static int own_check(
	const struct plan *plan, enum namespace_kind kind, int fd, struct error *err)
{
	origin_t origin;

	if (!kind_changed(plan, kind, &origin) || !is_own(fd, kind))
		return 0;
	error_set(err, ERROR_CONFIG, 0,
		"the %s namespace \"%s\" is the runtime's own: this would change it for "
		"everybody in it",
		namespace_facts[kind].name, plan->namespaces.of[kind].path);
	return error_at(err, origin);
}

static int namespace_open(
	const struct plan *plan, enum namespace_kind kind, int32_t *ret_fd, struct error *err)
{
	const struct namespace_op *op = &plan->namespaces.of[kind];
	int fd = sys_openat(AT_FDCWD, op->path, O_RDONLY, 0);

	if (fd < 0)
		return error_system_at(err, op->origin, fd,
			"cannot open the %s namespace \"%s\"", namespace_facts[kind].name,
			op->path);
	*ret_fd = fd;
	if ((uint64_t)sys_ioctl(fd, NS_GET_NSTYPE, NULL) == namespace_facts[kind].flag)
		return own_check(plan, kind, fd, err);
	error_set(err, ERROR_CONFIG, 0, "\"%s\" is not a %s namespace", op->path,
		namespace_facts[kind].name);
	return error_at(err, op->origin);
}

int open_namespaces(struct handoff *handoff, const struct plan *plan, struct error *err)
{
	for (int kind = 0; kind < NAMESPACE_COUNT; kind++) {
		if (plan->namespaces.of[kind].how == NAMESPACE_JOIN && !plan->exec &&
			namespace_open(plan, (enum namespace_kind)kind,
				&handoff->namespace_fds[kind], err))
			return -1;
	}
	return 0;
}

static void close_one(int32_t fd)
{
	if (fd >= 0)
		sys_close(fd);
}

static void trees_close(const struct handoff *handoff)
{
	for (uint32_t i = 0; i < handoff->tree_count; i++)
		close_one(handoff->trees[i]);
	close_one(handoff->root_tree);
	close_one(handoff->root_dir);
}

void open_close(const struct handoff *handoff, const struct plan *plan)
{
	/* The numbers of those that the clone's child has opened are its own. */
	if (!plan->child.opens_trees)
		trees_close(handoff);
	for (size_t i = 0; i < NAMESPACE_COUNT; i++)
		close_one(handoff->namespace_fds[i]);
	close_one(handoff->hook_stdout);
	close_one(handoff->hook_stderr);
}
