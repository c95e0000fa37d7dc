/* SPDX-License-Identifier: GPL-2.0-or-later */
/* What was relocated becomes read-only.
 *
 * Runs in: the runtime, before it reads the command line.
 * Relies on: the headers lying in the first segment, where the linker says. A dynamic linker and the start of the GNU C library do
 *          the same; that of musl does not for a static program. */
#include "cli/relro.h"

#include <link.h>
#include <stdint.h>
#include <sys/auxv.h>
#include <sys/mman.h>

#include "sys/file.h"

extern const ElfW(Ehdr) __ehdr_start __attribute__((visibility("hidden")));

int relro_protect(void)
{
	const uintptr_t base = (uintptr_t)&__ehdr_start, mask = ~(getauxval(AT_PAGESZ) - 1);
	const ElfW(Phdr) *headers = (const void *)(base + __ehdr_start.e_phoff);

	for (unsigned i = 0; i < __ehdr_start.e_phnum; i++) {
		const uintptr_t start = (base + headers[i].p_vaddr) & mask,
				end = (base + headers[i].p_vaddr + headers[i].p_memsz) & mask;

		if (headers[i].p_type == PT_GNU_RELRO && start < end)
			return sys_mprotect((void *)start, end - start, PROT_READ);
	}
	return 0;
}
