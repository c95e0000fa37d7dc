/* SPDX-License-Identifier: GPL-2.0-or-later */
/* From a profile to a filter: a table for each architecture, and a tree of each table.
 *
 * Runs in: the runtime, when a profile is not in the cache. */
#include "seccomp/compile.h"

#include <errno.h>

#include "seccomp/abi.h"
#include "seccomp/table.h"
#include "seccomp/tree.h"

/* Those of the profile, each once, the kernel's own first, as the enumeration has it. */
static size_t audits_list(const struct plan_seccomp *seccomp, uint32_t audits[])
{
	size_t count = 0;

	for (unsigned abi = 0; abi < SECCOMP_ABI_COUNT; abi++) {
		size_t i = 0;

		if (!(seccomp->abis & 1U << abi))
			continue;
		while (i < count && audits[i] != abi_table[abi].audit)
			i++;
		if (i == count)
			audits[count++] = abi_table[abi].audit;
	}
	return count;
}

int compile_profile(const struct plan_seccomp *seccomp, struct arena *arena,
	struct filter *ret_filter, struct error *err)
{
	uint32_t audits[SECCOMP_ABI_COUNT];
	struct table tables[SECCOMP_ABI_COUNT];
	size_t count = audits_list(seccomp, audits);

	for (size_t i = 0; i < count; i++) {
		if (!table_make(seccomp, audits[i], arena, &tables[i]))
			return error_set(err, ERROR_SYSTEM, ENOMEM,
				"cannot compile the seccomp profile");
	}
	return tree_compile(tables, count, arena, ret_filter, err);
}
