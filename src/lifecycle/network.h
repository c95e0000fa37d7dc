/* SPDX-License-Identifier: GPL-2.0-or-later */
/* The way of network devices into a container, and back from one that never was whole. */
#ifndef LIFECYCLE_NETWORK_H
#define LIFECYCLE_NETWORK_H

#include "launch/launch.h"
#include "lifecycle/container.h"
#include "net/set.h"
#include "state/directory.h"

/* Records the devices of the set and moves them, when init has entered its namespaces. */
int network_move(struct net_set *set, struct launch *launch, struct state_dir *dir,
	struct arena *arena, struct error *err);

/* Brings back the devices that the record of a half-made container tells of, as far as they have not gone with its network
 * namespace. */
int network_return(struct container *container, struct error *err);

#endif
