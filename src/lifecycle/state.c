/* SPDX-License-Identifier: GPL-2.0-or-later */
/* state and list: what containers do now. Spec: runtime.md "query state". */
#include "lifecycle/lifecycle.h"

#include <errno.h>
#include <string.h>

#include "base/number.h"
#include "lifecycle/container.h"
#include "lifecycle/json.h"
#include "lifecycle/scratch.h"
#include "state/list.h"

static const char *or_empty(const char *value)
{
	return value ? value : "";
}

static int annotations_print(struct container *container, const char **ret, struct error *err)
{
	const struct state *state = &container->state;

	*ret = NULL;
	if (!state->annotation_count)
		return 0;
	*ret = json_annotations(state, &container->arena);
	return *ret ? 0 : error_set(err, ERROR_SYSTEM, ENOMEM, "cannot print the annotations");
}

static int container_view(struct container *container, const char *id, view_fn *show, void *ctx,
	struct error *err)
{
	const struct state *state = &container->state;
	struct view view = {.id = id,
		.pid = container->status == STATUS_STOPPED ? 0 : state->init.pid,
		.status = status_name(container->status),
		.bundle = or_empty(state->value[STATE_BUNDLE]),
		.rootfs = or_empty(state->value[STATE_ROOT]),
		.created = or_empty(state->value[STATE_CREATED])};

	number_id(state->value[STATE_OWNER], &view.owner);
	if (annotations_print(container, &view.annotations, err))
		return -1;
	return show(ctx, &view, err);
}

int lifecycle_state(const struct request *request, view_fn *show, void *ctx, struct error *err)
{
	struct container container;
	int r;

	if (state_id_check(request->id, err) || container_open(&container, request->state_root,
							request->id, STATE_UNLOCKED, err))
		return -1;
	r = container_view(&container, request->id, show, ctx, err);
	container_close(&container);
	return r;
}

/* One that was deleted meanwhile is no longer there; one that cannot be read is warned of. */
static int list_one(const struct request *request, struct container_series *series,
	const char *id, const struct caller *caller, view_fn *show, void *ctx,
	struct error *err)
{
	struct container container;
	int r = 0;

	if (!container_series_next(series, &container, request->state_root, id, err))
		r = container_view(&container, id, show, ctx, err);
	else if (err->errnum != ENOENT && err->errnum != ENODATA && caller->warn)
		caller->warn(err->text);
	container_series_leave(series, &container);
	return r;
}

int lifecycle_list(const struct request *request, const struct caller *caller, view_fn *show,
	void *ctx, struct error *err)
{
	struct container_series series;
	struct arena arena;
	const char **ids;
	size_t count;
	int r;

	if (scratch_open(&arena, err))
		return -1;
	if (container_series_open(&series, err)) {
		scratch_close(&arena);
		return -1;
	}
	r = state_list(request->state_root, &arena, &ids, &count, err);
	if (r && err->errnum == ENOENT && request->default_root)
		r = 0;
	else
		for (size_t i = 0; !r && i < count; i++)
			r = list_one(request, &series, ids[i], caller, show, ctx, err);
	container_series_close(&series);
	scratch_close(&arena);
	return r;
}
