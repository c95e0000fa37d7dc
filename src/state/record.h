/* SPDX-License-Identifier: GPL-2.0-or-later */
/* What is recorded of a container, before it happens.
 *
 * Records are appended, never rewritten; the last value of a key wins. Each append is one
 * write. No fsync: the state root is in memory and dies with the machine, as do the things
 * that are recorded. */
#ifndef STATE_RECORD_H
#define STATE_RECORD_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "base/arena.h"
#include "base/error.h"
#include "state/directory.h"

enum state_key {
	STATE_OCI_VERSION, /* of config.json */
	STATE_BUNDLE,	   /* absolute */
	STATE_ROOT,	   /* absolute path of the container's root */
	STATE_CREATED,	   /* RFC 3339, nanoseconds, UTC */
	STATE_OWNER,	   /* uid of the caller */
	STATE_START_MODE,  /* STATE_START_FIFO or STATE_START_ONCE */
	STATE_PIDS,	   /* STATE_PIDS_SHARED: no pid namespace of its own; else absent */
	STATE_PID_FILE,	   /* absolute; to be removed with the container if we wrote it */
	STATE_CGROUP,	   /* cgroup_record_print() */
	STATE_RESCTRL,	   /* resctrl_record_print() of cgroup/: groups that are ours */
	STATE_NETWORK,	   /* record_print() of net/: devices that are moved */
	STATE_CREATOR,	   /* process that creates: pid and start time */
	STATE_INIT,	   /* the container's process: pid and start time */
	STATE_READY,  /* "1": created is complete; without it the container was never whole */
	STATE_HOOK,   /* a running hook: pid and start time; empty when it has ended */
	STATE_HOOKS,  /* config.json with nothing but the hooks that come after create */
	STATE_STEP,   /* name of the last step */
	STATE_STDIO,  /* what the descriptors 0 to 2 of init are */
	STATE_MOUNTS, /* the root's mount in the host's mount namespace: its id; else absent */
	STATE_LISTENER, /* path of the seccomp agent's socket; and what it is told beside */
	STATE_LISTENER_METADATA,
	STATE_KEYRING,	  /* STATE_KEYRING_KEPT: the caller's session keyring; else absent */
	STATE_ANNOTATION, /* one per name */
	STATE_KEY_COUNT,
};

#define STATE_START_FIFO "fifo"
#define STATE_START_ONCE "once"

#define STATE_PIDS_SHARED "shared"

#define STATE_KEYRING_KEPT "kept"

struct state_record {
	enum state_key key;
	const char *name;  /* STATE_ANNOTATION alone */
	const char *value; /* NULL: the record is left out */
};

/* A process that cannot be mistaken for a later one of the same number. */
struct state_process {
	int pid;	     /* 0: none */
	uint64_t start_time; /* field 22 of /proc/PID/stat */
};

struct state_annotation {
	const char *name;
	const char *value;
};

struct state {
	bool stale;   /* written before the machine was started anew: no process of it lives */
	bool damaged; /* state_salvage(): this is only what could be found */
	const char *value[STATE_KEY_COUNT]; /* NULL: not recorded; ANNOTATION: not here */
	struct state_process creator, init, hook;
	bool ready;
	size_t annotation_count;
	const struct state_annotation *annotations; /* in the order of the first append */
};

/* Appends the records in one write. The first append also writes version and boot id. */
int state_append(struct state_dir *dir, const struct state_record *records, size_t count,
	struct error *err);

/* Appends STATE_INIT and makes the copy that state_salvage() can fall back on. `cgroup` is the
 * text of STATE_CGROUP. */
int state_append_init(struct state_dir *dir, const struct state_process *init,
	const char *cgroup, struct error *err);

/* Reads the journal. All strings lie in `arena`. Damage, an unknown key or an unknown version
 * is an error that names the file (ERROR_STATE, EUCLEAN). No journal at all, which is what is
 * left if the runtime dies between reservation and first record, is ERROR_STATE with ENODATA:
 * nothing else exists then. */
int state_read(
	struct state_dir *dir, struct arena *arena, struct state *ret_state, struct error *err);

/* For delete --force after EUCLEAN: what the undamaged lines and the copy tell; without either,
 * the init was not recorded and has died with its creator. -1 if there is a copy that cannot be
 * read: an init may live then, and success must not be reported. */
int state_salvage(
	struct state_dir *dir, struct arena *arena, struct state *ret_state, struct error *err);

#endif
