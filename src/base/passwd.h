/* SPDX-License-Identifier: GPL-2.0-or-later */
/* The home directory of a user, from a passwd file that comes in pieces. */
#ifndef BASE_PASSWD_H
#define BASE_PASSWD_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "base/text.h"

struct passwd_search {
	uint32_t uid;
	unsigned field;		  /* of the line we are in, from 0 */
	struct text number, home; /* its fields so far */
	char digits[12];
	bool found; /* a whole line matched; `home` is its home directory */
};

/* `home` is found in the buffer, which must live as long as the search. */
void passwd_start(struct passwd_search *search, uint32_t uid, char *buffer, size_t size);

/* Reads on; after the last piece with length 0, as the last line may have no end. */
void passwd_feed(struct passwd_search *search, const char *bytes, size_t length);

#endif
