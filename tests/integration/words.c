/* SPDX-License-Identifier: GPL-2.0-or-later */
/* Prints its arguments, the name that it was called by first. */
#include <stdio.h>

int main(int argc, char **argv)
{
	for (int i = 0; i < argc; i++)
		printf("[%s]", argv[i]);
	puts("");
	return 0;
}
