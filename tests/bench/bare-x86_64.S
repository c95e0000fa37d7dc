/* SPDX-License-Identifier: GPL-2.0-or-later */
/* What a program without a C library needs: an entry and a way into the kernel.
 *
 * The C library's own start costs half a millisecond on some virtual machines, which is more than
 * what is measured. _start calls bare_main(stack) and exits with what it returns. */
	.text
	.globl	_start
_start:
	xorl	%ebp, %ebp
	movq	%rsp, %rdi
	andq	$-16, %rsp
	call	bare_main
	movl	%eax, %edi
	movl	$231, %eax
	syscall
	hlt

/* long bare_call(long number, long a, long b, long c, long d, long e) */
	.globl	bare_call
bare_call:
	movq	%rdi, %rax
	movq	%rsi, %rdi
	movq	%rdx, %rsi
	movq	%rcx, %rdx
	movq	%r8, %r10
	movq	%r9, %r8
	syscall
	ret
	.section .note.GNU-stack, "", @progbits
