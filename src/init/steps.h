/* SPDX-License-Identifier: GPL-2.0-or-later */
/* The steps of init, in the order in which main.c takes them. Each gets struct init as its context
 * and returns 0, or -1 with *err filled. */
#ifndef INIT_STEPS_H
#define INIT_STEPS_H

#include "init/init.h"

/* protect.c: a known state: not dumpable, dies with the runtime, no signal blocked, umask 0, 0-2 open. */
int protect_start(void *ctx, struct error *err);

/* protect.c: no step: what the kernel forgets when ids change or a process is cloned. */
int protect_again(struct error *err);

/* namespaces.c: enters and makes the namespaces that the clone has not made. */
int namespaces_enter(void *ctx, struct error *err);

/* kernel.c: settings that belong to the new namespaces. */
int kernel_join_keyring(void *ctx, struct error *err);
int kernel_set_names(void *ctx, struct error *err);
int kernel_raise_loopback(void *ctx, struct error *err);
int kernel_write_sysctls(void *ctx, struct error *err);

/* pivot.c: attaches the tree of the root, so that mounts can be made in it; sets init->root_fd. */
int pivot_attach(void *ctx, struct error *err);

/* mounts.c: all mounts in their order, writable where something is still to be made in them. */
int mounts_apply(void *ctx, struct error *err);

/* devices.c: nodes and links below /dev. */
int devices_make(void *ctx, struct error *err);

/* terminal.c: makes a pair, binds the container's side on dev/console, sends the other to the runtime. */
int terminal_open(void *ctx, struct error *err);

/* cwd.c: makes the working directory below the root if it is missing. */
int cwd_make(void *ctx, struct error *err);

/* paths.c */
int paths_make_read_only(void *ctx, struct error *err);
int paths_mask(void *ctx, struct error *err);

/* mounts.c: makes read-only what had to wait. pivot.c: the root too, if the plan says so. */
int mounts_protect(void *ctx, struct error *err);
int pivot_protect(void *ctx, struct error *err);

/* pivot.c: makes the root "/" and leaves the old one. */
int pivot_enter(void *ctx, struct error *err);

/* terminal.c: puts the terminal on 0-2; without one gives 0-2 to the process's user. */
int terminal_connect(void *ctx, struct error *err);

/* home.c: adds HOME to the environment, if the plan wants it found. */
int home_find(void *ctx, struct error *err);

/* cwd.c: enters the working directory as root, where that is permitted: some network file systems permit
 * it only to the user. */
int cwd_try(void *ctx, struct error *err);

/* identity.c: the resource limits, where the runtime could do no more; then drops all privilege that the process is
 * not to have, and reads back that it is gone. */
int identity_limit(void *ctx, struct error *err);
int identity_take(void *ctx, struct error *err);

/* cwd.c: enters it as the process's user if it is not entered yet, and sees that it lies inside. */
int cwd_enter(void *ctx, struct error *err);

/* program.c: sets init->program to what execve gets; an error is one that create reports, not start. */
int program_find(void *ctx, struct error *err);

/* descriptors.c: closes everything but 0-2, the preserved ones and those that are needed until execve, and
 * sees that of these only 0-2 and the preserved ones survive it. */
int descriptors_close(void *ctx, struct error *err);

/* terminal.c: leads a new session, to which the terminal belongs. */
int terminal_start_session(void *ctx, struct error *err);

/* start.c: says PROCESS and CREATED, and waits until the runtime lets go. */
int start_release(void *ctx, struct error *err);

/* start.c: START_BY_FIFO: waits for the byte of `start`, and ends if it will never come. */
int start_wait(void *ctx, struct error *err);

/* start.c: says EXECING and becomes the program. Returns only with an error. */
int start_execute(void *ctx, struct error *err);

#endif
