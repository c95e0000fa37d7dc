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
};

#endif
