/* SPDX-License-Identifier: GPL-2.0-or-later */
/* Points in time as text: RFC 3339, in UTC. */
#ifndef BASE_TIME_H
#define BASE_TIME_H

#include "base/text.h"

/* "2026-01-02T03:04:05Z", or with nine digits of nanoseconds; `seconds` since 1970, not negative. */
void time_print(struct text *text, int64_t seconds);
void time_print_nanoseconds(struct text *text, int64_t seconds, long nanoseconds);

#endif
