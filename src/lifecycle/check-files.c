/* SPDX-License-Identifier: GPL-2.0-or-later */
/* check: files that must be there before the container is.
 *
 * Runs in: the runtime. Changes nothing. Below the root every path is resolved as inside, by openat2() with
 * RESOLVE_IN_ROOT: the root belongs to the container's maker, who may have put links there. What a
 * mount will cover is not judged. */
#include "lifecycle/check-files.h"

#include <errno.h>
#include <linux/openat2.h>
#include <string.h>

#include "base/text.h"
#include "plan/origin.h"
#include "plan/path.h"
#include "sys/file.h"

#define PATH_SIZE 4096

/* What is wrong with a program; NULL if nothing is. */
static const char *program_fault(int dir_fd, const char *path, const struct open_how *how)
{
	struct statx stat;
	int fd = sys_openat2(dir_fd, path, how);
	int r = fd < 0 ? fd : sys_statx(fd, "", AT_EMPTY_PATH, STATX_TYPE | STATX_MODE, &stat);

	if (fd >= 0)
		sys_close(fd);
	if (r == -ENOENT || r == -ENOTDIR || r == -ELOOP)
		return "is not there";
	if (r)
		return NULL;
	if ((stat.stx_mode & S_IFMT) == S_IFDIR)
		return "is a directory";
	if ((stat.stx_mode & S_IFMT) != S_IFREG)
		return "is not a regular file";
	return stat.stx_mode & 0111 ? NULL : "is not executable";
}

/* Does a mount cover the place? */
static bool is_covered(struct check *check, const char *path)
{
	const char *clean = path_clean(&check->arena, path);

	for (size_t i = 0; clean && i < check->spec->mounts.count; i++) {
		const char *over =
			path_clean(&check->arena, check->spec->mounts.items[i].destination);

		if (over && path_below(clean, over))
			return true;
	}
	return false;
}

static const char *fault_inside(struct check *check, int root_fd, const char *path)
{
	const struct open_how how = {.flags = O_PATH | O_CLOEXEC,
		.resolve = RESOLVE_IN_ROOT | RESOLVE_NO_MAGICLINKS};

	return is_covered(check, path) ? NULL : program_fault(root_fd, path, &how);
}

static const char *path_variable(const struct oci_strings *env)
{
	const char *found = NULL;

	for (size_t i = 0; i < env->count; i++) {
		if (text_starts(env->items[i], "PATH="))
			found = env->items[i] + 5;
	}
	return found;
}

/* Looks through PATH; NULL where it is found, or where a mount may have it. */
static const char *fault_in_path(struct check *check, int root_fd, const char *name)
{
	const char *path = path_variable(&check->spec->process->env);

	while (path && *path) {
		size_t length = strcspn(path, ":");
		char candidate[PATH_SIZE];

		if (text_print(
			    candidate, sizeof(candidate), "%.*s/%s", (int)length, path, name) &&
			!fault_inside(check, root_fd, candidate))
			return NULL;
		path += length + (path[length] == ':');
	}
	return path ? "is in no directory of PATH" : "cannot be found: there is no PATH in env";
}

static void program_check(struct check *check, int root_fd)
{
	const struct oci_process *process = check->spec->process;
	const char *name, *fault;
	char path[PATH_SIZE];

	if (!process || !process->args.count || !process->args.items[0][0])
		return;
	name = process->args.items[0];
	if (!strchr(name, '/')) {
		fault = fault_in_path(check, root_fd, name);
	} else {
		text_print(
			path, sizeof(path), "%s/%s", name[0] == '/' ? "" : process->cwd, name);
		fault = fault_inside(check, root_fd, path);
	}
	if (fault)
		check_tell(check, false, origin_make(ORIGIN_PROCESS_ARGS, 0),
			"put it below root.path, or name another one",
			"the program \"%s\" %s inside the root", name, fault);
}

static void root_check(struct check *check)
{
	const struct oci_root *given = check->spec->root;
	const char *path;
	int fd;

	if (!given || !given->path[0])
		return;
	path = path_absolute(&check->arena, check->request->bundle, given->path);
	if (!path)
		return;
	fd = sys_openat(AT_FDCWD, path, O_PATH | O_DIRECTORY, 0);
	if (fd == -ENOENT || fd == -ENOTDIR)
		check_tell(check, false, origin_make(ORIGIN_ROOT_PATH, 0),
			"unpack the root file system there", "the root \"%s\" is %s", path,
			fd == -ENOENT ? "not there" : "not a directory");
	if (fd < 0)
		return;
	program_check(check, fd);
	sys_close(fd);
}

/* startContainer hooks are inside, and what they see is not known; the others are looked up on the host. */
static void hooks_check(struct check *check)
{
	const struct oci_hooks *hooks = check->spec->hooks;
	const struct open_how how = {.flags = O_PATH | O_CLOEXEC};
	const struct {
		const struct oci_hook_list *list;
		enum origin_place place;
	} kinds[] = {
		{&hooks->prestart, ORIGIN_HOOK_PRESTART},
		{&hooks->create_runtime, ORIGIN_HOOK_CREATE_RUNTIME},
		{&hooks->create_container, ORIGIN_HOOK_CREATE_CONTAINER},
		{&hooks->poststart, ORIGIN_HOOK_POSTSTART},
		{&hooks->poststop, ORIGIN_HOOK_POSTSTOP},
	};

	for (size_t kind = 0; kind < sizeof(kinds) / sizeof(kinds[0]); kind++) {
		for (size_t i = 0; i < kinds[kind].list->count; i++) {
			const char *path = kinds[kind].list->items[i].path;
			const char *fault =
				path[0] == '/' ? program_fault(AT_FDCWD, path, &how) : NULL;

			if (fault)
				check_tell(check, false, origin_make(kinds[kind].place, i),
					"install it, or take the hook out",
					"the hook \"%s\" %s", path, fault);
		}
	}
}

bool check_mount_is_bind(const struct oci_mount *mount)
{
	for (size_t i = 0; i < mount->options.count; i++) {
		if (text_equal(mount->options.items[i], "bind") ||
			text_equal(mount->options.items[i], "rbind"))
			return true;
	}
	return text_equal(mount->type, "bind");
}

static void sources_check(struct check *check)
{
	for (size_t i = 0; i < check->spec->mounts.count; i++) {
		const struct oci_mount *mount = &check->spec->mounts.items[i];
		struct statx stat;
		const char *path;
		int r;

		if (!check_mount_is_bind(mount) || !mount->source || !mount->source[0])
			continue;
		path = path_absolute(&check->arena, check->request->bundle, mount->source);
		r = path ? sys_statx(AT_FDCWD, path, AT_SYMLINK_NOFOLLOW, STATX_TYPE, &stat)
			 : 0;
		if (r == -ENOENT || r == -ENOTDIR)
			check_tell(check, false, origin_make(ORIGIN_MOUNT_SOURCE, i),
				"make it before the container",
				"there is no \"%s\" to mount on \"%s\"", path,
				mount->destination);
	}
}

static void devices_check(struct check *check)
{
	for (size_t i = 0; check->plan && i < check->plan->devices.count; i++) {
		const struct device_op *op = &check->plan->devices.items[i];

		if (op->kind == DEVICE_BIND && op->host_path &&
			sys_faccessat(AT_FDCWD, op->host_path, 0) == -ENOENT)
			check_tell(check, false, op->origin,
				"in a user namespace the host's device is used",
				"there is no device \"%s\" on this host", op->host_path);
	}
}

void check_files(struct check *check)
{
	root_check(check);
	if (check->spec->hooks)
		hooks_check(check);
	sources_check(check);
	devices_check(check);
}
