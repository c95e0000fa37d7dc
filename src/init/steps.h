/* SPDX-License-Identifier: GPL-2.0-or-later */
/* The steps of init, in files of their names, in the order in which main.c takes them. Each gets struct init as its context
 * and returns 0, or -1 with *err filled. */
#ifndef INIT_STEPS_H
#define INIT_STEPS_H

#include <errno.h>

#include "init/init.h"

/* A known state: not dumpable, dies with the runtime, no signal blocked, umask 0, 0-2 open. */
int protect_start(void *ctx, struct error *err);
/* No step: what the kernel forgets when ids change or a process is cloned. */
int protect_again(struct error *err);
/* Enters and makes the namespaces that the clone has not made. */
int namespaces_enter(void *ctx, struct error *err);
/* exec: joins those of the container's init. */
int namespaces_follow(void *ctx, struct error *err);
/* Joins a pid namespace as late as it can: from then on what init makes is visible there. */
int namespaces_join_pid(void *ctx, struct error *err);
/* Settings that belong to the new namespaces. */
int kernel_join_keyring(void *ctx, struct error *err);
int kernel_set_names(void *ctx, struct error *err);
int kernel_raise_loopback(void *ctx, struct error *err);
int kernel_write_sysctls(void *ctx, struct error *err);
/* What the security modules make of the program; after the hooks that are not the container's. */
int kernel_set_labels(void *ctx, struct error *err);
/* Attaches the tree of the root, so that mounts can be made in it; sets init->root_fd. */
int pivot_attach(void *ctx, struct error *err);
/* exec: sets init->root_fd to the root that the container has. */
int pivot_find(void *ctx, struct error *err);
/* All mounts in their order, writable where something is still to be made in them. */
int mounts_apply(void *ctx, struct error *err);
/* Nodes and links below /dev. */
int devices_make(void *ctx, struct error *err);
/* createContainer: programs of the host with all rights of init, in the root before it becomes "/". */
int hooks_create_container(void *ctx, struct error *err);
/* Makes a pair, binds the container's side on dev/console, sends the other to the runtime. */
int terminal_open(void *ctx, struct error *err);
/* Makes the working directory below the root if it is missing. */
int cwd_make(void *ctx, struct error *err);

int paths_make_read_only(void *ctx, struct error *err);
int paths_mask(void *ctx, struct error *err);
/* Make read-only what had to wait, and the root if the plan says so. */
int mounts_protect(void *ctx, struct error *err);
int pivot_protect(void *ctx, struct error *err);
/* Makes the root "/" and leaves the old one. */
int pivot_enter(void *ctx, struct error *err);
/* Puts the terminal on 0-2; without one gives 0-2 to the process's user. */
int terminal_connect(void *ctx, struct error *err);
/* Adds HOME to the environment, if the plan wants it found. */
int home_find(void *ctx, struct error *err);
/* identity.c: no step: gives up what identity_take() has left for the filter. */
int identity_settle(const struct init *init, struct error *err);

/* seccomp.c: must CAP_SYS_ADMIN be there until the filter is loaded? */
bool seccomp_needs_admin(const struct init *init);

/* seccomp.c: the last step with privilege, if all that comes after it passes the filter. */
int seccomp_load_early(void *ctx, struct error *err);

/* seccomp.c: no step: loads it in the process of a hook, 0 or -errno. */
int seccomp_load_hook(const struct init *init);

/* seccomp.c: no step: loads it if it is not loaded yet. Nothing but execve may follow. */
int seccomp_load_late(struct init *init, struct error *err);

/* Enters the working directory as root, where that is permitted: some file systems permit it only to the
 * user. cwd_enter() then does, and sees that it lies inside. */
int cwd_try(void *ctx, struct error *err);
int cwd_enter(void *ctx, struct error *err);
/* The resource limits, where the runtime cannot set them; then drops all privilege that the process is not to
 * have, and reads back that it is gone. */
int identity_limit(void *ctx, struct error *err);
int identity_take(void *ctx, struct error *err);
/* Sets init->program to what execve gets; an error is one that create reports, not start. */
int program_find(void *ctx, struct error *err);
/* Closes everything but 0-2, the preserved ones and those that are needed until execve, and sees that
 * of these only 0-2 and the preserved ones survive it. */
int descriptors_close(void *ctx, struct error *err);
/* Leads a new session, to which the terminal belongs. */
int terminal_start_session(void *ctx, struct error *err);
/* Says PROCESS and CREATED, and waits until the runtime lets go. */
int start_release(void *ctx, struct error *err);
/* START_BY_FIFO: waits for the byte of `start`, and ends if it will never come. */
int start_wait(void *ctx, struct error *err);
/* startContainer: programs of the container with the rights of the process, as its children. */
int hooks_start_container(void *ctx, struct error *err);
/* Says EXECING and becomes the program. Returns only with an error. */
int start_execute(void *ctx, struct error *err);

#endif
