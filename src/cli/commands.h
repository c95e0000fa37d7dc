/* SPDX-License-Identifier: GPL-2.0-or-later */
/* The commands: their words, options and what runs. */
#ifndef CLI_COMMANDS_H
#define CLI_COMMANDS_H

#include <stdbool.h>

#include "base/error.h"
#include "cli/options.h"
#include "cli/update.h"
#include "lifecycle/lifecycle.h"

/* More than any command takes, so that too many are seen. */
#define POSITIONAL_MAX 64

/* Everything that options set; option rows refer to its members by offset. */
struct arguments {
	struct request request;
	/* global */
	const char *log, *log_format, *log_level, *root, *cgroup_manager, *rootless, *trace;
	bool debug, systemd_cgroup, version, help;
	/* of commands */
	const char *bundle, *format;
	bool quiet, rootless_spec;
	const char *interval;
	struct update_words update;
	/* what is left */
	char *positional[POSITIONAL_MAX];
	int positional_count;
	const char *const *words; /* all behind the first of them, as they stand */
	int failure;		  /* exit status if the command fails */
	const char *program;	  /* "tare", or the name of the runtime we stand in for */
};

struct command {
	const char *name;
	const char *arguments; /* "<container-id> [signal]" */
	const char *summary;
	const struct option *options;
	int min, max; /* positional arguments */
	bool ordered; /* options end at the first positional argument: what follows may look like one */
	bool stateless; /* no directory of container state is needed */
	int (*run)(struct arguments *args, const struct caller *caller, int *ret_status,
		struct error *err);
};

/* Ends with a row without a name. */
extern const struct command commands[];
extern const struct option global_options[];

#endif
