/* SPDX-License-Identifier: GPL-2.0-or-later */
/* System calls on processes, credentials and namespaces. Each returns a value >= 0 or -errno. */
#ifndef SYS_PROCESS_H
#define SYS_PROCESS_H

#include <sys/types.h>

struct rlimit64;
struct sched_attr;
struct timespec;

#include "sys/kernel.h"

int sys_execve(const char *path, char *const *argv, char *const *envp);
int sys_execveat(int dir_fd, const char *path, char *const *argv, char *const *envp, int flags);
int sys_waitid(int type, int id, void *info, int options);
int sys_wait4(int pid, int *ret_status, int options);
int sys_getpid(void);
int sys_getppid(void);
int sys_kill(int pid, int signal);
int sys_pidfd_open(int pid, unsigned flags);
int sys_pidfd_send_signal(int pidfd, int signal);
int sys_pidfd_getfd(int pidfd, int fd);
int sys_setns(int fd, int type);
int sys_unshare(int flags);
int sys_prctl(int option, unsigned long a, unsigned long b, unsigned long c, unsigned long d);
int sys_setsid(void);
int sys_setgroups(size_t count, const gid_t *groups);
int sys_getgroups(size_t count, gid_t *ret_groups);
int sys_setresuid(uid_t real, uid_t effective, uid_t saved);
int sys_setresgid(gid_t real, gid_t effective, gid_t saved);
int sys_getresuid(uid_t *ret_real, uid_t *ret_effective, uid_t *ret_saved);
int sys_getresgid(gid_t *ret_real, gid_t *ret_effective, gid_t *ret_saved);
uid_t sys_geteuid(void);
gid_t sys_getegid(void);
int sys_capset(const struct __user_cap_header_struct *header,
	const struct __user_cap_data_struct *data);
int sys_capget(
	struct __user_cap_header_struct *header, struct __user_cap_data_struct *ret_data);
int sys_prlimit(int pid, int resource, const struct rlimit64 *limit, struct rlimit64 *ret_old);
int sys_sethostname(const char *name, size_t length);
int sys_setdomainname(const char *name, size_t length);
int sys_personality(unsigned long persona);
/* 0 is the caller, and a group of its own. */
int sys_setpgid(int pid, int group);
/* 64-bit signal masks, as the kernel has them. */
/* Sets the disposition of a signal: NULL is the default; a handler must never return. */
int sys_signal(int signal, void (*handler)(int));
int sys_sigprocmask(int how, const uint64_t *set, uint64_t *ret_old);
int sys_signalfd(int fd, const uint64_t *mask, int flags);
long sys_keyctl(
	int operation, unsigned long a, unsigned long b, unsigned long c, unsigned long d);
long sys_add_key(const char *type, const char *description, const void *payload, size_t size,
	int keyring);
int sys_clock_gettime(int clock, struct timespec *ret_time);
int sys_nanosleep(const struct timespec *time);
int sys_sched_setaffinity(int pid, size_t size, const void *mask);
int sys_sched_setattr(int pid, const struct sched_attr *attributes);
int sys_ioprio_set(int which, int who, int priority);
/* `count` is one more than the bits of `nodes`. */
int sys_set_mempolicy(int mode, const uint64_t *nodes, unsigned long count);
int sys_bpf(int command, void *attributes, size_t size);
int sys_seccomp(unsigned operation, unsigned flags, void *args);

/* Clones; the child runs run(arg) and exits with its result. `args` as for clone3; with CLONE_VM the
 * caller provides args->stack. The pid, or -errno. */
int sys_clone(const struct clone_args *args, int (*run)(void *), void *arg);

/* The same by clone(2), for profiles that answer ENOSYS to clone3. `flags` holds the exit
 * signal in its low byte; the child runs on a copy of the caller's stack. *ret_number is the pidfd with
 * CLONE_PIDFD, the pid with CLONE_PARENT_SETTID; else NULL. */
int sys_clone_plain(unsigned long flags, int *ret_number, int (*run)(void *), void *arg);

__attribute__((noreturn)) void sys_exit(int status);

#endif
