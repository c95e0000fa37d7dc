/* SPDX-License-Identifier: GPL-2.0-or-later */
/* Signal names. */
#ifndef CLI_SIGNALS_H
#define CLI_SIGNALS_H

/* A number from 0 to 64 (0 is no signal: it asks whether the process is there), or a name in any case, with or without SIG, RTMIN+n and RTMAX-n included.
 * 0 or -EINVAL. */
int signal_parse(const char *text, int *ret_signal);

#endif
