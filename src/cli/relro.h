/* SPDX-License-Identifier: GPL-2.0-or-later */
/* The program's tables of pointers. */
#ifndef CLI_RELRO_H
#define CLI_RELRO_H

/* Makes what was relocated at the start read-only, as the program's own header asks (PT_GNU_RELRO). 0 or -errno. */
int relro_protect(void);

#endif
