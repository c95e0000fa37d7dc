/* SPDX-License-Identifier: GPL-2.0-or-later */
/* From tables of numbers to a filter: for each architecture a balanced tree of comparisons.
 *
 * Each call of a container walks the tree, and every instruction costs time when the filter is
 * loaded: so spans and not numbers are compared, and what is returned stands only as often as jumps
 * need it near.
 *
 * The program is made from its end to its beginning, since jumps lead forward only: where one leads
 * is known before it is written. A place is counted from the end and begins with 1; place p is
 * run before p - 1.
 *
 * Runs in: the runtime, when a profile is compiled. Pure.
 * Spec:    seccomp(2), the kernel's Documentation/networking/filter.rst. */
#include "seccomp/tree.h"

#include <errno.h>
#include <linux/seccomp.h>

_Static_assert(__BYTE_ORDER__ == __ORDER_LITTLE_ENDIAN__, "which half of an argument is first");

/* A jump with a condition skips at most 255 instructions. One less, since making the other of its two
 * targets near may put one more in between. */
#define NEAR 254

/* Further away a return of its own costs no more than getting there. */
#define RETURN_NEAR 200

#define RETURNS 16

struct maker {
	struct sock_filter *code; /* of `room` instructions, filled from the end */
	size_t room;
	size_t count;
	bool full;
	size_t return_count;
	struct {
		uint32_t action;
		size_t place;
	} returns[RETURNS];
};

static size_t emit(struct maker *m, uint16_t code, uint32_t k, size_t jt, size_t jf)
{
	if (m->count == m->room) {
		m->full = true;
		return m->count;
	}
	m->count++;
	m->code[m->room - m->count] = (struct sock_filter){code, (uint8_t)jt, (uint8_t)jf, k};
	return m->count;
}

static size_t jump(struct maker *m, size_t target)
{
	return emit(m, BPF_JMP | BPF_JA, (uint32_t)(m->count - target), 0, 0);
}

/* A place that the next instruction can reach by a condition, and that leads to `target`. */
static size_t make_near(struct maker *m, size_t target)
{
	return m->count - target > NEAR ? jump(m, target) : target;
}

static size_t branch(struct maker *m, uint16_t test, uint32_t k, size_t yes, size_t no)
{
	yes = make_near(m, yes);
	no = make_near(m, no);
	return emit(m, BPF_JMP | test | BPF_K, k, m->count - yes, m->count - no);
}

/* Instructions that do not jump go on with the one behind them. */
static size_t then(struct maker *m, uint16_t code, uint32_t k, size_t next)
{
	if (next != m->count)
		jump(m, next);
	return emit(m, code, k, 0, 0);
}

static size_t load(struct maker *m, size_t offset, size_t next)
{
	return then(m, BPF_LD | BPF_W | BPF_ABS, (uint32_t)offset, next);
}

static size_t give(struct maker *m, uint32_t action)
{
	size_t i = 0;

	while (i < m->return_count && m->returns[i].action != action)
		i++;
	if (i < m->return_count && m->count - m->returns[i].place <= RETURN_NEAR)
		return m->returns[i].place;
	if (i == RETURNS)
		i = 0;
	else if (i == m->return_count)
		m->return_count++;
	m->returns[i].action = action;
	m->returns[i].place = emit(m, BPF_RET | BPF_K, action, 0, 0);
	return m->returns[i].place;
}

static size_t argument_low(const struct oci_seccomp_arg *c)
{
	return offsetof(struct seccomp_data, args) + 8 * (size_t)c->index;
}

static size_t argument_high(const struct oci_seccomp_arg *c)
{
	return argument_low(c) + 4;
}

/* Half of an argument under a mask; a mask of nothing is always kept. */
static size_t half_equal(
	struct maker *m, size_t offset, uint32_t mask, uint32_t value, size_t yes, size_t no)
{
	size_t next;

	if (!mask)
		return yes;
	next = branch(m, BPF_JEQ, value & mask, yes, no);
	if (mask != UINT32_MAX)
		next = then(m, BPF_ALU | BPF_AND | BPF_K, mask, next);
	return load(m, offset, next);
}

static size_t equal(struct maker *m, const struct oci_seccomp_arg *c, uint64_t mask,
	uint64_t value, bool narrow, size_t yes, size_t no)
{
	yes = half_equal(m, argument_low(c), (uint32_t)mask, (uint32_t)value, yes, no);
	if (narrow)
		return yes;
	return half_equal(
		m, argument_high(c), (uint32_t)(mask >> 32), (uint32_t)(value >> 32), yes, no);
}

/* `test` is BPF_JGT or BPF_JGE, of the low half when the high ones are equal. */
static size_t greater(struct maker *m, const struct oci_seccomp_arg *c, uint16_t test,
	bool narrow, size_t yes, size_t no)
{
	size_t next = branch(m, test, (uint32_t)c->value, yes, no);

	next = load(m, argument_low(c), next);
	if (narrow)
		return next;
	next = branch(m, BPF_JEQ, (uint32_t)(c->value >> 32), next, no);
	next = branch(m, BPF_JGT, (uint32_t)(c->value >> 32), yes, next);
	return load(m, argument_high(c), next);
}

static size_t condition(
	struct maker *m, const struct oci_seccomp_arg *c, bool narrow, size_t yes, size_t no)
{
	switch (c->op) {
	case OCI_SECCOMP_EQ:
		return equal(m, c, UINT64_MAX, c->value, narrow, yes, no);
	case OCI_SECCOMP_NE:
		return equal(m, c, UINT64_MAX, c->value, narrow, no, yes);
	case OCI_SECCOMP_MASKED_EQ:
		return equal(m, c, c->value, c->value_two, narrow, yes, no);
	case OCI_SECCOMP_GT:
		return greater(m, c, BPF_JGT, narrow, yes, no);
	case OCI_SECCOMP_LE:
		return greater(m, c, BPF_JGT, narrow, no, yes);
	case OCI_SECCOMP_GE:
		return greater(m, c, BPF_JGE, narrow, yes, no);
	case OCI_SECCOMP_LT:
		return greater(m, c, BPF_JGE, narrow, no, yes);
	case OCI_SECCOMP_OPERATOR_ABSENT:
		break;
	}
	return no; /* the decoder lets none through */
}

/* What follows when the number is one of the span. */
static size_t span_emit(struct maker *m, const struct span *span)
{
	size_t no = give(m, span->action);

	for (size_t a = span->count; a-- > 0;) {
		const struct alternative *one = &span->alternatives[a];
		size_t yes = give(m, one->action);

		for (size_t c = one->count; c-- > 0;)
			yes = condition(m, &one->conditions[c], span->narrow, yes, no);
		no = yes;
	}
	return no;
}

static size_t spans_emit(struct maker *m, const struct span *spans, size_t count)
{
	size_t middle = count / 2;
	size_t left, right;

	if (count == 1)
		return span_emit(m, spans);
	right = spans_emit(m, spans + middle, count - middle);
	left = spans_emit(m, spans, middle);
	return branch(m, BPF_JGE, spans[middle].first, right, left);
}

static void program_emit(struct maker *m, const struct table *tables, size_t count)
{
	size_t entries[SECCOMP_ABI_COUNT];
	size_t next;

	for (size_t i = count; i-- > 0;) {
		size_t tree = spans_emit(m, tables[i].spans, tables[i].count);

		entries[i] = load(m, offsetof(struct seccomp_data, nr), tree);
	}
	next = give(m, SECCOMP_RET_KILL_THREAD);
	for (size_t i = count; i-- > 0;)
		next = branch(m, BPF_JEQ, tables[i].audit, entries[i], next);
	load(m, offsetof(struct seccomp_data, arch), next);
}

int tree_compile(const struct table *tables, size_t count, struct arena *arena,
	struct filter *ret_filter, struct error *err)
{
	struct maker m = {.room = BPF_MAXINSNS};

	m.code = arena_array(arena, struct sock_filter, m.room);
	if (!m.code)
		return error_set(
			err, ERROR_SYSTEM, ENOMEM, "cannot compile the seccomp profile");
	program_emit(&m, tables, count);
	if (m.full)
		return error_set(err, ERROR_CONFIG, 0,
			"the seccomp profile needs a filter of more than %d instructions, "
			"which "
			"the kernel does not take",
			BPF_MAXINSNS);
	*ret_filter = (struct filter){m.code + m.room - m.count, m.count};
	return 0;
}
