/* SPDX-License-Identifier: GPL-2.0-or-later */
/* /proc/PID/mountinfo, line by line. */
#ifndef HOST_MOUNTINFO_H
#define HOST_MOUNTINFO_H

#include <stdbool.h>
#include <stddef.h>

/* A part of the text, not NUL-terminated. */
struct span {
	const char *start;
	size_t length;
};

struct mountinfo {
	struct span
		root; /* the directory of the file system that is mounted; octal escapes as they are */
	struct span point; /* where; escapes as they are */
	struct span type;
	struct span options; /* of the file system, comma-separated */
};

/* Reads the first line of `text` and returns the text behind it, NULL when there is none. A line that is not in the
 * kernel's format gives *ret_valid false, and is skipped. */
const char *mountinfo_next(const char *text, struct mountinfo *ret_mount, bool *ret_valid);

bool span_equal(const struct span *span, const char *string);

/* Copies with the kernel's octal escapes ("\040") undone; `out` has room for length + 1. */
void span_unescape(const struct span *span, char *out);

/* Is `word` among the comma-separated words of `list`? */
bool span_has_word(const struct span *list, const struct span *word);

#endif
