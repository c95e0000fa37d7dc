/* SPDX-License-Identifier: GPL-2.0-or-later */
/* libFuzzer target for passwd(5), of a container, and for passwd(5) and subuid(5) of the host: a byte that says
 * how large the pieces are, the two texts with a byte 0xff between them.
 *
 * A file in pieces tells the same as the file in one. */
#include "fuzz.h"

#include "base/passwd.h"
#include "launch/subid.h"

static const uint32_t uids[] = {0, 7, 1000, 65534, 4294967294};

static bool home_find(
	const char *text, uint32_t uid, size_t piece, char *ret_home, size_t home_size)
{
	struct passwd_search search;
	size_t length = strlen(text);

	passwd_start(&search, uid, ret_home, home_size);
	for (size_t at = 0; at < length; at += piece)
		passwd_feed(&search, text + at, length - at < piece ? length - at : piece);
	passwd_feed(&search, "", 0);
	if (search.found)
		demand(memchr(ret_home, '\0', home_size) != NULL);
	return search.found;
}

static void homes_check(const char *text, size_t piece)
{
	for (size_t i = 0; i < sizeof(uids) / sizeof(uids[0]); i++) {
		char whole[64], parts[64];
		bool found = home_find(text, uids[i], strlen(text) + 1, whole, sizeof(whole));

		demand(found == home_find(text, uids[i], piece, parts, sizeof(parts)));
		demand(!found || !strcmp(whole, parts));
	}
}

static void subids_check(const char *passwd, const char *subid)
{
	const size_t room = 256;
	char *buffer = malloc(room);

	demand(buffer != NULL);
	for (size_t i = 0; i < sizeof(uids) / sizeof(uids[0]); i++) {
		const char *name = "";
		size_t length = subid_user(passwd, uids[i], &name);
		struct text text;

		demand(!length || (name >= passwd && name + length <= passwd + strlen(passwd)));
		text_start(&text, buffer, room);
		if (subid_print(subid, name, length, uids[i], &text))
			demand(!text_ok(&text) || text.length > 0);
		demand(memchr(buffer, '\0', room) != NULL);
	}
	free(buffer);
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	struct input input = {data, size};
	size_t piece = 1 + input_byte(&input);
	char *passwd = input_string(&input), *subid = input_string(&input);

	homes_check(passwd, piece);
	subids_check(passwd, subid);
	free(passwd);
	free(subid);
	return 0;
}
