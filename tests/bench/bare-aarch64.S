/* SPDX-License-Identifier: GPL-2.0-or-later */
/* What a program without a C library needs: an entry and a way into the kernel.
 *
 * The same as bare-x86_64.S for arm64. */
	.text
	.globl	_start
_start:
	mov	x29, #0
	mov	x0, sp
	bl	bare_main
	mov	x8, #94
	svc	#0
	brk	#0

/* long bare_call(long number, long a, long b, long c, long d, long e) */
	.globl	bare_call
bare_call:
	mov	x8, x0
	mov	x0, x1
	mov	x1, x2
	mov	x2, x3
	mov	x3, x4
	mov	x4, x5
	svc	#0
	ret
	.section .note.GNU-stack, "", %progbits
