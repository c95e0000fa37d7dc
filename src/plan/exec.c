/* SPDX-License-Identifier: GPL-2.0-or-later */
/* exec: what a process more is, and which namespaces it joins.
 *
 * Pure. The process is that of config.json with what the command line says in its place, or that of a file, which
 * replaces it; from there on it is decided as the container's own.
 *
 * Spec: config.md "process"; the words of the command line are those of the reference runtime. */
#include "plan/exec.h"

#include <string.h>

#include "base/number.h"
#include "base/text.h"
#include "plan/builder.h"
#include "plan/namespace-kinds.h"

static int full(struct error *err)
{
	return error_set(err, ERROR_USAGE, 0, "the command line is too long");
}

/* The list, and behind it `more`. */
static int strings_append(struct oci_strings *list, const struct request_list *more,
	struct arena *arena, struct error *err)
{
	const char **items = arena_array(arena, const char *, list->count + more->count);

	if (!items)
		return full(err);
	for (size_t i = 0; i < list->count; i++)
		items[i] = list->items[i];
	for (size_t i = 0; i < more->count; i++)
		items[list->count + i] = more->items[i];
	list->items = items;
	list->count += more->count;
	return 0;
}

static int id_take(const char *text, const char *option, uint32_t *ret, struct error *err)
{
	return number_id(text, ret) ? error_set(err, ERROR_USAGE, 0,
					      "invalid value \"%s\" for --%s: ids are "
					      "numbers from 0 to 4294967294",
					      text, option)
				    : 0;
}

/* "UID" or "UID:GID". */
static int user_take(const char *text, struct oci_user *user, struct error *err)
{
	const char *colon = strchr(text, ':');
	char uid[16];

	if (!text_print(uid, sizeof(uid), "%.*s",
		    (int)(colon ? (size_t)(colon - text) : strlen(text)), text))
		return id_take(text, "user", &user->uid, err);
	if (id_take(uid, "user", &user->uid, err))
		return -1;
	return colon ? id_take(colon + 1, "user", &user->gid, err) : 0;
}

static int groups_take(const struct request_list *given, struct oci_u32_list *groups,
	struct arena *arena, struct error *err)
{
	uint32_t *items = arena_array(arena, uint32_t, groups->count + given->count);

	if (!items)
		return full(err);
	for (size_t i = 0; i < groups->count; i++)
		items[i] = groups->items[i];
	for (size_t i = 0; i < given->count; i++) {
		if (id_take(given->items[i], "additional-gids", &items[groups->count + i], err))
			return -1;
	}
	groups->items = items;
	groups->count += given->count;
	return 0;
}

static int user_build(const struct request_exec *given, struct oci_process *process,
	struct arena *arena, struct error *err)
{
	struct oci_user *user = arena_new(arena, struct oci_user);

	if (!user)
		return full(err);
	if (process->user)
		*user = *process->user;
	process->user = user;
	if (given->user && user_take(given->user, user, err))
		return -1;
	return groups_take(&given->groups, &user->additional_gids, arena, err);
}

static bool has_name(const struct oci_strings *list, const char *name)
{
	for (size_t i = 0; i < list->count; i++) {
		if (text_equal(list->items[i], name))
			return true;
	}
	return false;
}

/* They are added to what the process can do, never to what it passes on: inheritable stays as it is, and ambient follows
 * only for what is inheritable. */
static int capabilities_build(const struct request_exec *given, struct oci_process *process,
	struct arena *arena, struct error *err)
{
	const struct request_list *names = &given->capabilities;
	struct request_list ambient = {.items = arena_array(arena, const char *, names->count)};
	struct oci_capabilities *sets = arena_new(arena, struct oci_capabilities);

	if (!sets || !ambient.items)
		return full(err);
	if (process->capabilities)
		*sets = *process->capabilities;
	process->capabilities = sets;
	for (size_t i = 0; i < names->count; i++) {
		if (has_name(&sets->inheritable, names->items[i]))
			ambient.items[ambient.count++] = names->items[i];
	}
	if (strings_append(&sets->bounding, names, arena, err) ||
		strings_append(&sets->effective, names, arena, err) ||
		strings_append(&sets->permitted, names, arena, err))
		return -1;
	return strings_append(&sets->ambient, &ambient, arena, err);
}

int exec_process_build(const struct oci_process *own, const struct request_exec *given,
	struct arena *arena, struct oci_process *ret, struct error *err)
{
	struct request_list words = {.items = (const char **)given->words};
	struct oci_process process = own ? *own : (struct oci_process){.cwd = "/"};

	while (given->words && given->words[words.count])
		words.count++;
	if (!words.count)
		return error_set(err, ERROR_USAGE, 0,
			"process args cannot be empty: name a program, or --process FILE");
	process.args = (struct oci_strings){0};
	process.terminal = given->tty;
	process.no_new_privileges |= given->no_new_privileges;
	if (given->cwd)
		process.cwd = given->cwd;
	if (given->process_label)
		process.selinux_label = given->process_label;
	if (given->apparmor)
		process.apparmor_profile = given->apparmor;
	if (strings_append(&process.args, &words, arena, err) ||
		strings_append(&process.env, &given->env, arena, err) ||
		user_build(given, &process, arena, err))
		return -1;
	if (given->capabilities.count && capabilities_build(given, &process, arena, err))
		return -1;
	*ret = process;
	return 0;
}

void exec_process_inherit(const struct oci_process *own, struct oci_process *process)
{
	if (!own)
		return;
	if (!process->capabilities)
		process->capabilities = own->capabilities;
	if (!process->rlimits.count)
		process->rlimits = own->rlimits;
	if (!process->apparmor_profile || !process->apparmor_profile[0])
		process->apparmor_profile = own->apparmor_profile;
	if (!process->selinux_label || !process->selinux_label[0])
		process->selinux_label = own->selinux_label;
	if (!process->oom_score_adj.present)
		process->oom_score_adj = own->oom_score_adj;
	if (!process->scheduler)
		process->scheduler = own->scheduler;
	if (!process->io_priority)
		process->io_priority = own->io_priority;
	if (!process->exec_cpu_affinity)
		process->exec_cpu_affinity = own->exec_cpu_affinity;
}

/* All at once, in which the kernel asks for the rights that the caller has before: root has them over namespaces that
 * the container's user namespace does not own, and whoever made that has them over those that it owns. */
int exec_namespaces_plan(struct builder *b, struct error *err)
{
	const struct request_target *target = b->request->target;
	struct plan_namespaces *namespaces = &b->plan->namespaces;

	(void)err;
	for (int kind = 0; kind < NAMESPACE_COUNT; kind++) {
		if (!(target->others >> kind & 1))
			continue;
		namespaces->of[kind].how = NAMESPACE_JOIN;
		namespaces->target_flags |= namespace_facts[kind].flag;
	}
	/* Nobody needs to wait for us then. What a scheduler is told may not pass on to the process that the builder makes. */
	b->plan->child.sets_limits = rootless(b) || !b->process->scheduler;
	namespaces->final_clone = namespaces->of[NAMESPACE_PID].how == NAMESPACE_JOIN;
	return 0;
}

static bool mounts_in_its_own(const struct oci_linux *on_linux)
{
	for (size_t i = 0; i < on_linux->namespaces.count; i++) {
		const struct oci_namespace *item = &on_linux->namespaces.items[i];

		if (item->type == OCI_NAMESPACE_MOUNT && !item->path)
			return true;
	}
	return false;
}

void exec_spec_reduce(const struct oci_spec *spec, bool without_rules, struct exec_spec *ret)
{
	static const struct exec_spec nothing;

	*ret = (struct exec_spec){.spec = *spec};
	ret->spec.hooks = NULL;
	if (!spec->on_linux)
		return;
	ret->spec.on_linux = &ret->on_linux;
	ret->on_linux = *spec->on_linux;
	ret->on_linux.resources = NULL;
	ret->on_linux.net_devices = nothing.on_linux.net_devices;
	ret->on_linux.sysctl = nothing.on_linux.sysctl;
	/* Elsewhere they decide whether the root is a mount. */
	if (mounts_in_its_own(spec->on_linux)) {
		ret->spec.mounts = nothing.spec.mounts;
		ret->on_linux.devices = nothing.on_linux.devices;
		ret->on_linux.masked_paths = nothing.on_linux.masked_paths;
		ret->on_linux.readonly_paths = nothing.on_linux.readonly_paths;
	}
	if (!spec->on_linux->seccomp || !without_rules)
		return;
	ret->on_linux.seccomp = &ret->seccomp;
	ret->seccomp = *spec->on_linux->seccomp;
	ret->seccomp.syscalls = nothing.seccomp.syscalls;
}
