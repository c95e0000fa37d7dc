/* SPDX-License-Identifier: GPL-2.0-or-later */
/* What the tests of seccomp/ share: the kernel's interpreter of filters as a function, profiles from
 * text, and what they compile to. */
#ifndef TESTS_SECCOMP_HELP_H
#define TESTS_SECCOMP_HELP_H

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>
#include <linux/audit.h>
#include <linux/seccomp.h>

#include "libocispec/decode.h"
#include "plan/builder.h"
#include "plan/seccomp.h"
#include "seccomp/compile.h"

#define PROFILE_MEMORY ((size_t)16 << 20)

#define ERRNO(n) (SECCOMP_RET_ERRNO | (n))

/* One instruction; returns the place of the next one, or the end for a return, whose value goes to `*a`. */
static inline size_t simulate_one(
	const struct filter *filter, size_t pc, const struct seccomp_data *data, uint32_t *a)
{
	const struct sock_filter *i = &filter->code[pc];

	switch (i->code) {
	case BPF_LD | BPF_W | BPF_ABS:
		assert_true(i->k % 4 == 0 && i->k < sizeof(*data));
		memcpy(a, (const char *)data + i->k, 4);
		return pc + 1;
	case BPF_ALU | BPF_AND | BPF_K:
		*a &= i->k;
		return pc + 1;
	case BPF_JMP | BPF_JA:
		return pc + 1 + i->k;
	case BPF_JMP | BPF_JEQ | BPF_K:
		return pc + 1 + (*a == i->k ? i->jt : i->jf);
	case BPF_JMP | BPF_JGT | BPF_K:
		return pc + 1 + (*a > i->k ? i->jt : i->jf);
	case BPF_JMP | BPF_JGE | BPF_K:
		return pc + 1 + (*a >= i->k ? i->jt : i->jf);
	case BPF_JMP | BPF_JSET | BPF_K:
		return pc + 1 + (*a & i->k ? i->jt : i->jf);
	case BPF_RET | BPF_K:
		*a = i->k;
		return SIZE_MAX;
	default:
		fail_msg("instruction %zu has the unknown code 0x%x", pc, i->code);
	}
	return SIZE_MAX;
}

/* What the kernel would do. Leaving the program is a failure, as is running for ever. */
static inline uint32_t simulate(const struct filter *filter, const struct seccomp_data *data)
{
	uint32_t a = 0;
	size_t pc = 0;

	for (size_t steps = 0; pc != SIZE_MAX; steps++) {
		if (pc >= filter->count || steps > filter->count)
			fail_msg("the program is left at %zu of %zu", pc, filter->count);
		pc = simulate_one(filter, pc, data, &a);
	}
	return a;
}

/* What the kernel's verifier demands of the instructions that simulate() knows. */
static inline void filter_verify(const struct filter *filter)
{
	assert_true(filter->count > 0 && filter->count <= BPF_MAXINSNS);
	for (size_t pc = 0; pc < filter->count; pc++) {
		const struct sock_filter *i = &filter->code[pc];

		if (BPF_CLASS(i->code) == BPF_JMP && BPF_OP(i->code) == BPF_JA)
			assert_true(i->k < filter->count - pc - 1);
		else if (BPF_CLASS(i->code) == BPF_JMP)
			assert_true(pc + 1 + i->jt < filter->count &&
				    pc + 1 + i->jf < filter->count);
	}
	assert_int_equal(
		filter->code[filter->count - 1].code & (BPF_RET | BPF_K), BPF_RET | BPF_K);
}

struct profile {
	struct oci_arena spec_arena;
	const struct oci_spec *spec;
	struct arena arena;
	struct plan plan;
	struct error err;
	const struct plan_seccomp *seccomp; /* NULL: refused */
	struct filter filter;
};

static inline void profile_free(struct profile *p)
{
	oci_arena_free(&p->spec_arena);
	free(p->arena.base);
	*p = (struct profile){0};
}

/* Plans the profile of a config for a machine of the kind `audit`, and nothing else of it. */
static inline void profile_plan(
	struct profile *p, const char *json, size_t length, uint32_t audit)
{
	struct oci_error err = {0};
	struct host host = {.audit_arch = audit};
	struct oci_linux on_linux = {0};
	struct builder b = {.on_linux = &on_linux, .host = &host, .plan = &p->plan};

	*p = (struct profile){0};
	if (oci_spec_decode(json, length, &p->spec_arena, &p->spec, &err))
		fail_msg("the config does not decode: %s %s\n%.400s", err.pointer, err.text,
			json);
	arena_start(&p->arena, calloc(1, PROFILE_MEMORY), PROFILE_MEMORY);
	assert_non_null(p->arena.base);
	b.spec = p->spec;
	b.arena = &p->arena;
	on_linux.seccomp = p->spec->on_linux->seccomp;
	assert_non_null(on_linux.seccomp);
	if (!seccomp_plan(&b, &p->err))
		p->seccomp = p->plan.seccomp;
}

static inline void profile_compile(struct profile *p)
{
	if (!p->seccomp)
		fail_msg("the profile is refused: %s", p->err.text);
	if (compile_profile(p->seccomp, &p->arena, &p->filter, &p->err))
		fail_msg("the profile does not compile: %s", p->err.text);
	filter_verify(&p->filter);
}

/* A config around the profile, which has ' for ". */
static inline char *profile_config(const char *seccomp)
{
	static const char form[] = "{'ociVersion':'1.0.0','linux':{'seccomp':%s}}";
	size_t size = sizeof(form) + strlen(seccomp);
	char *json = malloc(size);

	assert_non_null(json);
	snprintf(json, size, form, seccomp);
	for (char *c = json; *c; c++)
		*c = *c == '\'' ? '"' : *c;
	return json;
}

/* The profile compiled for an x86_64 machine. */
static inline void profile_make(struct profile *p, const char *seccomp)
{
	char *json = profile_config(seccomp);

	profile_plan(p, json, strlen(json), AUDIT_ARCH_X86_64);
	free(json);
	profile_compile(p);
}

/* The whole of a file of the tests' data; free it. */
static inline char *data_read(const char *rel, size_t *ret_length)
{
	const char *top = getenv("top_srcdir");
	char path[4096];
	FILE *file;
	char *text;
	long size;

	snprintf(path, sizeof(path), "%s/tests/data/%s", top ? top : ".", rel);
	file = fopen(path, "r");
	if (!file)
		fail_msg("cannot open %s", path);
	fseek(file, 0, SEEK_END);
	size = ftell(file);
	rewind(file);
	text = malloc((size_t)size + 1);
	assert_non_null(text);
	*ret_length = fread(text, 1, (size_t)size, file);
	text[*ret_length] = '\0';
	fclose(file);
	return text;
}

#endif
