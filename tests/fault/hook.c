/* SPDX-License-Identifier: GPL-2.0-or-later */
/* A hook for the sweep: takes a moment, and if its parent has gone by then it stays for ever.
 *
 *   hook [stays]
 *
 * With "stays" it does not die with its parent either: only delete --force can find it.
 *
 * Runs in: the host or a container, as a child of the runtime or of init. */
#include <string.h>
#include <sys/prctl.h>
#include <time.h>
#include <unistd.h>

int main(int argc, char **argv)
{
	const struct timespec moment = {.tv_nsec = 20000000};
	pid_t parent = getppid();

	if (argc > 1 && !strcmp(argv[1], "stays"))
		prctl(PR_SET_PDEATHSIG, 0, 0, 0, 0);
	nanosleep(&moment, NULL);
	while (getppid() != parent)
		pause();
	return 0;
}
