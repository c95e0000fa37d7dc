/* SPDX-License-Identifier: GPL-2.0-or-later */
/* HOME from the container's passwd: the one text that init reads. */
#ifndef INIT_HOME_H
#define INIT_HOME_H

#include "base/text.h"
#include "init/init.h"

/* A search through a passwd file that comes in pieces. Start with passwd_start(). */
struct passwd_search {
	uint32_t uid;
	unsigned field;	 /* of the line we are in, from 0 */
	uint64_t number; /* the uid field so far */
	bool is_number;
	bool found;	  /* a whole line matched; `home` is its home directory */
	struct text home; /* of the line we are in */
};

void passwd_start(struct passwd_search *search, uint32_t uid, char *buffer, size_t size);

/* Reads on; after the last piece call it with length 0, as the last line may have no end. */
void passwd_feed(struct passwd_search *search, const char *bytes, size_t length);

/* Adds HOME to the environment, if the plan wants it found: the home of the process's user, "/" if
 * there is none. */
int home_find(struct init *init, struct error *err);

#endif
