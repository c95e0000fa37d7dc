/* SPDX-License-Identifier: GPL-2.0-or-later */
/* passwd(5), as far as it says where a user is at home. Freestanding: runs in init, on bytes of the container. */
#include "base/passwd.h"

#include "base/number.h"

enum { FIELD_UID = 2, FIELD_HOME = 5 };

static void line_start(struct passwd_search *search)
{
	search->field = 0;
	text_start(&search->number, search->digits, sizeof(search->digits));
	text_start(&search->home, search->home.data, search->home.size);
}

void passwd_start(struct passwd_search *search, uint32_t uid, char *buffer, size_t size)
{
	*search = (struct passwd_search){.uid = uid, .home = {.data = buffer, .size = size}};
	line_start(search);
}

static void line_end(struct passwd_search *search)
{
	uint32_t uid;

	if (search->field >= FIELD_HOME && text_ok(&search->number) &&
		!number_id(search->digits, &uid) && uid == search->uid &&
		text_ok(&search->home) && search->home.data[0] == '/')
		search->found = true;
	else
		line_start(search);
}

void passwd_feed(struct passwd_search *search, const char *bytes, size_t length)
{
	if (!length && !search->found)
		line_end(search);
	for (size_t i = 0; i < length && !search->found; i++) {
		if (bytes[i] == '\n')
			line_end(search);
		else if (bytes[i] == ':')
			search->field++;
		else if (search->field == FIELD_UID)
			text_char(&search->number, bytes[i]);
		else if (search->field == FIELD_HOME)
			text_char(&search->home, bytes[i]);
	}
}
