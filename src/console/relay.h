/* SPDX-License-Identifier: GPL-2.0-or-later */
/* The foreground of `run`: waits for the container, passes signals on, and copies between the
 * caller's terminal and the container's. */
#ifndef CONSOLE_RELAY_H
#define CONSOLE_RELAY_H

#include <stdint.h>

#include "base/error.h"

/* Blocks all signals that a program can handle and opens a signalfd for them, before anything is created, so
 * that no signal ends the runtime half-way. *ret_old is the mask to restore. */
int relay_signals(int *ret_fd, uint64_t *ret_old, struct error *err);

/* Gives the container's terminal the caller's size and plain newlines; before the program starts, which
 * may ask at once. */
void relay_prepare(int master_fd);

/* Copies and passes on until the container's init has ended and what it had written is out.
 * *ret_status is its exit status, 128 + n when signal n killed it. Restores the caller's
 * terminal in every case. An error leaves the process as it is. */
int relay_run(int signal_fd, int pidfd, int master_fd, int *ret_status, struct error *err);

#endif
