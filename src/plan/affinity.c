/* SPDX-License-Identifier: GPL-2.0-or-later */
/* process.execCPUAffinity: lists of processors. Pure.
 *
 * The container's own process has no use for them: they are for those that exec adds. Their form is checked all the
 * same, since whoever wrote a bad list is to hear of it early.
 *
 * Spec: config.md "execCPUAffinity" */
#include "plan/affinity.h"

#include "plan/builder.h"

/* The next number, without a sign; AFFINITY_CPUS if it is none. */
static uint32_t cpu_parse(const char **at)
{
	uint32_t cpu = 0;

	if (**at < '0' || **at > '9')
		return AFFINITY_CPUS;
	for (; **at >= '0' && **at <= '9'; ++*at) {
		cpu = cpu * 10 + (uint32_t)(**at - '0');
		if (cpu >= AFFINITY_CPUS)
			return AFFINITY_CPUS;
	}
	return cpu;
}

static const char *blanks_skip(const char *at)
{
	while (*at == ' ')
		at++;
	return at;
}

bool affinity_parse(const char *list, struct affinity *ret)
{
	struct affinity set = {.count = 0};
	const char *at = blanks_skip(list);

	for (;;) {
		uint32_t first = cpu_parse(&at), last = first;

		if (*at == '-') {
			at++;
			last = cpu_parse(&at);
		}
		if (first > last || last >= AFFINITY_CPUS)
			return false;
		for (uint32_t cpu = first; cpu <= last; cpu++) {
			set.count += !(set.bits[cpu / 64] >> cpu % 64 & 1);
			set.bits[cpu / 64] |= 1ULL << cpu % 64;
		}
		at = blanks_skip(at);
		if (!*at)
			break;
		if (*at != ',')
			return false;
		at = blanks_skip(at + 1);
	}
	*ret = set;
	return true;
}

static int list_plan(struct builder *b, const char *list, enum origin_place place,
	const struct affinity **ret, struct error *err)
{
	struct affinity set, *kept;

	if (!list || !list[0])
		return 0;
	if (!affinity_parse(list, &set))
		return builder_refuse(err, origin_make(place, 0),
			"\"%s\" is not a list like \"0-3,7\" of processors below %d", list,
			AFFINITY_CPUS);
	if (!b->request->target)
		return 0;
	kept = arena_new(b->arena, struct affinity);
	if (!kept)
		return builder_full(err);
	*kept = set;
	*ret = kept;
	return 0;
}

int affinity_plan(struct builder *b, struct error *err)
{
	const struct oci_exec_cpu_affinity *given = b->process->exec_cpu_affinity;
	struct plan_process *process = &b->plan->process;

	if (!given)
		return 0;
	return list_plan(b, given->initial, ORIGIN_AFFINITY_INITIAL, &process->affinity_initial,
		       err) || list_plan(b, given->final, ORIGIN_AFFINITY_FINAL,
				       &process->affinity_final, err)
		       ? -1
		       : 0;
}
