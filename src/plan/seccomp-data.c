/* SPDX-License-Identifier: GPL-2.0-or-later */
/* A seccomp filter that somebody else has compiled, in place of a profile: base64 of its instructions. Pure.
 *
 * Whether the program is one that the kernel takes is for the kernel to say, before the container is made. */
#include "plan/seccomp-data.h"

#include <linux/filter.h>
#include <linux/seccomp.h>
#include <string.h>

#define NO_DIGIT 64

static unsigned digit_value(char c)
{
	if (c >= 'A' && c <= 'Z')
		return (unsigned)(c - 'A');
	if (c >= 'a' && c <= 'z')
		return (unsigned)(c - 'a') + 26;
	if (c >= '0' && c <= '9')
		return (unsigned)(c - '0') + 52;
	return c == '+' ? 62 : c == '/' ? 63 : NO_DIGIT;
}

/* The bytes of groups of four digits, the last of which may be filled up with '='; -1 if it is something else.
 * Bits that stand for nothing are 0: there is one way to write a program. */
static long base64_decode(const char *text, unsigned char *out)
{
	size_t length = strlen(text), padding = 0, written = 0;
	uint32_t bits = 0;

	while (padding < 2 && padding < length && text[length - 1 - padding] == '=')
		padding++;
	if (length % 4)
		return -1;
	for (size_t i = 0; i < length; i++) {
		unsigned value = i < length - padding ? digit_value(text[i]) : 0;

		if (value == NO_DIGIT)
			return -1;
		bits = bits << 6 | value;
		if (i % 4 != 3)
			continue;
		for (size_t byte = 0; byte < 3; byte++)
			out[written++] = (unsigned char)(bits >> (16 - 8 * byte));
	}
	for (; padding; padding--) {
		if (out[--written])
			return -1;
	}
	return (long)written;
}

static int code_decode(
	struct builder *b, const char *data, struct plan_seccomp *seccomp, struct error *err)
{
	origin_t origin = origin_make(ORIGIN_SECCOMP_DATA, 0);
	unsigned char *code = arena_alloc(b->arena, strlen(data) / 4 * 3 + 3, 1);
	long size;

	if (!code)
		return builder_full(err);
	size = base64_decode(data, code);
	if (size < 0)
		return builder_refuse(err, origin, "the seccomp program is not base64");
	if (!size || (size_t)size % sizeof(struct sock_filter))
		return builder_refuse(err, origin,
			"the seccomp program has %ld bytes: an instruction has %zu, and there "
			"is at least one",
			size, sizeof(struct sock_filter));
	seccomp->code_count = (size_t)size / sizeof(struct sock_filter);
	seccomp->code = (const struct sock_filter *)(const void *)code;
	if (seccomp->code_count > BPF_MAXINSNS)
		return builder_refuse(err, origin,
			"the seccomp program has %zu instructions, the kernel takes %d",
			seccomp->code_count, BPF_MAXINSNS);
	return 0;
}

/* What it computes is not looked at: a notification without a listener fails with ENOSYS. */
static bool code_notifies(const struct plan_seccomp *seccomp)
{
	for (size_t i = 0; i < seccomp->code_count; i++) {
		const struct sock_filter *one = &seccomp->code[i];

		if (one->code == (BPF_RET | BPF_K) &&
			(one->k & SECCOMP_RET_ACTION_FULL) == SECCOMP_RET_USER_NOTIF)
			return true;
	}
	return false;
}

int seccomp_data_plan(struct builder *b, const char *data, struct plan_seccomp *seccomp,
	bool *ret_notify, struct error *err)
{
	if (code_decode(b, data, seccomp, err))
		return -1;
	*ret_notify = code_notifies(seccomp);
	if (b->on_linux->seccomp)
		builder_warn(b,
			"the rules of linux.seccomp have no effect, as the annotation %s "
			"replaces them",
			SECCOMP_DATA_NAME);
	return 0;
}
