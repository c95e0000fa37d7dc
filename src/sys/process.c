/* SPDX-License-Identifier: GPL-2.0-or-later */
/* System calls on processes, credentials and namespaces. Freestanding: runs in the runtime and in init. */
#include "sys/process.h"

int sys_execve(const char *path, char *const *argv, char *const *envp)
{
	return (int)SYS(__NR_execve, path, argv, envp, 0, 0, 0);
}

int sys_execveat(int dir_fd, const char *path, char *const *argv, char *const *envp, int flags)
{
	return (int)SYS(__NR_execveat, dir_fd, path, argv, envp, flags, 0);
}

int sys_waitid(int type, int id, void *info, int options)
{
	return (int)SYS(__NR_waitid, type, id, info, options, NULL, 0);
}

int sys_wait4(int pid, int *ret_status, int options)
{
	return (int)SYS(__NR_wait4, pid, ret_status, options, NULL, 0, 0);
}

int sys_getpid(void)
{
	return (int)SYS(__NR_getpid, 0, 0, 0, 0, 0, 0);
}

int sys_getppid(void)
{
	return (int)SYS(__NR_getppid, 0, 0, 0, 0, 0, 0);
}

int sys_kill(int pid, int signal)
{
	return (int)SYS(__NR_kill, pid, signal, 0, 0, 0, 0);
}

int sys_pidfd_open(int pid, unsigned flags)
{
	return (int)SYS(__NR_pidfd_open, pid, flags, 0, 0, 0, 0);
}

int sys_pidfd_send_signal(int pidfd, int signal)
{
	return (int)SYS(__NR_pidfd_send_signal, pidfd, signal, NULL, 0, 0, 0);
}

int sys_pidfd_getfd(int pidfd, int fd)
{
	return (int)SYS(__NR_pidfd_getfd, pidfd, fd, 0, 0, 0, 0);
}

int sys_setns(int fd, int type)
{
	return (int)SYS(__NR_setns, fd, type, 0, 0, 0, 0);
}

int sys_unshare(int flags)
{
	return (int)SYS(__NR_unshare, flags, 0, 0, 0, 0, 0);
}

int sys_prctl(int option, unsigned long a, unsigned long b, unsigned long c, unsigned long d)
{
	return (int)SYS(__NR_prctl, option, a, b, c, d, 0);
}

int sys_setsid(void)
{
	return (int)SYS(__NR_setsid, 0, 0, 0, 0, 0, 0);
}

int sys_setgroups(size_t count, const gid_t *groups)
{
	return (int)SYS(__NR_setgroups, count, groups, 0, 0, 0, 0);
}

int sys_getgroups(size_t count, gid_t *ret_groups)
{
	return (int)SYS(__NR_getgroups, count, ret_groups, 0, 0, 0, 0);
}

int sys_setresuid(uid_t real, uid_t effective, uid_t saved)
{
	return (int)SYS(__NR_setresuid, real, effective, saved, 0, 0, 0);
}

int sys_setresgid(gid_t real, gid_t effective, gid_t saved)
{
	return (int)SYS(__NR_setresgid, real, effective, saved, 0, 0, 0);
}

int sys_getresuid(uid_t *ret_real, uid_t *ret_effective, uid_t *ret_saved)
{
	return (int)SYS(__NR_getresuid, ret_real, ret_effective, ret_saved, 0, 0, 0);
}

int sys_getresgid(gid_t *ret_real, gid_t *ret_effective, gid_t *ret_saved)
{
	return (int)SYS(__NR_getresgid, ret_real, ret_effective, ret_saved, 0, 0, 0);
}

uid_t sys_geteuid(void)
{
	return (uid_t)SYS(__NR_geteuid, 0, 0, 0, 0, 0, 0);
}

gid_t sys_getegid(void)
{
	return (gid_t)SYS(__NR_getegid, 0, 0, 0, 0, 0, 0);
}

int sys_capset(const struct __user_cap_header_struct *header,
	const struct __user_cap_data_struct *data)
{
	return (int)SYS(__NR_capset, header, data, 0, 0, 0, 0);
}

int sys_capget(struct __user_cap_header_struct *header, struct __user_cap_data_struct *ret_data)
{
	return (int)SYS(__NR_capget, header, ret_data, 0, 0, 0, 0);
}

int sys_prlimit(int pid, int resource, const struct rlimit64 *limit, struct rlimit64 *ret_old)
{
	return (int)SYS(__NR_prlimit64, pid, resource, limit, ret_old, 0, 0);
}

int sys_sethostname(const char *name, size_t length)
{
	return (int)SYS(__NR_sethostname, name, length, 0, 0, 0, 0);
}

int sys_setdomainname(const char *name, size_t length)
{
	return (int)SYS(__NR_setdomainname, name, length, 0, 0, 0, 0);
}

int sys_personality(unsigned long persona)
{
	return (int)SYS(__NR_personality, persona, 0, 0, 0, 0, 0);
}

/* The kernel's sigaction; the C library's is another struct. */
struct kernel_sigaction {
	void (*handler)(int);
	unsigned long flags;
	void (*restorer)(int);
	uint64_t mask;
};

#define KERNEL_SA_RESTORER 0x04000000UL

int sys_signal(int signal, void (*handler)(int))
{
	/* x86-64 delivers nothing without a restorer, which a handler that does not return never needs. */
	struct kernel_sigaction action = {.handler = handler,
		.flags = handler ? KERNEL_SA_RESTORER : 0,
		.restorer = handler};

	return (int)SYS(__NR_rt_sigaction, signal, &action, NULL, 8, 0, 0);
}

int sys_setpgid(int pid, int group)
{
	return (int)SYS(__NR_setpgid, pid, group, 0, 0, 0, 0);
}

int sys_sigprocmask(int how, const uint64_t *set, uint64_t *ret_old)
{
	return (int)SYS(__NR_rt_sigprocmask, how, set, ret_old, 8, 0, 0);
}

int sys_signalfd(int fd, const uint64_t *mask, int flags)
{
	return (int)SYS(__NR_signalfd4, fd, mask, 8, flags, 0, 0);
}

long sys_keyctl(
	int operation, unsigned long a, unsigned long b, unsigned long c, unsigned long d)
{
	return SYS(__NR_keyctl, operation, a, b, c, d, 0);
}

long sys_add_key(const char *type, const char *description, const void *payload, size_t size,
	int keyring)
{
	return SYS(__NR_add_key, type, description, payload, size, keyring, 0);
}

int sys_clock_gettime(int clock, struct timespec *ret_time)
{
	return (int)SYS(__NR_clock_gettime, clock, ret_time, 0, 0, 0, 0);
}

int sys_nanosleep(const struct timespec *time)
{
	return (int)SYS(__NR_nanosleep, time, NULL, 0, 0, 0, 0);
}

int sys_sched_setaffinity(int pid, size_t size, const void *mask)
{
	return (int)SYS(__NR_sched_setaffinity, pid, size, mask, 0, 0, 0);
}

int sys_sched_setattr(int pid, const struct sched_attr *attributes)
{
	return (int)SYS(__NR_sched_setattr, pid, attributes, 0, 0, 0, 0);
}

int sys_ioprio_set(int which, int who, int priority)
{
	return (int)SYS(__NR_ioprio_set, which, who, priority, 0, 0, 0);
}

int sys_set_mempolicy(int mode, const uint64_t *nodes, unsigned long count)
{
	return (int)SYS(__NR_set_mempolicy, mode, nodes, count, 0, 0, 0);
}

int sys_bpf(int command, void *attributes, size_t size)
{
	return (int)SYS(__NR_bpf, command, attributes, size, 0, 0, 0);
}

int sys_seccomp(unsigned operation, unsigned flags, void *args)
{
	return (int)SYS(__NR_seccomp, operation, flags, args, 0, 0, 0);
}

int sys_clone(const struct clone_args *args, int (*run)(void *), void *arg)
{
	return (int)sys_call_clone(__NR_clone3, (long)args, sizeof(*args), 0, 0, 0, run, arg);
}

int sys_clone_plain(unsigned long flags, int *ret_number, int (*run)(void *), void *arg)
{
	return (int)sys_call_clone(
		__NR_clone, (long)flags, 0, (long)ret_number, 0, 0, run, arg);
}

void sys_exit(int status)
{
	SYS(__NR_exit_group, status, 0, 0, 0, 0, 0);
	/* A filter of system calls can refuse even this. */
	__builtin_trap();
}
