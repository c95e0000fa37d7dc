/* SPDX-License-Identifier: GPL-2.0-or-later */
/* What a profile says of every number of a system call.
 *
 * Runs in: the runtime, when a profile is compiled. */
#include "seccomp/table.h"

#include <errno.h>
#include <linux/seccomp.h>
#include <stdlib.h>

#include "seccomp/abi.h"

/* A process that makes calls in a way which the profile does not name. */
#define FOREIGN_ACTION SECCOMP_RET_KILL_THREAD

/* One name of one rule, as one number. */
struct call {
	uint32_t number;
	uint32_t rule;	 /* index into the rules */
	bool through;	 /* `number` is socketcall's or ipc's, */
	uint32_t within; /* whose first argument is this */
};

struct maker {
	const struct plan_seccomp *seccomp;
	struct arena *arena;
	struct table *table;
	size_t call_count;
	struct call *calls;
};

static size_t names_count(const struct plan_seccomp *seccomp)
{
	size_t count = 0;

	for (size_t i = 0; i < seccomp->rule_count; i++)
		count += seccomp->rules[i].names->count;
	return count;
}

static void call_add(struct maker *m, uint32_t rule, const struct abi_number *number)
{
	if (number->direct)
		m->calls[m->call_count++] = (struct call){number->number, rule, false, 0};
	if (number->through)
		m->calls[m->call_count++] =
			(struct call){number->carrier, rule, true, number->call};
}

static int call_compare(const void *a, const void *b)
{
	const struct call *left = a, *right = b;

	if (left->number != right->number)
		return left->number < right->number ? -1 : 1;
	if (left->rule != right->rule)
		return left->rule < right->rule ? -1 : 1;
	return left->within < right->within ? -1 : left->within > right->within;
}

/* All calls of the profile that this ABI has, sorted by number. */
static void calls_collect(struct maker *m, const struct abi *abi)
{
	m->call_count = 0;
	for (size_t i = 0; i < m->seccomp->rule_count; i++) {
		const struct oci_strings *names = m->seccomp->rules[i].names;
		struct abi_number number;

		for (size_t n = 0; n < names->count; n++) {
			if (abi_resolve(abi, names->items[n], &number))
				call_add(m, (uint32_t)i, &number);
		}
	}
	qsort(m->calls, m->call_count, sizeof(*m->calls), call_compare);
}

/* As the kernel orders what several filters say: what is less lets less pass. */
static int32_t mildness(uint32_t action)
{
	return (int32_t)(action & SECCOMP_RET_ACTION_FULL);
}

/* Keeps them in their order, equals in that of the profile. */
static void alternative_insert(
	struct alternative *all, size_t *count, const struct alternative *one)
{
	size_t at = (*count)++;

	while (at > 0 && mildness(all[at - 1].action) > mildness(one->action)) {
		all[at] = all[at - 1];
		at--;
	}
	all[at] = *one;
}

static void rule_insert(const struct seccomp_rule *rule, struct alternative *all, size_t *count)
{
	const struct oci_seccomp_arg_list *given = rule->conditions;
	struct alternative one = {rule->action, given->count, given->items};

	if (!rule->any) {
		alternative_insert(all, count, &one);
		return;
	}
	for (size_t i = 0; i < given->count; i++) {
		one.count = 1;
		one.conditions = &given->items[i];
		alternative_insert(all, count, &one);
	}
}

static bool through_insert(struct maker *m, const struct seccomp_rule *rule, uint32_t within,
	struct alternative *all, size_t *count)
{
	struct oci_seccomp_arg *condition;
	struct alternative one = {rule->action, 1, NULL};

	if (rule->conditions->count &&
		mildness(rule->action) > mildness(m->seccomp->default_action))
		return true;
	condition = arena_new(m->arena, struct oci_seccomp_arg);
	if (!condition)
		return false;
	condition->op = OCI_SECCOMP_EQ;
	condition->value = within;
	one.conditions = condition;
	alternative_insert(all, count, &one);
	return true;
}

static size_t alternatives_room(const struct maker *m, const struct call *calls, size_t count)
{
	size_t room = 0;

	for (size_t i = 0; i < count; i++)
		room += m->seccomp->rules[calls[i].rule].conditions->count + 1;
	return room;
}

/* What the rules of one number come to. */
static bool number_decide(
	struct maker *m, const struct call *calls, size_t count, struct span *span)
{
	struct alternative *all;

	for (size_t i = 0; i < count; i++) {
		const struct seccomp_rule *rule = &m->seccomp->rules[calls[i].rule];

		if (rule->action == m->seccomp->default_action || rule->conditions->count ||
			calls[i].through)
			continue;
		span->action = rule->action;
		return true;
	}
	all = arena_array(m->arena, struct alternative, alternatives_room(m, calls, count));
	if (!all)
		return false;
	for (size_t i = 0; i < count; i++) {
		const struct seccomp_rule *rule = &m->seccomp->rules[calls[i].rule];

		if (rule->action == m->seccomp->default_action)
			continue;
		if (!calls[i].through)
			rule_insert(rule, all, &span->count);
		else if (!through_insert(m, rule, calls[i].within, all, &span->count))
			return false;
	}
	span->alternatives = all;
	return true;
}

/* A span that says the same as the one before it is part of that. */
static void span_add(struct maker *m, const struct span *span)
{
	struct table *table = m->table;
	const struct span *last = table->count ? &table->spans[table->count - 1] : NULL;

	if (last && !last->count && !span->count && last->action == span->action)
		return;
	table->spans[table->count++] = *span;
}

static void plain_add(struct maker *m, uint32_t first, uint32_t action)
{
	const struct span span = {.first = first, .action = action};

	span_add(m, &span);
}

static bool abi_spans(struct maker *m, const struct abi *abi)
{
	uint32_t next = abi->first; /* the first number that nothing is said of yet */
	size_t same;

	calls_collect(m, abi);
	for (size_t i = 0; i < m->call_count; i += same) {
		struct span span = {.first = m->calls[i].number,
			.action = m->seccomp->default_action,
			.narrow = abi->narrow};

		for (same = 1; i + same < m->call_count; same++) {
			if (m->calls[i + same].number != span.first)
				break;
		}
		if (!number_decide(m, &m->calls[i], same, &span))
			return false;
		if (next < span.first)
			plain_add(m, next, m->seccomp->default_action);
		span_add(m, &span);
		next = span.first + 1;
	}
	plain_add(m, next,
		m->call_count && m->seccomp->newer_enosys ? SECCOMP_RET_ERRNO | ENOSYS
							  : m->seccomp->default_action);
	return true;
}

/* A call that its tracer has made void has the number -1 in every ABI. */
static void foreign_spans(struct maker *m, const struct abi *abi)
{
	plain_add(m, abi->first, FOREIGN_ACTION);
	plain_add(m, UINT32_MAX, m->seccomp->default_action);
}

bool table_make(const struct plan_seccomp *seccomp, uint32_t audit, struct arena *arena,
	struct table *ret_table)
{
	struct maker m = {.seccomp = seccomp, .arena = arena, .table = ret_table};
	size_t calls = 2 * names_count(seccomp);

	/* At most one span for each call and one for the gap before it. */
	m.calls = arena_array(arena, struct call, calls);
	*ret_table = (struct table){.audit = audit,
		.spans = arena_array(arena, struct span, SECCOMP_ABI_COUNT * (2 * calls + 2))};
	if (!m.calls || !ret_table->spans)
		return false;
	/* In the order of their first numbers, as the enumeration has them. */
	for (unsigned abi = 0; abi < SECCOMP_ABI_COUNT; abi++) {
		if (abi_table[abi].audit != audit)
			continue;
		if (!(seccomp->abis & 1U << abi))
			foreign_spans(&m, &abi_table[abi]);
		else if (!abi_spans(&m, &abi_table[abi]))
			return false;
	}
	return true;
}
