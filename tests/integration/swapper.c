/* SPDX-License-Identifier: GPL-2.0-or-later */
/* Exchanges two names of one directory, as fast as it can, until it is killed.
 *
 *   swapper PATH PATH
 *
 * Runs in: the host, beside a runtime that is to be misled. */
#include <fcntl.h>
#include <stdio.h>

int main(int argc, char **argv)
{
	if (argc != 3)
		return 2;
	while (!renameat2(AT_FDCWD, argv[1], AT_FDCWD, argv[2], RENAME_EXCHANGE))
		;
	return 1;
}
