/* SPDX-License-Identifier: GPL-2.0-or-later */
/* Is this still the process that was recorded? Pid and start time together tell. */
#ifndef STATE_PROCESS_H
#define STATE_PROCESS_H

#include <stdbool.h>
#include <stddef.h>

#include "state/record.h"

/* "PID START"; `text` has at least STATE_PROCESS_TEXT bytes. */
#define STATE_PROCESS_TEXT 40
void process_print(const struct state_process *process, char *ret_text);
int process_parse(const char *text, struct state_process *ret_process);

/* Reads the content of /proc/PID/stat. Pure. -EINVAL if it is none. */
int process_stat_parse(const char *stat, uint64_t *ret_start_time, char *ret_state);

/* Reads the content of /proc/PID/timens_offsets. Pure. -EINVAL if it is none. */
int process_offset_parse(const char *offsets, int64_t *ret_ticks);

/* The start time of a process as the first time namespace has it, 0 or -errno; -ESRCH if it is gone or a zombie. */
int process_start_time(int pid, uint64_t *ret_start_time);

/* Does it live? A zombie does not. */
bool process_alive(const struct state_process *process);

/* A pidfd of exactly this process, or -ESRCH if it is gone, or another -errno. */
int process_open(const struct state_process *process);

/* Waits until a process has ended; `milliseconds` < 0 waits for ever. 1, or 0 if it has not in that time, or -errno.
 * Who traces a child of ours can keep its status from us, and with that waitid() waiting, but not that it has ended. */
int process_end_wait(int pidfd, int milliseconds);

#endif
