/* SPDX-License-Identifier: GPL-2.0-or-later */
/* The program init: maps the plan and executes it. */
#ifndef INIT_MAIN_H
#define INIT_MAIN_H

/* Never returns: ends in execve of the container's program or in exit. argv[1] is the number of the
 * plan's memfd. */
_Noreturn void init_main(int argc, const char *const *argv);

#endif
