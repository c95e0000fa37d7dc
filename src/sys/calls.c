/* SPDX-License-Identifier: GPL-2.0-or-later */
/* System calls that tare needs and older kernels have not: why something failed with ENOSYS.
 *
 * Runs in: the runtime, when an operation has failed already. Each is made with arguments that calls refuse which
 * look at flags or at a size first, as these do: nothing changes. A filter of system calls that the caller is under
 * may forbid one as an old kernel does.
 *
 * Facts: the versions of syscalls(2) */
#include "sys/calls.h"

#include <stddef.h>

#include "sys/kernel.h"

static const struct sys_call_since calls[] = {
	{"pidfd_send_signal", __NR_pidfd_send_signal, "5.1"},
	{"open_tree", __NR_open_tree, "5.2"},
	{"move_mount", __NR_move_mount, "5.2"},
	{"fsopen", __NR_fsopen, "5.2"},
	{"fsconfig", __NR_fsconfig, "5.2"},
	{"fsmount", __NR_fsmount, "5.2"},
	{"pidfd_open", __NR_pidfd_open, "5.3"},
	{"clone3", __NR_clone3, "5.3"},
	{"openat2", __NR_openat2, "5.6"},
	{"pidfd_getfd", __NR_pidfd_getfd, "5.6"},
	{"faccessat2", __NR_faccessat2, "5.8"},
	{"close_range", __NR_close_range, "5.9"},
	{"mount_setattr", __NR_mount_setattr, "5.12"},
	{"memfd_create", __NR_memfd_create, "3.17"},
	{"execveat", __NR_execveat, "3.19"},
};

const struct sys_call_since *sys_call_missing(void)
{
	for (size_t i = 0; i < sizeof(calls) / sizeof(calls[0]); i++) {
		if (sys_call(calls[i].number, -1, -1, -1, -1, -1, -1) == -ENOSYS)
			return &calls[i];
	}
	return NULL;
}
