/* SPDX-License-Identifier: GPL-2.0-or-later */
/* The filter of a container, from the cache or compiled.
 *
 * Runs in: the runtime, before anything of the container exists but its state directory.
 * Relies on: seccomp(2) with a flag that it does not know fails with EINVAL, and otherwise looks for the
 *          program first, which is not there: EFAULT. */
#include "seccomp/prepare.h"

#include <errno.h>
#include <linux/seccomp.h>
#include <string.h>

#include "plan/origin.h"
#include "plan/seccomp.h"
#include "seccomp/abi.h"
#include "seccomp/answer.h"
#include "seccomp/cache.h"
#include "seccomp/compile.h"
#include "seccomp/foreign.h"
#include "sys/process.h"

static const struct {
	const char *name;
	uint32_t flags;
} flag_names[] = {
	{"SECCOMP_FILTER_FLAG_LOG", SECCOMP_FILTER_FLAG_LOG},
	{"SECCOMP_FILTER_FLAG_SPEC_ALLOW", SECCOMP_FILTER_FLAG_SPEC_ALLOW},
	{"SCMP_ACT_NOTIFY", SECCOMP_FILTER_FLAG_NEW_LISTENER},
	{"SECCOMP_FILTER_FLAG_WAIT_KILLABLE_RECV",
		SECCOMP_FILTER_FLAG_WAIT_KILLABLE_RECV | SECCOMP_FILTER_FLAG_NEW_LISTENER},
};

static bool flags_known(uint32_t flags)
{
	return sys_seccomp(SECCOMP_SET_MODE_FILTER, flags, NULL) == -EFAULT;
}

bool prepare_flag_supported(uint32_t flag)
{
	for (size_t i = 0; i < sizeof(flag_names) / sizeof(flag_names[0]); i++) {
		if (flag & flag_names[i].flags)
			return flags_known(flag_names[i].flags);
	}
	return flags_known(flag);
}

static int flags_check(const struct plan_seccomp *seccomp, struct error *err)
{
	const uint32_t flags = seccomp->flags |
			       (seccomp->listener_path ? SECCOMP_FILTER_FLAG_NEW_LISTENER : 0);

	if (flags_known(flags))
		return 0;
	for (size_t i = 0; i < sizeof(flag_names) / sizeof(flag_names[0]); i++) {
		if ((flags & flag_names[i].flags) != flag_names[i].flags ||
			flags_known(flag_names[i].flags) || !flags_known(0))
			continue;
		error_set(err, ERROR_UNSUPPORTED, 0, "this kernel does not know %s",
			flag_names[i].name);
		return error_at(err, origin_make(ORIGIN_SECCOMP_FLAGS, 0));
	}
	error_set(err, ERROR_UNSUPPORTED, 0, "this kernel has no seccomp filters");
	return error_at(err, origin_make(ORIGIN_SECCOMP, 0));
}

/* The calls are init's own: of the kernel's first ABI. */
static bool calls_pass(const struct plan_seccomp *seccomp, const struct filter *filter,
	const struct prepare_call *calls, size_t call_count)
{
	const struct abi *abi = abi_table;
	struct abi_number number;

	while (!(seccomp->abis & 1U << (abi - abi_table)))
		abi++;
	for (size_t i = 0; i < call_count; i++) {
		struct seccomp_data data = {
			.arch = abi->audit, .args = {calls[i].first_argument}};

		if (!abi_resolve(abi, calls[i].name, &number) || !number.direct)
			return false;
		data.nr = (int)number.number;
		if (!answer_passes(filter, &data, calls[i].known))
			return false;
	}
	return true;
}

static bool name_known(const struct plan_seccomp *seccomp, const char *name)
{
	struct abi_number number;

	for (unsigned abi = 0; abi < SECCOMP_ABI_COUNT; abi++) {
		if (seccomp->abis & 1U << abi && abi_resolve(&abi_table[abi], name, &number))
			return true;
	}
	return false;
}

static int names_check(const struct plan_seccomp *seccomp, struct error *err)
{
	for (size_t i = 0; i < seccomp->rule_count; i++) {
		const struct oci_strings *names = seccomp->rules[i].names;

		for (size_t n = 0; n < names->count; n++) {
			if (name_known(seccomp, names->items[n]))
				continue;
			error_set(err, ERROR_CONFIG, 0,
				"\"%s\" is not a system call of this machine", names->items[n]);
			return error_at(err, origin_make(ORIGIN_SECCOMP_NAMES, i));
		}
	}
	return 0;
}

static int filter_keep(const struct filter *filter, struct arena *keep,
	struct filter *ret_filter, struct error *err)
{
	struct sock_filter *code = arena_array(keep, struct sock_filter, filter->count);

	if (!code)
		return error_set(err, ERROR_CONFIG, 0, "the plan with its filter is too large");
	memcpy(code, filter->code, filter->count * sizeof(*code));
	*ret_filter = (struct filter){code, filter->count};
	return 0;
}

int prepare_filter(const struct plan_seccomp *seccomp, const struct cache_rules *rules,
	const char *root, const struct prepare_call *calls, size_t call_count,
	struct arena *keep, struct arena *scratch, struct filter *ret_filter, bool *ret_passes,
	struct error *err)
{
	struct cache_key key;
	struct filter filter;

	if (flags_check(seccomp, err))
		return -1;
	if (seccomp->code) {
		*ret_filter = (struct filter){seccomp->code, seccomp->code_count};
		*ret_passes = calls_pass(seccomp, ret_filter, calls, call_count);
		return foreign_check(ret_filter, err);
	}
	cache_key(seccomp, rules, calls, call_count, &key);
	if (cache_read(root, &key, keep, ret_filter, ret_passes))
		return 0;
	if (rules->absent)
		return 1;
	if (seccomp->strict && names_check(seccomp, err))
		return -1;
	if (compile_profile(seccomp, scratch, &filter, err))
		return error_at(err, origin_make(ORIGIN_SECCOMP, 0));
	*ret_passes = calls_pass(seccomp, &filter, calls, call_count);
	cache_write(root, &key, &filter, *ret_passes);
	return filter_keep(&filter, keep, ret_filter, err);
}
