/* SPDX-License-Identifier: GPL-2.0-or-later */
/* Compiled filters under <state root>/.cache/seccomp/, each in a file named after its key. */
#ifndef SECCOMP_CACHE_H
#define SECCOMP_CACHE_H

#include <stdbool.h>
#include <stdint.h>

#include "base/arena.h"
#include "plan/plan.h"
#include "seccomp/blake2b.h"
#include "seccomp/filter.h"
#include "seccomp/prepare.h"

struct cache_key {
	unsigned char bytes[BLAKE2B_SIZE];
};

/* The rules of a profile, by their digest: all that is long in it. */
struct cache_rules {
	unsigned char digest[BLAKE2B_SIZE];
	bool absent; /* the plan does not have them */
};

/* Of those that the plan has. */
void cache_rules_digest(const struct plan_seccomp *seccomp, struct cache_rules *ret_rules);

/* Of everything that decides what is stored: the profile without its flags and its listener, the calls that
 * prepare_filter() is asked of, the library that knows the numbers, and our own way to compile. */
void cache_key(const struct plan_seccomp *seccomp, const struct cache_rules *rules,
	const struct prepare_call *calls, size_t call_count, struct cache_key *ret_key);

/* True if it is there and whole. The filter lies in memory of the arena. */
bool cache_read(const char *root, const struct cache_key *key, struct arena *arena,
	struct filter *ret_filter, bool *ret_passes);

/* Stores it, unless that fails: then it is compiled again the next time. */
void cache_write(const char *root, const struct cache_key *key, const struct filter *filter,
	bool passes);

#endif
