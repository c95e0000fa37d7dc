/* SPDX-License-Identifier: GPL-2.0-or-later */
/* Durations as Go's flags have them: "5s", "1m30s", "1.5h", "300ms". Pure. */
#ifndef CLI_DURATION_H
#define CLI_DURATION_H

#include <stdint.h>

/* Milliseconds, of which a begun one counts. 0, or -EINVAL, which every negative one is too. */
int duration_parse(const char *text, uint64_t *ret_milliseconds);

#endif
