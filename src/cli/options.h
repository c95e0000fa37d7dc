/* SPDX-License-Identifier: GPL-2.0-or-later */
/* The command line as a table: Go's flag syntax, which the callers of runc use.
 *
 * --flag value, --flag=value, --bool, --bool=true|false, one or two dashes; parsing stops at the
 * first argument that is no option, and at "--". An option row says where its value goes. */
#ifndef CLI_OPTIONS_H
#define CLI_OPTIONS_H

#include <stdbool.h>
#include <stddef.h>

#include "base/error.h"
#include "plan/request.h"

enum option_kind {
	OPTION_BOOL,	     /* bool */
	OPTION_STRING,	     /* const char * */
	OPTION_NUMBER,	     /* uint32_t */
	OPTION_CHOICE,	     /* const char *, one of `choices` */
	OPTION_LIST,	     /* struct request_list; may be given more than once */
	OPTION_IGNORED_BOOL, /* accepted, without effect */
};

struct option {
	const char *name; /* without dashes */
	char letter;	  /* 0: none */
	enum option_kind kind;
	size_t offset;	     /* of the value in the caller's struct */
	const char *value;   /* what help calls the value; NULL for booleans */
	const char *help;    /* one line; NULL hides it */
	const char *choices; /* OPTION_CHOICE: "text|json" */
};

/* Parses options from argv[*index] on into `values` and leaves *index at the first positional
 * argument. A table ends with a row without a name. */
int options_parse(const struct option *table, char *const *argv, int *index, void *values,
	struct error *err);

/* Writes the table's help lines through `line`, one call each. */
void options_help(
	const struct option *table, void (*line)(void *ctx, const char *text), void *ctx);

#endif
