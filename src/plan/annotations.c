/* SPDX-License-Identifier: GPL-2.0-or-later */
/* Annotations that engines set to ask for what config.json has no member for.
 *
 * Pure. Others are the caller's own affair: they are kept in the state and have no effect.
 *
 * Spec: config.md "annotations" */
#include "plan/annotations.h"

#include "base/text.h"
#include "plan/builder.h"

/* All that anything acts on, wherever. */
static const char *const names[] = {
	"org.systemd.property.",
	"run.oci.delegate-cgroup",
	"run.oci.hooks.stderr",
	"run.oci.hooks.stdout",
	"run.oci.keep_original_groups",
	"run.oci.mount_context_type",
	"run.oci.pidfd_receiver",
	"run.oci.seccomp.receiver",
	"run.oci.seccomp_bpf_data",
	"run.oci.seccomp_fail_unknown_syscall",
	"run.oci.systemd.subgroup",
};

const char *annotation_name(size_t i)
{
	return i < sizeof(names) / sizeof(names[0]) ? names[i] : NULL;
}

const char *builder_annotation(const struct builder *b, const char *name)
{
	const struct oci_map *given = &b->spec->annotations;

	for (size_t i = 0; i < given->count; i++) {
		if (text_equal(given->items[i].key, name))
			return given->items[i].value;
	}
	return NULL;
}

int builder_annotation_flag(struct builder *b, const char *name, enum origin_place place,
	bool *ret_flag, struct error *err)
{
	const char *value = builder_annotation(b, name);

	*ret_flag = text_equal(value, "1");
	if (!value || *ret_flag || text_equal(value, "0"))
		return 0;
	return builder_refuse(err, origin_make(place, 0),
		"\"%s\" says neither yes nor no; accepted: 1, 0", value);
}

/* For files of which a group of the caller is the owner, and which no group inside stands for. */
static int keep_groups_plan(struct builder *b, struct error *err)
{
	bool keep;

	if (builder_annotation_flag(
		    b, "run.oci.keep_original_groups", ORIGIN_KEEP_GROUPS, &keep, err))
		return -1;
	if (!keep)
		return 0;
	if (b->plan->process.group_count)
		builder_warn(b, "the additionalGids are not set, as the annotation "
				"run.oci.keep_original_groups keeps the caller's");
	b->plan->process.keep_groups = true;
	b->plan->process.group_count = 0;
	return 0;
}

static int pidfd_plan(struct builder *b, struct error *err)
{
	/* It asks for the container's own process. */
	const char *value =
		b->request->target ? NULL : builder_annotation(b, "run.oci.pidfd_receiver");
	const char *const given[PLAN_PIDFD_SOCKETS] = {b->request->pidfd_socket, value};

	if (value && !value[0])
		return builder_refuse(err, origin_make(ORIGIN_PIDFD_RECEIVER, 0),
			"the path of the socket that receives the pidfd is empty");
	for (size_t i = 0; i < PLAN_PIDFD_SOCKETS; i++)
		b->plan->pidfd_sockets[i] = arena_string(b->arena, given[i]);
	return 0;
}

/* Whoever asks for another way to run the program wants what it brings, such as a machine of its own. To run it
 * without would be to ignore that. */
static int ways_check(struct builder *b, struct error *err)
{
	static const struct {
		const char *name;
		enum origin_place place;
		const char *what;
	} ways[] = {
		{"run.oci.handler", ORIGIN_HANDLER, "a handler"},
		{"run.oci.seccomp.plugins", ORIGIN_SECCOMP_PLUGINS, "a seccomp plugin"},
	};

	for (size_t i = 0; i < sizeof(ways) / sizeof(ways[0]); i++) {
		const char *value = builder_annotation(b, ways[i].name);

		if (!value || !value[0])
			continue;
		error_set(err, ERROR_UNSUPPORTED, 0,
			"there is no \"%s\": this runtime has not %s", value, ways[i].what);
		return error_at(err, origin_make(ways[i].place, 0));
	}
	return 0;
}

int annotations_plan(struct builder *b, struct error *err)
{
	if (builder_try(b, err, ways_check(b, err)) ||
		builder_try(b, err, keep_groups_plan(b, err)))
		return -1;
	return pidfd_plan(b, err);
}
