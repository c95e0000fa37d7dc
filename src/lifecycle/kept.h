/* SPDX-License-Identifier: GPL-2.0-or-later */
/* The copy of config.json in the state directory, by which exec goes. */
#ifndef LIFECYCLE_KEPT_H
#define LIFECYCLE_KEPT_H

#include "lifecycle/config.h"
#include "plan/plan.h"
#include "seccomp/cache.h"
#include "state/directory.h"

/* `seccomp` is that of the plan; NULL leaves *ret_rules as they are. The arena is used in between. */
int kept_write(const struct state_dir *dir, const struct config *config,
	const struct plan_seccomp *seccomp, struct cache_rules *ret_rules, struct arena *arena,
	struct error *err);

/* What exec needs of it. If *ret_rules are absent, they are missing from the profile of config->spec. The text is
 * that of config.json. Free with config_free() also after a failure. */
int kept_read(const struct state_dir *dir, struct config *config, struct cache_rules *ret_rules,
	struct error *err);

/* All of it, in place of that in config->spec. */
int kept_read_all(struct config *config, struct error *err);

#endif
