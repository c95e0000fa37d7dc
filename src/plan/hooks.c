/* SPDX-License-Identifier: GPL-2.0-or-later */
/* hooks -> which programs run, with which words and variables, at which point.
 *
 * Pure. A hook gets the env that its object names and nothing else; without one the environment is
 * empty, but a startContainer hook has that of the process, which it runs as.
 *
 * Spec: config.md "POSIX-platform Hooks" */
#include "plan/hooks.h"

#include "base/text.h"
#include "plan/builder.h"

static const struct {
	const char *name;
	enum origin_place place;
	size_t offset;
} kinds[HOOK_KINDS] = {
	[HOOK_PRESTART] = {"prestart", ORIGIN_HOOK_PRESTART,
		offsetof(struct oci_hooks, prestart)},
	[HOOK_CREATE_RUNTIME] = {"createRuntime", ORIGIN_HOOK_CREATE_RUNTIME,
		offsetof(struct oci_hooks, create_runtime)},
	[HOOK_CREATE_CONTAINER] = {"createContainer", ORIGIN_HOOK_CREATE_CONTAINER,
		offsetof(struct oci_hooks, create_container)},
	[HOOK_START_CONTAINER] = {"startContainer", ORIGIN_HOOK_START_CONTAINER,
		offsetof(struct oci_hooks, start_container)},
	[HOOK_POSTSTART] = {"poststart", ORIGIN_HOOK_POSTSTART,
		offsetof(struct oci_hooks, poststart)},
	[HOOK_POSTSTOP] = {"poststop", ORIGIN_HOOK_POSTSTOP,
		offsetof(struct oci_hooks, poststop)},
};

const char *hook_kind_name(enum hook_kind kind)
{
	return kinds[kind].name;
}

/* A copy that ends in NULL; NULL when the arena is full. */
static const char **strings_copy(struct arena *arena, const char *const *items, size_t count)
{
	const char **copy = arena_array(arena, const char *, count + 1);

	for (size_t i = 0; copy && i < count; i++) {
		copy[i] = arena_string(arena, items[i]);
		if (!copy[i])
			return NULL;
	}
	return copy;
}

static int path_refuse(const char *path, enum hook_kind kind, size_t index, struct error *err)
{
	char pointer[ERROR_POINTER_SIZE];

	error_set(err, ERROR_CONFIG, 0,
		"the path \"%s\" of the %s hook #%zu is not an absolute path", path,
		kinds[kind].name, index);
	text_print(pointer, sizeof(pointer), "/hooks/%s/%zu/path", kinds[kind].name, index);
	return error_pointer(err, pointer);
}

/* Without args the program's first word is its path, as every program expects one. */
static int hook_decide(const struct oci_hook *given, const char **default_env,
	struct arena *arena, struct hook_op *op, struct error *err)
{
	const struct oci_strings *args = &given->args;
	bool inherits = !given->env.present && default_env;

	op->path = arena_string(arena, given->path);
	op->argv = args->count ? strings_copy(arena, args->items, args->count)
			       : strings_copy(arena, &given->path, 1);
	op->envp = inherits ? default_env
			    : strings_copy(arena, given->env.items, given->env.count);
	op->timeout = given->timeout.present ? given->timeout.value : 0;
	return op->path && op->argv && op->envp ? 0 : builder_full(err);
}

int hooks_decide(const struct oci_hooks *hooks, enum hook_kind kind, const char **default_env,
	struct arena *arena, struct hook_list *ret_list, struct error *err)
{
	const struct oci_hook_list *given =
		(const void *)((const char *)hooks + kinds[kind].offset);
	struct hook_op *items = arena_array(arena, struct hook_op, given->count);
	const char *name = arena_string(arena, kinds[kind].name);

	if (!items || !name)
		return builder_full(err);
	for (size_t i = 0; i < given->count; i++) {
		items[i].kind = name;
		items[i].index = (uint32_t)i;
		items[i].origin = origin_make(kinds[kind].place, i);
		if (given->items[i].path[0] != '/')
			return path_refuse(given->items[i].path, kind, i, err);
		if (hook_decide(&given->items[i], default_env, arena, &items[i], err))
			return -1;
	}
	*ret_list = (struct hook_list){.count = given->count, .items = items};
	return 0;
}

/* A createContainer hook has all rights in the container's user namespace, and the host's files before it. Where a pid
 * namespace that others live in cannot be joined after it, they could take it over. */
static int joined_pids_check(const struct builder *b, struct error *err)
{
	if (!b->plan->hooks.of[HOOK_CREATE_CONTAINER].count ||
		namespace_how(b, NAMESPACE_PID) != NAMESPACE_JOIN ||
		b->plan->namespaces.join_pid_late)
		return 0;
	error_set(err, ERROR_UNSUPPORTED, 0,
		"createContainer hooks are not supported with a new user namespace and the "
		"pid namespace of others, who could take them over");
	return error_at(err, origin_make(ORIGIN_HOOK_CREATE_CONTAINER, 0));
}

/* Every path that hooks_decide() would refuse, where all of them are wanted. */
static int paths_tell(struct builder *b, enum hook_kind kind, struct error *err)
{
	const struct oci_hook_list *given =
		(const void *)((const char *)b->spec->hooks + kinds[kind].offset);

	for (size_t i = 0; i < given->count; i++) {
		if (given->items[i].path[0] != '/' &&
			builder_try(b, err, path_refuse(given->items[i].path, kind, i, err)))
			return -1;
	}
	return 0;
}

int hooks_plan(struct builder *b, struct error *err)
{
	struct plan *plan = b->plan;

	if (!b->spec->hooks)
		return 0;
	for (int kind = 0; kind < HOOK_KINDS; kind++) {
		const char **env = kind == HOOK_START_CONTAINER ? plan->process.envp : NULL;

		if (paths_tell(b, (enum hook_kind)kind, err))
			return -1;
		if (builder_try(b, err,
			    hooks_decide(b->spec->hooks, (enum hook_kind)kind, env, b->arena,
				    &plan->hooks.of[kind], err)))
			return -1;
	}
	/* Those look for the container's root where config.json says it is, to mount something into it. */
	plan->root.reachable = namespace_how(b, NAMESPACE_MOUNT) == NAMESPACE_NEW &&
			       (hooks_before_root(&plan->hooks) ||
				       plan->hooks.of[HOOK_CREATE_CONTAINER].count);
	return joined_pids_check(b, err);
}
