/* SPDX-License-Identifier: GPL-2.0-or-later */
/* Hooks in the life cycle of one container.
 *
 * Runs in: the runtime.
 *
 * start and delete do not read the copy of config.json. What their hooks need is in the journal since the first append,
 * which is there before anything else exists: its lines have checksums, and containers without such hooks cost nothing.
 * The value is config.json again with nothing but these hooks, so that there is one decoder, and one set of rules. */
#include "lifecycle/hooking.h"

#include <errno.h>
#include <string.h>

#include "libocispec/decode.h"
#include "plan/hooks.h"
#include "state/process.h"

/* Under the lock: delete --force, which reads the record under it too, either finds the process or has removed the
 * directory before. */
static int process_record(void *ctx, int pid, struct error *err)
{
	struct state_dir *dir = ctx;
	struct state_process process = {.pid = pid};
	char value[STATE_PROCESS_TEXT];
	const struct state_record record = {.key = STATE_HOOK, .value = value};
	int r;

	if (state_lock(dir, STATE_LOCKED, err))
		return -1;
	r = process_start_time(pid, &process.start_time);
	if (r) {
		error_system(err, r, "cannot read the start time of a hook");
	} else {
		process_print(&process, value);
		r = state_append(dir, &record, 1, err);
	}
	state_unlock(dir);
	return r ? -1 : 0;
}

void hooking_start(struct hooks *hooks, struct state_dir *dir, const struct request *request,
	const struct oci_spec *spec, const struct plan *plan, const struct caller *caller)
{
	*hooks = (struct hooks){.subject = {.id = request->id,
					.bundle = request->bundle,
					.root = plan->root.path,
					.annotations = spec->annotations},
		.started = process_record,
		.ctx = dir,
		.warn = caller->warn};
}

int hooking_record(
	const struct oci_spec *spec, struct arena *arena, const char **ret, struct error *err)
{
	struct oci_hooks later = {0};
	const struct oci_spec record = {.oci_version = spec->oci_version, .hooks = &later};
	struct oci_buffer json = {0};
	const struct oci_writer writer = {.write = oci_buffer_write, .context = &json};
	int r;

	*ret = NULL;
	if (!spec->hooks || !(spec->hooks->poststart.count || spec->hooks->poststop.count))
		return 0;
	later.poststart = spec->hooks->poststart;
	later.poststop = spec->hooks->poststop;
	r = oci_spec_encode(&record, &writer);
	if (!r) {
		*ret = arena_string(arena, json.bytes);
		r = *ret ? 0 : -ENOMEM;
	}
	oci_buffer_free(&json);
	return r ? error_system(err, r, "cannot record the hooks") : 0;
}

static int lock_again(struct state_dir *dir, struct error *err)
{
	if (!state_lock(dir, STATE_LOCKED, err))
		return 0;
	if (err->errnum == ENOENT)
		state_close(dir);
	return -1;
}

int hooking_run(const struct hooks *hooks, const struct hook_list *list, enum oci_status status,
	int pid, struct error *err)
{
	const struct state_record ended = {.key = STATE_HOOK, .value = ""};
	struct state_dir *dir;
	struct error failed;
	int r;

	if (!list->count)
		return 0;
	dir = hooks->ctx;
	state_unlock(dir);
	r = hooks_run(hooks, list, status, pid, err);
	if (!lock_again(dir, &failed) && !state_append(dir, &ended, 1, &failed))
		return r;
	/* That the container is gone says more than what became of its hook. */
	if (!r || dir->dir_fd < 0)
		*err = failed;
	return -1;
}

/* Annotations as they were recorded. */
static int annotations_read(
	const struct state *state, struct arena *arena, struct oci_map *ret, struct error *err)
{
	struct oci_pair *items = arena_array(arena, struct oci_pair, state->annotation_count);

	if (!items)
		return error_system(err, ENOMEM, "cannot read the annotations");
	for (size_t i = 0; i < state->annotation_count; i++)
		items[i] = (struct oci_pair){
			state->annotations[i].name, state->annotations[i].value};
	*ret = (struct oci_map){.count = state->annotation_count,
		.items = items,
		.present = state->annotation_count > 0};
	return 0;
}

static int list_read(struct container *container, enum hook_kind kind,
	struct hook_list *ret_list, struct error *err)
{
	const char *record = container->state.value[STATE_HOOKS];
	struct oci_arena arena = {0};
	const struct oci_spec *spec;
	struct oci_error where;
	int r = oci_spec_decode(record, strlen(record), &arena, &spec, &where);

	if (r)
		error_set(err, ERROR_STATE, EUCLEAN, "cannot read the recorded hooks: %s",
			where.text);
	else if (spec->hooks)
		r = hooks_decide(spec->hooks, kind, NULL, &container->arena, ret_list, err);
	oci_arena_free(&arena);
	return r;
}

/* An empty list without a record. */
static int recorded_read(struct container *container, enum hook_kind kind,
	const struct caller *caller, struct hooks *hooks, struct hook_list *list,
	struct error *err)
{
	const struct state *state = &container->state;

	*list = (struct hook_list){0};
	if (!state->value[STATE_HOOKS])
		return 0;
	*hooks = (struct hooks){.subject = {.id = container->dir.id,
					.bundle = state->value[STATE_BUNDLE],
					.root = state->value[STATE_ROOT]},
		.started = process_record,
		.ctx = &container->dir,
		.warn = caller->warn};
	if (!hooks->subject.bundle || !hooks->subject.root)
		return error_set(err, ERROR_STATE, EUCLEAN,
			"cannot run the recorded hooks: the record of the bundle is lost");
	return annotations_read(state, &container->arena, &hooks->subject.annotations, err) ||
			       list_read(container, kind, list, err)
		       ? -1
		       : 0;
}

int hooking_poststart(
	struct container *container, const struct caller *caller, struct error *err)
{
	struct hook_list list;
	struct hooks hooks;

	if (recorded_read(container, HOOK_POSTSTART, caller, &hooks, &list, err))
		return -1;
	return hooking_run(&hooks, &list, OCI_STATUS_RUNNING, container->state.init.pid, err);
}

void hooking_poststop(struct container *container, const struct caller *caller)
{
	struct hook_list list;
	struct hooks hooks;
	struct error err;

	/* Nothing was there that poststop could follow. */
	if (!container->state.init.pid)
		return;
	if (recorded_read(container, HOOK_POSTSTOP, caller, &hooks, &list, &err)) {
		if (caller->warn)
			caller->warn(err.text);
		return;
	}
	if (!list.count)
		return;
	/* There is no record any more; the process dies with us. */
	hooks.started = NULL;
	hooks_run_stopped(&hooks, &list);
}
