/* SPDX-License-Identifier: GPL-2.0-or-later */
/* What the caller asked for: the command line, as values. Filled by cli/, plain data. */
#ifndef PLAN_REQUEST_H
#define PLAN_REQUEST_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "plan/plan.h"

struct oci_resources;

/* May there be no cgroup where the caller may make none? */
enum rootless {
	ROOTLESS_AUTO, /* if he lacks root's rights */
	ROOTLESS_TRUE,
	ROOTLESS_FALSE,
};

/* What an option that may be repeated was given. */
struct request_list {
	size_t count;
	const char **items;
};

/* exec: what the command line says of the process. */
struct request_exec {
	const char *
		process_file; /* says it all; NULL: the container's own process, and what follows */
	const char *cwd, *user, *process_label, *apparmor; /* NULL: the container's */
	bool tty, no_new_privileges;
	bool ignore_paused;
	struct request_list env, capabilities, groups;
	struct request_list
		cgroups; /* below the container's own: "PATH" or "CONTROLLER,...:PATH" */
	const char *const *words; /* the program and its arguments, NULL-terminated */
};

/* exec: the container that gets a process more. */
struct request_target {
	int pid; /* of its init */
	uint32_t
		others; /* bits 1 << enum namespace_kind: in which it is and the runtime is not */
};

struct request {
	const char *id;
	const char *bundle;	/* absolute */
	const char *state_root; /* absolute; --root or the default */
	const char *pid_file;	/* as given, relative to the caller's directory; NULL if none */
	const char *console_socket; /* NULL if none */
	enum cgroup_manager cgroup_manager;
	enum rootless rootless;
	const char *search_path;   /* the caller's PATH; NULL if he has none */
	const char *pidfd_socket;  /* NULL if none */
	const char *notify_socket; /* of a service manager; NULL if none */
	uint32_t preserve_fds;	   /* listen_fds included */
	uint32_t listen_fds;	   /* the first of them are sockets of a service manager */
	const char *listen_names;  /* theirs; NULL if none */
	bool default_root;	   /* nobody named the state root */
	bool start_at_once;	   /* run: no fifo, the container starts when it is built */
	bool detach;
	bool keep;
	bool no_pivot;
	bool no_new_keyring;
	bool no_subreaper;
	bool force;	       /* delete */
	bool all;	       /* kill */
	int signal;	       /* kill */
	bool stats;	       /* events: once */
	uint64_t interval_ms;  /* events */
	const char *resources; /* update: a document; NULL if none */
	size_t resources_length;
	const struct oci_resources *changes; /* update: the same by options; NULL if none */
	struct request_exec exec;
	const struct request_target *target; /* exec; NULL: the plan is for a new container */
};

#endif
