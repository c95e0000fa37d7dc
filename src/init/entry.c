/* SPDX-License-Identifier: GPL-2.0-or-later */
/* Where the kernel starts init: hands the initial stack to main.c.
 *
 * Runs in: init. The only place beside sys/kernel.h that knows the architecture.
 * Trusts:  the processor's ABI: at the entry the stack pointer points to argc. */
#include "init/init.h"

__attribute__((used)) _Noreturn static void entry(const long *stack)
{
	init_main((int)stack[0], (const char *const *)(stack + 1));
}

#if defined(__x86_64__)
__asm__(".text\n"
	".globl _start\n"
	".type _start, @function\n"
	"_start:\n\t"
	"xor %ebp, %ebp\n\t"
	"mov %rsp, %rdi\n\t"
	"and $-16, %rsp\n\t"
	"call entry\n\t"
	"hlt\n"
	".size _start, . - _start\n");
#elif defined(__aarch64__)
__asm__(".text\n"
	".globl _start\n"
	".type _start, %function\n"
	"_start:\n\t"
	"mov x29, xzr\n\t"
	"mov x30, xzr\n\t"
	"mov x0, sp\n\t"
	"bl entry\n\t"
	"brk 1\n"
	".size _start, . - _start\n");
#endif
