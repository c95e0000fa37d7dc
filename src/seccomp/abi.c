/* SPDX-License-Identifier: GPL-2.0-or-later */
/* The ways to make system calls.
 *
 * Runs in: the runtime, when a profile is compiled.
 * Facts:   x32 has the audit architecture of x86_64 and bit 30 in its numbers. On x86, sockets and
 *          System V IPC are reached by socketcall(2) and ipc(2), and since Linux 4.3 and 5.1 most of them by
 *          numbers of their own too. */
#include "seccomp/abi.h"

#include <linux/audit.h>
#include <seccomp.h>

#define X32_BIT 0x40000000U

const struct abi abi_table[SECCOMP_ABI_COUNT] = {
	[SECCOMP_ABI_X86_64] = {.audit = AUDIT_ARCH_X86_64, .token = SCMP_ARCH_X86_64},
	[SECCOMP_ABI_X86] = {.audit = AUDIT_ARCH_I386,
		.token = SCMP_ARCH_X86,
		.narrow = true,
		.multiplexed = true},
	[SECCOMP_ABI_X32] = {.audit = AUDIT_ARCH_X86_64,
		.token = SCMP_ARCH_X32,
		.first = X32_BIT,
		.narrow = true},
	[SECCOMP_ABI_AARCH64] = {.audit = AUDIT_ARCH_AARCH64, .token = SCMP_ARCH_AARCH64},
	[SECCOMP_ABI_ARM] = {.audit = AUDIT_ARCH_ARM, .token = SCMP_ARCH_ARM, .narrow = true},
};

/* libseccomp gives calls without a number of their own a negative one: below -100 those of socketcall, below
 * -200 those of ipc, by what the first argument is. */
#define SOCKETCALL	  102
#define IPC		  117
#define SOCKETCALL_PSEUDO (-100)
#define IPC_PSEUDO	  (-200)

/* The numbers that x86 has for them beside; 0 for none. */
static const uint16_t socket_numbers[] = {
	[1] = 359,  /* socket */
	[2] = 361,  /* bind */
	[3] = 362,  /* connect */
	[4] = 363,  /* listen */
	[6] = 367,  /* getsockname */
	[7] = 368,  /* getpeername */
	[8] = 360,  /* socketpair */
	[11] = 369, /* sendto */
	[12] = 371, /* recvfrom */
	[13] = 373, /* shutdown */
	[14] = 366, /* setsockopt */
	[15] = 365, /* getsockopt */
	[16] = 370, /* sendmsg */
	[17] = 372, /* recvmsg */
	[18] = 364, /* accept4 */
	[19] = 337, /* recvmmsg */
	[20] = 345, /* sendmmsg */
};

static const uint16_t ipc_numbers[] = {
	[2] = 393,  /* semget */
	[3] = 394,  /* semctl */
	[11] = 400, /* msgsnd */
	[12] = 401, /* msgrcv */
	[13] = 399, /* msgget */
	[14] = 402, /* msgctl */
	[21] = 397, /* shmat */
	[22] = 398, /* shmdt */
	[23] = 395, /* shmget */
	[24] = 396, /* shmctl */
};

#define COUNT(array) (sizeof(array) / sizeof((array)[0]))

static bool carried(uint32_t carrier, uint32_t call, const uint16_t *numbers, size_t count,
	struct abi_number *ret)
{
	*ret = (struct abi_number){.through = true, .carrier = carrier, .call = call};
	if (call < count && numbers[call]) {
		ret->direct = true;
		ret->number = numbers[call];
	}
	return true;
}

bool abi_resolve(const struct abi *abi, const char *name, struct abi_number *ret)
{
	int number = seccomp_syscall_resolve_name_arch(abi->token, name);

	if (number >= 0) {
		*ret = (struct abi_number){.direct = true, .number = (uint32_t)number};
		return true;
	}
	if (!abi->multiplexed)
		return false;
	if (number < SOCKETCALL_PSEUDO && number >= SOCKETCALL_PSEUDO - 20)
		return carried(SOCKETCALL, (uint32_t)(SOCKETCALL_PSEUDO - number),
			socket_numbers, COUNT(socket_numbers), ret);
	if (number < IPC_PSEUDO && number >= IPC_PSEUDO - 24)
		return carried(IPC, (uint32_t)(IPC_PSEUDO - number), ipc_numbers,
			COUNT(ipc_numbers), ret);
	return false;
}

/* The library is part of a static program, and asked for its version only where it is not. */
void abi_library(unsigned ret_version[3])
{
	static const struct scmp_version linked = {
		SCMP_VER_MAJOR, SCMP_VER_MINOR, SCMP_VER_MICRO};
	const struct scmp_version *version = TARE_STATIC ? &linked : seccomp_version();

	ret_version[0] = version->major;
	ret_version[1] = version->minor;
	ret_version[2] = version->micro;
}
