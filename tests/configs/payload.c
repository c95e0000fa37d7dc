/* SPDX-License-Identifier: GPL-2.0-or-later */
/* What fuzzed containers and their hooks run: nothing that does anything, by the name that it is called.
 *
 * sleep: ends after four seconds; slow: after 300 ms; false: exit status 3; all others: 0. */
#include <string.h>
#include <time.h>

static int name_is(const char *path, const char *name)
{
	const char *slash = strrchr(path, '/');

	return !strcmp(slash ? slash + 1 : path, name);
}

static void wait_for(time_t seconds, long nanoseconds)
{
	struct timespec time = {seconds, nanoseconds};

	nanosleep(&time, NULL);
}

int main(int argc, char **argv)
{
	const char *name = argc > 0 ? argv[0] : "";

	if (name_is(name, "sleep"))
		wait_for(4, 0);
	if (name_is(name, "slow"))
		wait_for(0, 300000000);
	return name_is(name, "false") ? 3 : 0;
}
