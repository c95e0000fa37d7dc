/* SPDX-License-Identifier: GPL-2.0-or-later */
/* The finished init program, as bytes. */
	.section .rodata.init_image, "a"
	.balign 16
	.globl init_image_start
init_image_start:
	.incbin "init.image"
	.globl init_image_end
init_image_end:
	.byte 0
	.section .note.GNU-stack, ""
