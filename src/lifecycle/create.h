/* SPDX-License-Identifier: GPL-2.0-or-later */
/* The table of steps that create and run share, and what the steps work on. */
#ifndef LIFECYCLE_CREATE_H
#define LIFECYCLE_CREATE_H

#include <stdbool.h>

#include "cgroup/resctrl.h"
#include "cgroup/set.h"
#include "hooks/run.h"
#include "host/host.h"
#include "launch/launch.h"
#include "lifecycle/config.h"
#include "lifecycle/lifecycle.h"
#include "net/set.h"
#include "seccomp/cache.h"
#include "state/directory.h"

struct create {
	const struct request *request;
	const struct caller *caller;
	struct arena arena;
	struct config config;
	struct host host;
	struct memory memory;
	const struct plan *plan;
	struct cache_rules rules; /* of its seccomp profile, if it has one */
	struct state_dir dir;
	struct cgroup_set cgroups;
	int holder; /* the process that holds the unit of systemd until init is in it; 0 */
	/* Something outlives the failure: the record of it stays, for `delete --force`. */
	bool left_behind;
	const char *cgroup_record; /* as it was recorded last */
	struct launch launch;
	struct net_set net;
	struct resctrl resctrl;
	const char *resctrl_record; /* NULL: nothing of it is ours */
	int notify_fd;		    /* where the program says that it is ready; -1 */
	struct hooks hooks;
	bool hooked; /* hooks may have run: those of poststop follow in any case */
};

/* An empty context; close it with create_close() in any case. */
int create_start(struct create *create, const struct request *request,
	const struct caller *caller, struct error *err);
void create_close(struct create *create);

/* Reads and decides; changes nothing on the host. */
int create_plan(struct create *create, struct error *err);

/* All of it. On failure everything is undone, and *err has its place in config.json. On success
 * the container is created, or with request->start_at_once runs. */
int create_run(struct create *create, struct error *err);

/* Kills, removes cgroups and state, runs the poststop hooks: the end of a container in the foreground. */
int create_remove(struct create *create, struct error *err);

#endif
