/* SPDX-License-Identifier: GPL-2.0-or-later */
/* What the kernel's error numbers are called. */
#ifndef BASE_ERRNO_H
#define BASE_ERRNO_H

/* "ENOENT"; NULL for a number that is none. */
const char *errno_name(int errnum);

/* "no such file or directory", as it stands in the middle of a sentence; NULL for a number that is none. */
const char *errno_words(int errnum);

#endif
