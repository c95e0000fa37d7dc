/* SPDX-License-Identifier: GPL-2.0-or-later */
/* The kernel's binary interface: how a system call is made, and constants that older headers lack.
 *
 * The only place that knows the architecture, together with init's entry. Code outside sys/
 * includes the headers of the subjects (file.h, mount.h, process.h, socket.h), which return a value or -errno. */
#ifndef SYS_KERNEL_H
#define SYS_KERNEL_H

#include <asm/unistd.h>
#include <errno.h>
#include <fcntl.h>
#include <stddef.h>
#include <stdint.h>
#include <linux/audit.h>
#include <linux/capability.h>
#include <linux/magic.h>
#include <linux/mount.h>
#include <linux/openat2.h>
#include <linux/prctl.h>
#include <linux/sched.h>
#include <linux/stat.h>

#ifndef MS_RDONLY
#error "linux/mount.h without MS_RDONLY"
#endif
/* KERNEL < 5.10 */
#ifndef MS_NOSYMFOLLOW
#define MS_NOSYMFOLLOW 256
#endif
/* KERNEL < 5.14 */
#ifndef MOUNT_ATTR_NOSYMFOLLOW
#define MOUNT_ATTR_NOSYMFOLLOW 0x00200000
#endif
/* Not in every C library's fcntl.h. */
#ifndef AT_RECURSIVE
#define AT_RECURSIVE 0x8000
#endif
#ifndef AT_EMPTY_PATH
#define AT_EMPTY_PATH 0x1000
#endif
#ifndef OPEN_TREE_CLOEXEC
#define OPEN_TREE_CLOEXEC O_CLOEXEC
#endif
#ifndef CLONE_NEWTIME
#define CLONE_NEWTIME 0x00000080
#endif
/* KERNEL < 6.3 */
#ifndef MFD_NOEXEC_SEAL
#define MFD_NOEXEC_SEAL 0x0008U
#endif
#ifndef MFD_EXEC
#define MFD_EXEC 0x0010U
#endif
#ifndef MFD_CLOEXEC
#define MFD_CLOEXEC 0x0001U
#endif
#ifndef MFD_ALLOW_SEALING
#define MFD_ALLOW_SEALING 0x0002U
#endif
#ifndef UMOUNT_DETACH
#define UMOUNT_DETACH 2
#endif

#if defined(__x86_64__)

#define SYS_AUDIT_ARCH AUDIT_ARCH_X86_64

static inline long sys_call(long nr, long a, long b, long c, long d, long e, long f)
{
	register long r10 __asm__("r10") = d;
	register long r8 __asm__("r8") = e;
	register long r9 __asm__("r9") = f;
	long result;

	__asm__ volatile("syscall"
			 : "=a"(result)
			 : "0"(nr), "D"(a), "S"(b), "d"(c), "r"(r10), "r"(r8), "r"(r9)
			 : "rcx", "r11", "memory");
	return result;
}

/* A system call of the clone family whose child runs run(arg) and exits with its result; in the
 * child nothing of the caller's frame is used again, so that memory may be shared (CLONE_VM). */
static inline long sys_call_clone(
	long nr, long a, long b, long c, long d, long e, int (*run)(void *), void *arg)
{
	register long r10 __asm__("r10") = d;
	register long r8 __asm__("r8") = e;
	register int (*r12)(void *) __asm__("r12") = run;
	register void *r13 __asm__("r13") = arg;
	long result;

	__asm__ volatile("syscall\n\t"
			 "test %%rax, %%rax\n\t"
			 "jnz 1f\n\t"
			 "xor %%ebp, %%ebp\n\t"
			 "and $-16, %%rsp\n\t"
			 "mov %%r13, %%rdi\n\t"
			 "call *%%r12\n\t"
			 "mov %%eax, %%edi\n\t"
			 "mov %[exit], %%eax\n\t"
			 "syscall\n\t"
			 "hlt\n"
			 "1:"
			 : "=a"(result)
			 : "0"(nr), "D"(a), "S"(b), "d"(c), "r"(r10), "r"(r8), "r"(r12),
			 "r"(r13), [exit] "i"(__NR_exit_group)
			 : "rcx", "r11", "memory");
	return result;
}

#elif defined(__aarch64__)

#define SYS_AUDIT_ARCH AUDIT_ARCH_AARCH64

static inline long sys_call(long nr, long a, long b, long c, long d, long e, long f)
{
	register long x8 __asm__("x8") = nr;
	register long x0 __asm__("x0") = a;
	register long x1 __asm__("x1") = b;
	register long x2 __asm__("x2") = c;
	register long x3 __asm__("x3") = d;
	register long x4 __asm__("x4") = e;
	register long x5 __asm__("x5") = f;

	__asm__ volatile("svc 0"
			 : "+r"(x0)
			 : "r"(x8), "r"(x1), "r"(x2), "r"(x3), "r"(x4), "r"(x5)
			 : "memory");
	return x0;
}

static inline long sys_call_clone(
	long nr, long a, long b, long c, long d, long e, int (*run)(void *), void *arg)
{
	register long x8 __asm__("x8") = nr;
	register long x0 __asm__("x0") = a;
	register long x1 __asm__("x1") = b;
	register long x2 __asm__("x2") = c;
	register long x3 __asm__("x3") = d;
	register long x4 __asm__("x4") = e;
	register int (*x19)(void *) __asm__("x19") = run;
	register void *x20 __asm__("x20") = arg;

	__asm__ volatile("svc 0\n\t"
			 "cbnz x0, 1f\n\t"
			 "mov x29, xzr\n\t"
			 "mov x30, xzr\n\t"
			 "mov x0, x20\n\t"
			 "blr x19\n\t"
			 "mov x8, %[exit]\n\t"
			 "svc 0\n\t"
			 "brk 1\n"
			 "1:"
			 : "+r"(x0)
			 : "r"(x8), "r"(x1), "r"(x2), "r"(x3), "r"(x4), "r"(x19),
			 "r"(x20), [exit] "i"(__NR_exit_group)
			 : "x30", "memory");
	return x0;
}

#else
#error "tare does not know how this architecture makes a system call"
#endif

#define SYS(nr, a, b, c, d, e, f)                                                              \
	sys_call((nr), (long)(a), (long)(b), (long)(c), (long)(d), (long)(e), (long)(f))

#endif
