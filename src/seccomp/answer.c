/* SPDX-License-Identifier: GPL-2.0-or-later */
/* What a filter answers: the kernel's interpreter, for the instructions that tree.c makes.
 *
 * Runs in: the runtime, when a profile is compiled. Pure. */
#include "seccomp/answer.h"

#include <stddef.h>
#include <string.h>

struct machine {
	const struct seccomp_data *data;
	unsigned known;
	uint32_t value;
	size_t next;
};

static bool word_load(struct machine *m, uint32_t offset)
{
	const uint32_t args = offsetof(struct seccomp_data, args);

	if (offset > sizeof(*m->data) - 4 ||
		(offset >= args && !(m->known >> (offset - args) / 8 & 1)))
		return false;
	memcpy(&m->value, (const char *)m->data + offset, 4);
	return true;
}

/* False at a return, for what is not known, and for what is no instruction of ours. */
static bool step(struct machine *m, const struct sock_filter *i)
{
	bool yes;

	m->next++;
	switch (i->code) {
	case BPF_LD | BPF_W | BPF_ABS:
		return word_load(m, i->k);
	case BPF_ALU | BPF_AND | BPF_K:
		m->value &= i->k;
		return true;
	case BPF_JMP | BPF_JA:
		m->next += i->k;
		return true;
	case BPF_JMP | BPF_JEQ | BPF_K:
		yes = m->value == i->k;
		break;
	case BPF_JMP | BPF_JGT | BPF_K:
		yes = m->value > i->k;
		break;
	case BPF_JMP | BPF_JGE | BPF_K:
		yes = m->value >= i->k;
		break;
	default:
		return false;
	}
	m->next += yes ? i->jt : i->jf;
	return true;
}

bool answer_passes(const struct filter *filter, const struct seccomp_data *data, unsigned known)
{
	struct machine m = {.data = data, .known = known};
	const struct sock_filter *last = NULL;

	while (m.next < filter->count) {
		last = &filter->code[m.next];
		if (!step(&m, last))
			break;
	}
	return last && last->code == (BPF_RET | BPF_K) &&
	       (last->k == SECCOMP_RET_ALLOW || last->k == SECCOMP_RET_LOG);
}
